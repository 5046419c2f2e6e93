using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram devices</c>.</summary>
internal static class DevicesVerb
{
    /// <summary>What <c>auto</c> chooses depends on the model; this one serves as the example.</summary>
    private static readonly TrainingOptions Example = TrainingOptions.PaperMnist;

    public static Command Create(Terminal terminal, DeviceCatalog devices)
    {
        Option<bool> json = Common.Json();
        var command = new Verb("devices", "List what can train here, and say what 'auto' would take.", "tangram devices") { json };
        command.SetAction(parsed =>
        {
            DeviceChoice auto = devices.Choose(Example.ModelFor(new ImageShape(28, 28, 1)), Example.Batch);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(new
                {
                    Devices = devices.All,
                    devices.Problems,
                    Auto = new { Device = auto.Device.Name, auto.Precision, auto.Reason, Example.Preset },
                });
                return;
            }
            Write(terminal, devices.All);
            terminal.WriteLine($"For a model such as {Example.Preset}, 'auto' takes {auto.Device.Name} in {(auto.Precision == "mixed" ? "mixed precision" : auto.Precision)}: {auto.Reason}.");
            foreach (string problem in devices.Problems.Where(problem => !auto.Reason.Contains(problem, StringComparison.Ordinal)))
                terminal.WriteLine($"Not everything can be used: {problem}.");
        });
        return command;
    }

    private static void Write(Terminal terminal, IReadOnlyList<Device> devices)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("device", "what", "memory");
        table.Columns[0].NoWrap();
        table.Columns[2].NoWrap().RightAligned();
        foreach (Device device in devices)
        {
            string what = string.Join('\n', Lines(device)).EscapeMarkup();
            table.AddRow(device.Name, device.Problem is null ? what : $"[grey]{what}[/]", FormattableString.Invariant($"{device.Memory / (double)(1L << 30):N1} GiB"));
        }
        terminal.Output.Write(table);
    }

    private static IEnumerable<string> Lines(Device device)
    {
        yield return device.Description;
        if (device.Driver is { } driver)
            yield return $"driver {driver}";
        if (device.Capabilities is { } capabilities)
            yield return $"{capabilities}";
        if (device.Problem is { } problem)
            yield return $"can't be used: {problem}";
    }
}
