using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Tangram.Cli;

/// <summary>A command with an example, which its help ends with.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    public string Example => example;

    /// <summary>The command that holds all others. Not a RootCommand: that names itself after the process, which may be a host such as a test runner.</summary>
    public static Verb CreateRoot(string description, string example, int helpWidth)
    {
        var root = new Verb("tangram", description, example);
        root.Add(new HelpOption { Description = "Show this help.", Recursive = true, Action = new Help(new HelpAction { MaxWidth = helpWidth }) });
        root.Add(new VersionOption { Description = "Show the version." });
        return root;
    }

    private sealed class Help(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb verb)
                parseResult.InvocationConfiguration.Output.WriteLine($"Example:\n  {verb.Example}");
            return TangramCommand.Done;
        }
    }
}
