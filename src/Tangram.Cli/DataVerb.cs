using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram data list</c> and <c>tangram data get NAME</c>.</summary>
internal static class DataVerb
{
    public static Command Create(Terminal terminal) =>
        new Verb("data", "List image sets, or fetch one.", "tangram data get mnist") { List(terminal), Get(terminal) };

    private static Verb List(Terminal terminal)
    {
        Option<bool> json = Common.Json();
        var command = new Verb("list", "List the image sets that have names.", "tangram data list") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(DataCatalog.List.Select(set => new { set.Name, set.Description, set.Origin }));
                return;
            }
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumns("name", "what", "from");
            foreach (var (name, description, origin) in DataCatalog.List)
                table.AddRow(name, description, origin);
            terminal.Output.Write(table);
        });
        return command;
    }

    private static Verb Get(Terminal terminal)
    {
        Argument<string> name = Common.NotAnOption(new Argument<string>("NAME") { Description = "A name of 'tangram data list'." });
        var command = new Verb("get", "Fetch an image set into the cache and check it.", "tangram data get mnist") { name };
        command.SetAction((parsed, cancellation) =>
        {
            DataCatalog.Get(parsed.GetValue(name)!, new Direct<string>(terminal.Log), cancellation);
            terminal.WriteLine($"{parsed.GetValue(name)} is here and whole.");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
