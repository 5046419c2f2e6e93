using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram sweep DATA --k K,K,…</c>.</summary>
internal static class SweepVerb
{
    public static Command Create(Terminal terminal, DeviceCatalog devices)
    {
        var arguments = new SweepArguments(devices);
        var command = new Verb("sweep", "Measure quality against sparsity: train, or encode, with each k.",
            "tangram sweep mnist --k 10,25,50,100 --members 1 --out runs/sweep-mnist");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = arguments.Folder(parsed);
            try
            {
                var (record, figure) = parsed.GetValue(arguments.EncodeOnly) is { } run
                    ? Encode(terminal, arguments, parsed, folder, run, cancellation)
                    : await TrainAsync(terminal, arguments, parsed, folder, cancellation);
                IReadOnlyList<string> figures = [figure, .. parsed.GetValue(arguments.Png) ? SvgRasterizer.ToPng([figure], terminal.Log, cancellation) : []];
                if (parsed.GetValue(arguments.Training.Json))
                    terminal.WriteJson(new { Sweep = folder, Figures = figures, record.Trained, record.Encoded });
                else
                    Write(terminal, record, figures);
                return TangramCommand.Done;
            }
            catch (OperationCanceledException exception)
            {
                throw new OperationCanceledException($"Interrupted; the same command goes on from what '{folder}' holds.", exception);
            }
            catch (DeviceException exception)
            {
                throw new DeviceException($"{exception.Message} The same command goes on from what '{folder}' holds.", exception);
            }
        });
        return command;
    }

    private static async Task<(SweepRecord Record, string Figure)> TrainAsync(Terminal terminal, SweepArguments arguments, ParseResult parsed, string folder,
        CancellationToken cancellation)
    {
        IReadOnlyList<int> ks = arguments.Ks(parsed);
        Execution execution = arguments.Training.Execution(parsed);
        TrainingOptions? named = arguments.Training.Preset(parsed);
        DataOptions reading = arguments.Training.Reading.Apply(parsed, new DataOptions());
        var (train, heldOut) = DataCatalog.OpenForTraining(arguments.Data(parsed), arguments.Split(parsed), reading, Common.Opening(terminal, cancellation));
        TrainingOptions options = arguments.Training.Apply(parsed, named ?? TrainingOptions.PresetFor(train.Shape));
        using TrainingSweep sweep = TrainingSweep.Open(folder, ks, train, heldOut, options);
        foreach (string line in sweep.Remaining.Count > 0 ? TrainingDisplay.Lines(DataFindings.Of(train, heldOut, cancellation), train, heldOut) : [])
            terminal.Log(line);
        LogDone(terminal, sweep.Ks, sweep.Remaining, folder);
        foreach (int k in sweep.Remaining)
        {
            var display = new TrainingDisplay(terminal);
            display.Announce(sweep.OptionsFor(k), train, heldOut, sweep.RunFolder(k));
            using Run run = await display.ShowAsync(progress => sweep.TrainAsync(k, execution, progress, cancellation));
        }
        return (sweep.Record, sweep.Figure);
    }

    private static (SweepRecord Record, string Figure) Encode(Terminal terminal, SweepArguments arguments, ParseResult parsed, string folder, string path,
        CancellationToken cancellation)
    {
        IReadOnlyList<int> ks = arguments.Ks(parsed);
        int threads = arguments.Training.Execution(parsed).Threads;
        Common.CheckThreads(threads);
        using Run run = Run.Open(path);
        DataRecord test = run.Record.Test;
        arguments.CheckNothingIsTrained(parsed, run.Record);
        ImageSet images = Common.OpenUnlessNamed(arguments.Data(parsed), test.Split, test.Options, terminal, cancellation);
        using EncodingSweep sweep = EncodingSweep.Open(folder, ks, run, images);
        LogDone(terminal, sweep.Ks, sweep.Remaining, folder);
        foreach (int k in sweep.Remaining)
        {
            SweepResult result = ScoresDisplay.Measure(terminal, images, progress => sweep.Encode(k, threads, progress, cancellation));
            terminal.Log($"k = {k}: MSE {Number.Error(result.Mse)}, Pearson {Number.Of(result.Pearson, "F4")}");
        }
        return (sweep.Record, sweep.Figure);
    }

    private static void LogDone(Terminal terminal, IReadOnlyList<int> ks, IReadOnlyList<int> remaining, string folder)
    {
        string left = remaining.Count == 0 ? "nothing is left to do" : $"k = {string.Join(", ", remaining)} to go";
        if (remaining.Count < ks.Count)
            terminal.Log($"'{folder}' has k = {string.Join(", ", ks.Except(remaining))} already; {left}");
    }

    private static void Write(Terminal terminal, SweepRecord record, IReadOnlyList<string> figures)
    {
        if (record.Trained is { Results.Count: > 0 } trained)
            Write(terminal, $"Trained for each k on {trained.Train.Name}, evaluated on {trained.Evaluated.Name}", trained.Results);
        if (record.Encoded is { Results.Count: > 0 } encoded)
            Write(terminal, $"Encoded with each k by {encoded.Run}, evaluated on {encoded.Evaluated.Name}", encoded.Results);
        terminal.WriteLine($"Quality against sparsity: {string.Join(", ", figures)}");
    }

    private static void Write(Terminal terminal, string title, IReadOnlyList<SweepResult> results)
    {
        terminal.WriteLine(title);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("k", "k / F", "Pearson", "above .9", "MSE", "PSNR", "SSIM", "FVU", "L0", "dead features");
        foreach (TableColumn column in table.Columns)
            column.RightAligned();
        foreach (SweepResult result in results)
        {
            table.AddRow($"{result.K}", Number.Of((double)result.K / result.Features, "P2"), Number.Of(result.Pearson, "F4"), Number.Of(result.PearsonAbove90, "P1"),
                Number.Error(result.Mse), result.Psnr is { } psnr ? $"{Number.Of(psnr, "F2")} dB" : "–", result.Ssim is { } ssim ? Number.Of(ssim, "F4") : "–",
                Number.Of(result.Fvu, "F4"), Number.Of(result.L0, "F1"), Number.Of(result.DeadFraction, "P1"));
        }
        terminal.Output.Write(table);
    }
}
