using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram data list</c> and <c>tangram data get NAME</c>.</summary>
internal static class DataVerb
{
    public static Command Create(Terminal terminal) =>
        new Verb("data", "List image sets, fetch one, or hand one to NumPy.", "tangram data get mnist") { List(terminal), Get(terminal), DataExportVerb.Create(terminal) };

    private static Verb List(Terminal terminal)
    {
        Option<bool> json = Common.Json();
        var command = new Verb("list", "List the image sets that have names.", "tangram data list") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(Entries());
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
        Option<bool> json = Common.Json();
        var command = new Verb("get", "Fetch an image set into the cache and check it.", "tangram data get mnist") { name, json };
        command.SetAction((parsed, cancellation) =>
        {
            DataCatalog.Get(parsed.GetValue(name)!, new Direct<string>(terminal.Log), cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(Entries().Single(set => set.Name == parsed.GetValue(name)));
            else
                terminal.WriteLine($"{parsed.GetValue(name)} is here and whole.");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    private static IEnumerable<Entry> Entries() => DataCatalog.List.Select(set => new Entry(set.Name, set.Description, set.Origin));

    private sealed record Entry(string Name, string Description, string Origin);
}
