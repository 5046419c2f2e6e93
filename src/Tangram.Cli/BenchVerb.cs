using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram bench</c>.</summary>
internal static class BenchVerb
{
    public static Command Create(Terminal terminal, DeviceCatalog devices)
    {
        Option<int> Number(string name, string description, string help, int value) => new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => value };
        Option<string?> data = new("--data") { Description = "Images to step on, as 'tangram train' takes them; none: noise without a 0, the most work that images can be.", HelpName = "DATA" };
        Option<string?> split = Common.Split();
        var reading = new DataArguments();
        Option<int> inputs = Number("--inputs", "Values per image.", "D", 784), features = Number("--features", "Features of the dictionary.", "F", 1024);
        Option<int> k = Number("--k", "Features active in each code.", "K", 50), members = Number("--members", "Autoencoders trained together.", "M", 1);
        Option<int> batch = Number("--batch", "Images per step.", "B", 128), steps = Number("--steps", "Steps measured.", "N", 50), threads = Common.Threads();
        Option<int> workspace = Common.Workspace();
        Option<bool> Switch(string name, string description) => new(name) { Description = description };
        Option<bool> relu = Switch("--relu", "Keep only positive activations."), untied = Switch("--untied", "Give the decoder weights of its own.");
        Option<bool> preBias = Switch("--pre-bias", "Learn a bias of images."), encoderBias = Switch("--encoder-bias", "Learn a bias of pre-activations.");
        Option<bool> unitRows = Switch("--unit-rows", "Keep the decoder's rows at length 1.");
        Option<int> auxiliaryK = Number("--auxiliary-k", "Activations per image of the auxiliary term, which then takes every feature; 0: none.", "K", 0);
        Option<double> clip = new("--clip") { Description = "Scale gradients down to this norm; 0: never.", HelpName = "NORM" };
        Option<double> average = new("--average") { Description = "Average the parameters with this decay; 0: don't.", HelpName = "BETA" };
        Option<string> device = new("--device") { Description = "What to measure: cpu, gpu, or a name of 'tangram devices'.", HelpName = "DEVICE", DefaultValueFactory = _ => "cpu" };
        Option<string> precision = new("--precision") { Description = "auto, fp32 or mixed.", HelpName = "PRECISION", DefaultValueFactory = _ => "auto" };
        Option<string?> roofline = new("--roofline")
        {
            Description = "Compute what a step should take on a GPU, from its data sheet: flops=67,memory=3350,cache=5500,size=50,units=132,launch=5 (TFLOP/s; GB/s of memory and of the last-level cache; that cache's MB; compute units; µs to queue a kernel).",
            HelpName = "SHEET",
        };
        Option<bool> json = Common.Json();
        var command = new Verb("bench", "Measure this machine's peaks, and a training step against them.", "tangram bench --inputs 12288 --features 3072 --k 128 --steps 10")
        {
            data, split, inputs, features, k, relu, untied, preBias, encoderBias, unitRows, members, batch, auxiliaryK, clip, average, steps, threads, workspace, device, precision, roofline, json,
        };
        command.AddAll(reading.All);
        command.SetAction((parsed, cancellation) =>
        {
            ImageSet? images = parsed.GetValue(data) is { } name ? Common.OpenData(name, parsed.GetValue(split), reading.Apply(parsed, new DataOptions()), terminal, cancellation) : null;
            if (images is not null && parsed.GetResult(inputs) is { Implicit: false })
                throw new InputException("--data says how many values an image has; leave --inputs out.");
            var model = new ModelOptions
            {
                Shape = images?.Shape ?? ImageShape.Row(parsed.GetValue(inputs)),
                Features = parsed.GetValue(features),
                Rule = new SparsityRule.TopK(parsed.GetValue(k), parsed.GetValue(relu)),
                Untied = parsed.GetValue(untied),
                PreBias = parsed.GetValue(preBias),
                EncoderBias = parsed.GetValue(encoderBias),
                UnitRows = parsed.GetValue(unitRows),
                Members = parsed.GetValue(members),
            };
            var options = new BenchmarkOptions
            {
                Images = images,
                Batch = parsed.GetValue(batch),
                Threads = parsed.GetValue(threads),
                Steps = parsed.GetValue(steps),
                Workspace = parsed.GetValue(workspace),
                AuxiliaryK = parsed.GetValue(auxiliaryK),
                MaximumNorm = parsed.GetValue(clip),
                AverageDecay = parsed.GetValue(average),
                Precision = parsed.GetValue(precision)!,
            };
            DeviceRoofline? sheet = parsed.GetValue(roofline) is { } text ? DeviceRoofline.Parse(text) : null;
            // On paper, unless a device is named beside the data sheet.
            bool isOnPaper = sheet is not null && parsed.GetResult(device) is null or { Implicit: true };
            object result = isOnPaper ? DeviceBenchmark.Expect(model, options, sheet!)
                : Measure(devices.Choose(model, options.Batch, parsed.GetValue(device)!, options.Precision), model, options, sheet, cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(result);
            else if (result is DeviceBenchmark onDevice)
                DeviceBenchDisplay.Write(terminal, onDevice);
            else
                Write(terminal, (StepBenchmark)result);
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    private static object Measure(DeviceChoice choice, ModelOptions model, BenchmarkOptions options, DeviceRoofline? sheet, CancellationToken cancellation)
    {
        if (choice.Device.Capabilities is not null)
            return DeviceBenchmark.Measure(choice, model, options, sheet, cancellation);
        return sheet is null
            ? StepBenchmark.Measure(model, options with { Precision = choice.Precision }, cancellation)
            : throw new InputException("A GPU's data sheet says nothing of the CPU; leave --device out, or --roofline.");
    }

    private static void Write(Terminal terminal, StepBenchmark result)
    {
        MachinePeaks peaks = result.Peaks;
        terminal.WriteLine($"{peaks.Threads} threads, {Device.Parse("cpu").Description}: {peaks.Flops / 1e9:N0} GFLOP/s{(peaks.Bf16Flops > 0 ? $", bf16 {peaks.Bf16Flops / 1e9:N0}" : "")}; reading L1 {Giga(peaks.Level1Read)}, L2 {Giga(peaks.Level2Read)}, " +
            $"L3 {Giga(peaks.Level3Read)}, memory {Giga(peaks.MemoryRead)}; updating L3 {Giga(peaks.Level3Update)}, memory {Giga(peaks.MemoryUpdate)} GB/s");
        terminal.WriteLine($"{result.Precision}, {result.Partition}; {(result.IsFused ? "an update multiplies the next batch" : "the product is a pass of its own")}; garbage collections: {result.Collections}");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("phase", "ms", "floor, ms", "ratio", "floor from");
        foreach (int column in Enumerable.Range(1, 3))
            table.Columns[column].RightAligned();
        foreach (PhaseTime phase in result.Phases)
            table.AddRow(phase.Name, $"{phase.Milliseconds:F3}", $"{phase.FloorMilliseconds:F3}", $"{phase.Milliseconds / phase.FloorMilliseconds:F2}", phase.Floor);
        table.AddRow("step", $"{result.Milliseconds:F3}", $"{result.FloorMilliseconds:F3}", $"{result.Milliseconds / result.FloorMilliseconds:F2}", "");
        terminal.Output.Write(table);
        terminal.WriteLine($"encode: {result.EncodeImagesPerSecond:N0} images/s, {result.EncodeFloorImagesPerSecond / result.EncodeImagesPerSecond:F2} times the time of its product at peak");
    }

    private static string Giga(double bytes) => $"{bytes / 1e9:N0}";
}
