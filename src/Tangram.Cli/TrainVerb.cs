using System.CommandLine;
using System.Globalization;
using Tangram.Explorer;

namespace Tangram.Cli;

/// <summary><c>tangram train DATA</c>.</summary>
internal static class TrainVerb
{
    public static Command Create(Terminal terminal, DeviceCatalog devices)
    {
        var options = new TrainArguments(devices);
        var command = new Verb("train", "Learn a dictionary from images.", "tangram train mnist --out runs/mnist");
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(terminal, options, parsed, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, TrainArguments arguments, ParseResult parsed, CancellationToken cancellation)
    {
        string data = parsed.GetValue(arguments.Data)!;
        bool json = parsed.GetValue(arguments.Json), resume = parsed.GetValue(arguments.Resume);
        string? folder = parsed.GetValue(arguments.Out);
        if (resume && folder is null)
            throw new InputException("--resume needs --out RUN, the folder of the run to continue.");
        folder ??= DefaultFolder(data);
        RunRecord? recorded = resume ? OpenRecord(folder) : null;
        TrainingOptions? named = arguments.Preset(parsed);
        Execution execution = arguments.Execution(parsed);
        DataOptions reading = arguments.Reading.Apply(parsed, recorded?.Train.Options ?? new DataOptions());
        var (train, heldOut) = DataCatalog.OpenForTraining(data, parsed.GetValue(arguments.EvaluateOn) ?? recorded?.Test.Split ?? "test", reading,
            Common.Opening(terminal, cancellation));
        DataFindings found = DataFindings.Of(train, heldOut, cancellation);
        TrainingOptions options = arguments.Apply(parsed, recorded?.Options ?? named ?? TrainingOptions.PresetFor(train.Shape));
        var display = new TrainingDisplay(terminal);
        await using TrainingWatch? watch = parsed.GetValue(arguments.Watch)
            ? await TrainingWatch.StartAsync(new LiveTraining(folder, train, heldOut, options), !parsed.GetValue(arguments.NoBrowser), terminal, cancellation) : null;
        display.Announce(options, train, heldOut, folder, found, watch?.Address);
        Task<Run> training = InterruptibleAsync(data, folder, display.ShowAsync(progress => Run.TrainAsync(folder, train, options, heldOut,
            watch?.Training.Watch(execution) ?? execution, resume, watch?.Beside(progress) ?? progress, cancellation)));
        using Run run = await (watch?.FollowAsync(training) ?? training);
        using IDisposable? shown = watch?.Training.Trained(run);
        RunReport? report = parsed.GetValue(arguments.NoReport) ? null
            : ReportDisplay.Show(terminal, progress =>
                run.Report(heldOut, train, folder: null, execution.Threads, watch?.Beside(progress) ?? progress, cancellation));
        if (json)
        {
            terminal.WriteJson(Document(run, report));
            return TangramCommand.Done;
        }
        TrainingDisplay.WriteResult(terminal, run);
        if (report is not null)
            terminal.WriteLine($"Figures and claims about features: {report.Page}");
        return TangramCommand.Done;
    }

    /// <summary>Says how to go on with a training that was stopped, or that lost its device.</summary>
    private static async Task<Run> InterruptibleAsync(string data, string folder, Task<Run> training)
    {
        string again = $"'tangram train {Quote(data)} --out {Quote(folder)} --resume'";
        try
        {
            return await training;
        }
        catch (OperationCanceledException exception)
        {
            throw new OperationCanceledException($"Interrupted; continue with {again}.", exception);
        }
        catch (DeviceException exception) when (Run.Exists(folder))
        {
            throw new DeviceException($"{exception.Message} Continue with {again}.", exception);
        }
    }

    private static string Quote(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;

    private static RunRecord OpenRecord(string folder)
    {
        if (!Run.Exists(folder))
            throw new InputException($"'{folder}' holds no run to resume; leave --resume out to begin one there.");
        using Run run = Run.Open(folder);
        return run.Record;
    }

    private static string DefaultFolder(string data) =>
        Path.Combine("runs", $"{Common.FolderName(data)}-{DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}");

    private static object Document(Run run, RunReport? report)
    {
        RunRecord record = run.Record;
        return new
        {
            Run = run.Folder,
            Report = report?.Page,
            record.Engine.Device,
            record.Engine.Precision,
            record.Threads,
            record.Options.Epochs,
            record.Steps,
            record.TrainSeconds,
            record.WallSeconds,
            ImagesPerSecond = record.Train.Images * (double)record.Options.Epochs / record.TrainSeconds,
            record.Reinitialised,
            record.Options,
            record.History,
            record.Found,
            Evaluation = ScoresDisplay.Document(record.Evaluation!, perFeature: false),
            record.Start,
            record.Warnings,
            Findings = report?.Findings ?? Findings.Of(record),
            Differences = PaperClaims.Differences(record),
            Claims = report?.Claims ?? PaperClaims.Check(record),
        };
    }
}
