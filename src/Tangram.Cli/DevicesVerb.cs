using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram devices</c>.</summary>
internal static class DevicesVerb
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = Common.Json();
        var command = new Verb("devices", "List what can train here; 'auto' takes the first.", "tangram devices") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(Device.All);
                return;
            }
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumns("device", "what");
            foreach (Device device in Device.All)
                table.AddRow(device.Name, device.Description);
            terminal.Output.Write(table);
        });
        return command;
    }
}
