using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram data list</c> and <c>tangram data get NAME</c>.</summary>
internal static class DataVerb
{
    public static Command Create(Terminal terminal) =>
        new("data", "List image sets, or fetch one.\n\nExample:\n  tangram data get mnist") { List(terminal), Get(terminal) };

    private static Command List(Terminal terminal)
    {
        Option<bool> json = Common.Json();
        var command = new Command("list", "List the image sets that have names.\n\nExample:\n  tangram data list") { json };
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

    private static Command Get(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "One of the names of 'tangram data list'." };
        var command = new Command("get", "Fetch an image set into the cache and check it.\n\nExample:\n  tangram data get mnist") { name };
        command.SetAction((parsed, cancellation) =>
        {
            DataCatalog.Get(parsed.GetValue(name)!, new Direct<string>(terminal.Log), cancellation);
            terminal.WriteLine($"{parsed.GetValue(name)} is here and whole.");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
