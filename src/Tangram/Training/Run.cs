using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>
/// A folder that holds one training: run.json, model.safetensors, history.csv, checkpoint.safetensors. Every file is renamed into place whole, so a run opens
/// whenever its process died.
/// </summary>
public sealed class Run : IDisposable
{
    private const string RecordName = "run.json", ModelName = "model.safetensors", HistoryName = "history.csv", CheckpointName = "checkpoint.safetensors",
        LockName = ".lock";

    private volatile Lazy<Ensemble>? _ensemble;

    private Run(string folder, RunRecord record)
    {
        (Folder, Record) = (folder, record);
        _ensemble = new Lazy<Ensemble>(LoadEnsemble);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What run.json says.</summary>
    public RunRecord Record { get; }

    /// <summary>The trained autoencoders; those of the last checkpoint while the training isn't finished.</summary>
    /// <exception cref="InputException">The training was stopped before its first checkpoint, or the file of the weights is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The run was disposed.</exception>
    public Ensemble Ensemble => (_ensemble ?? throw new ObjectDisposedException(nameof(Run))).Value;

    /// <summary>Opens a run, finished or not.</summary>
    /// <exception cref="InputException">The folder holds no run, or one of another version.</exception>
    public static Run Open(string folder)
    {
        string path = Path.Combine(folder, RecordName);
        if (!File.Exists(path))
            throw new InputException($"'{folder}' holds no run (there is no {RecordName}); give the folder that 'tangram train' wrote.");
        const string Remedy = "restore it from a copy, or train into a new folder";
        var record = TangramJson.Deserialize<RunRecord>(File.ReadAllText(path), $"'{path}'", Remedy);
        if (record.FormatVersion != RunRecord.CurrentFormat)
            throw new InputException($"'{path}' has format {record.FormatVersion}, and this version of tangram reads format {RunRecord.CurrentFormat}; open it with the version that wrote it.");
        TangramJson.CheckContent(record.Check, $"'{path}'", Remedy);
        return new Run(folder, record);
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, RecordName));

    /// <summary>Trains, and writes the run's folder.</summary>
    /// <param name="folder">Where; must be new or empty unless resuming.</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="options">The experiment.</param>
    /// <param name="test">The images to evaluate on after each epoch; null: <paramref name="train"/>.</param>
    /// <param name="execution">Where and how it runs.</param>
    /// <param name="resume">Continue the folder's run, if it holds one; <paramref name="options"/> may differ from the recorded ones in more epochs only, and that where nothing is scheduled over them: a constant rate, a decoder that is tied or its own throughout.</param>
    /// <param name="progress">Told several times a second.</param>
    /// <param name="cancellation">Stops after the step in progress and writes a checkpoint; the task is cancelled then.</param>
    /// <exception cref="DeviceException">The device was lost or ran out of memory, or its driver can't build the kernels; resume continues from the last checkpoint.</exception>
    /// <exception cref="InputException">An option is out of range, no device here takes the training, the folder holds another run, or the data differ from those of the run to resume.</exception>
    /// <exception cref="ArithmeticException">The training diverged; the message names the step.</exception>
    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; resume continues exactly where it stopped.</exception>
    public static async Task<Run> TrainAsync(string folder, ImageSet train, TrainingOptions options, ImageSet? test = null, Execution? execution = null,
        bool resume = false, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default) => await Task.Factory.StartNew(
        () => Train(folder, train, test ?? train, options, execution ?? new Execution(), resume, progress, cancellation),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Lets go of the autoencoders: who holds one of them keeps it, and with the last of them their memory is free.</summary>
    public void Dispose() => _ensemble = null;

    private static Run Train(string folder, ImageSet train, ImageSet test, TrainingOptions options, Execution execution, bool resume,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        options.Check(train.Shape);
        execution.Check();
        ModelOptions model = options.ModelFor(train.Shape);
        model.CheckShape(test);
        RunRecord? recorded = FindRecord(folder, resume);
        if (recorded is not null)
            CheckSame(recorded, folder, train, test, options);
        if (recorded is { Finished: true } && options.Epochs == recorded.Options.Epochs)
            return Open(folder);

        int threads = execution.ThreadCount;
        // Before anything is written: where there is no such device or memory doesn't suffice, nothing is left behind.
        var needs = new TrainingNeeds(model, Math.Min(options.Batch, train.Count), threads, execution.WorkspaceBytes, options.Extras);
        DeviceChoice choice = recorded is null ? execution.Devices.Choose(execution.Device, execution.Precision, needs) : ChooseAgain(recorded.Engine, folder, execution, needs);
        using var trainer = new Trainer(at => choice.Device.OpenTraining(at, needs.Batch, threads, needs.Workspace, needs.Extras, choice.Arithmetic), train, test, options, threads, progress)
        {
            Note = choice.Note,
            ReportInterval = execution.ReportInterval,
            Observer = execution.Observer,
        };
        EngineRecord engine = EngineRecord.Of(choice, trainer.Partition);
        RunRecord record = recorded is null
            ? NewRecord(train, test, options, execution, engine) with { Found = DataFindings.Of(train, test, cancellation) } : Continue(recorded, options, execution, engine);
        using FileStream held = Hold(folder);
        if (recorded is null && Exists(folder))
            throw new InputException($"Another process has just trained into '{folder}'; give another --out.");
        AtomicFile.DeleteLeftovers(folder);
        string checkpoint = Path.Combine(folder, CheckpointName);
        // Before the record says that the run goes on: where it can't, the folder stays as it is.
        bool resumes = recorded is not null && Resume(trainer, folder, checkpoint);
        Save(folder, record);
        try
        {
            if (!resumes)
            {
                record = record with { Start = trainer.Initialise(cancellation) };
                Save(folder, record);
            }
            trainer.Run(checkpoint, execution.CheckpointInterval, () => HistoryFile.Write(Path.Combine(folder, HistoryName), trainer.History), cancellation);
        }
        catch (Exception exception) when (exception is ArithmeticException or DeviceException && recorded is null && !File.Exists(checkpoint))
        {
            // Diverged, or lost with its device, before anything worth keeping: the next try, at a lower rate or elsewhere, shall find the folder free.
            File.Delete(Path.Combine(folder, HistoryName));
            File.Delete(Path.Combine(folder, RecordName));
            throw;
        }
        Ensemble trained = trainer.Snapshot();
        trained.Save(Path.Combine(folder, ModelName));
        trained.Free();
        HistoryFile.Write(Path.Combine(folder, HistoryName), trainer.History);
        var (testScores, trainScores) = trainer.FinalScores(cancellation);
        Save(folder, record with
        {
            Finished = true,
            Steps = trainer.Steps,
            TrainSeconds = trainer.TrainSeconds,
            WallSeconds = trainer.WallSeconds,
            Reinitialised = trainer.Reinitialised,
            Evaluation = testScores,
            TrainEvaluation = trainScores,
            History = trainer.History,
        });
        return Open(folder);
    }

    /// <summary>Goes on from the folder's checkpoint; false where there is none, and nothing yet that a training from the beginning would write over.</summary>
    /// <exception cref="InputException">The checkpoint is damaged, of another training, or missing where there is a model.</exception>
    private static bool Resume(Trainer trainer, string folder, string checkpoint)
    {
        bool hasModel = File.Exists(Path.Combine(folder, ModelName));
        if (!File.Exists(checkpoint))
        {
            return hasModel
                ? throw new InputException($"'{folder}' holds a trained model but no {CheckpointName}, so there is nothing to go on from; train into a new folder.")
                : false;
        }
        trainer.Resume(checkpoint, hasModel ? $"train into a new folder; '{folder}' stays as it is" : "delete it to start from the beginning");
        return true;
    }

    private static RunRecord? FindRecord(string folder, bool resume)
    {
        if (string.IsNullOrWhiteSpace(folder))
            throw new InputException("The run's folder has no name; give one.");
        if (Exists(folder))
        {
            return resume
                ? Open(folder).Record
                : throw new InputException($"'{folder}' already holds a run; give another --out, or --resume to continue it.");
        }
        if (File.Exists(folder))
            throw new InputException($"'{folder}' is a file; give a folder for the run.");
        // A process killed between making the folder and its first file leaves an empty folder, or a lock or a temporary file in it.
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(path => !IsLeftover(Path.GetFileName(path), RecordName)))
            throw new InputException($"The folder '{folder}' is not empty and holds no run; give a new or an empty one.");
        return null;
    }

    /// <summary>Whether a file is what a process leaves that is killed before it wrote <paramref name="first"/>, the folder's first file.</summary>
    internal static bool IsLeftover(string name, string first) => name == LockName || name.StartsWith($"{first}.tmp-", StringComparison.Ordinal);

    private static RunRecord NewRecord(ImageSet train, ImageSet test, TrainingOptions options, Execution execution, EngineRecord engine)
    {
        return new RunRecord
        {
            Version = typeof(Run).Assembly.GetName().Version!.ToString(3),
            Runtime = RuntimeInformation.FrameworkDescription,
            Started = DateTime.UtcNow,
            Train = DataRecord.Of(train),
            Test = DataRecord.Of(test),
            Shape = train.Shape,
            Options = options,
            Threads = execution.ThreadCount,
            Engine = engine,
            Warnings = options.WarningsFor(train),
        };
    }

    private static void CheckSame(RunRecord recorded, string folder, ImageSet train, ImageSet test, TrainingOptions options)
    {
        if (train.Fingerprint != recorded.Train.Fingerprint || test.Fingerprint != recorded.Test.Fingerprint)
            throw new InputException($"'{folder}' was trained on other images than '{train.Name}' and '{test.Name}'; resume it with the same data.");
        if (options with { Epochs = recorded.Options.Epochs } != recorded.Options)
            throw new InputException($"'{folder}' was started with other options; resume it without them, or train into a new folder.");
        if (options.Epochs < recorded.Options.Epochs)
            throw new InputException($"'{folder}' was started with {recorded.Options.Epochs} epochs; a run can be resumed with more, not with {options.Epochs}.");
        if (options.Epochs > recorded.Options.Epochs && !options.IsExtendable)
            throw new InputException($"'{folder}' was trained by a schedule over its {recorded.Options.Epochs} epochs, so it can't be extended; train {options.Epochs} epochs into a new folder.");
    }

    /// <summary>Where a run goes on: unless told otherwise on the device that it was on, in its precision.</summary>
    private static DeviceChoice ChooseAgain(EngineRecord recorded, string folder, Execution execution, TrainingNeeds needs)
    {
        DeviceCatalog devices = execution.Devices;
        string name = execution.Device, precision = execution.Precision;
        if (name == DeviceCatalog.Auto)
        {
            name = recorded.Device;
            if (devices.TryFind(name) is null)
            {
                throw new InputException($"'{folder}' was trained on {name}{(recorded.DeviceName is { } device ? $" ({device})" : "")}, which this machine doesn't have; " +
                    $"continue it with --device {Device.CpuName}, within tolerance of what it would have become, or with another one of 'tangram devices'.");
            }
        }
        // A device that lacks the recorded precision goes on in its own.
        bool keeps = precision == Precisions.Auto && (name == DeviceCatalog.AnyGpu || devices.Find(name).Has(Precisions.Parse(recorded.Precision) ?? default));
        return devices.Choose(name, keeps ? recorded.Precision : precision, needs);
    }

    private static RunRecord Continue(RunRecord recorded, TrainingOptions options, Execution execution, EngineRecord engine) => recorded with
    {
        Options = options,
        Engine = engine,
        EarlierEngines = engine == recorded.Engine ? recorded.EarlierEngines : [.. recorded.EarlierEngines, recorded.Engine],
        Threads = execution.ThreadCount,
        // Scores and history of an earlier end don't describe the run that goes on.
        Finished = false,
        Evaluation = null,
        TrainEvaluation = null,
        History = [],
    };

    /// <summary>Makes the folder and keeps other processes out of it for as long as the stream lives.</summary>
    internal static FileStream Hold(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Can't make the folder '{folder}': {exception.Message.TrimEnd('.')}; give another --out.", exception);
        }
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Can't write into '{folder}': another process is training there, or it is read-only; give another --out.", exception);
        }
    }

    private static void Save(string folder, RunRecord record) =>
        AtomicFile.WriteText(Path.Combine(folder, RecordName), TangramJson.Serialize(record, indented: true) + "\n");

    private Ensemble LoadEnsemble()
    {
        string[] candidates = [Path.Combine(Folder, ModelName), Path.Combine(Folder, CheckpointName)];
        // While a run is being extended, model.safetensors holds its earlier end: the checkpoint is newer.
        string? path = (Record.Finished ? candidates : candidates.Reverse()).FirstOrDefault(File.Exists);
        return path is null
            ? throw new InputException($"'{Folder}' was stopped before its first checkpoint; continue it with 'tangram train … --out {Folder} --resume'.")
            : Ensemble.Load(path);
    }
}
