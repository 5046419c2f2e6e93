using System.Diagnostics;

namespace Tangram;

/// <summary>What a trainer remembers beside the session's state.</summary>
internal sealed record TrainerState
{
    public long Steps { get; init; }

    /// <summary>Sums over the steps since the last row of the history.</summary>
    public double ReconstructionSum { get; init; }

    public double ConsistencySum { get; init; }

    public double AuxiliarySum { get; init; }

    public long StepsInRow { get; init; }

    public int ReinitialisedInRow { get; init; }

    public double TrainSeconds { get; init; }

    public double WallSeconds { get; init; }

    public IReadOnlyList<HistoryRow> History { get; init; } = [];

    /// <exception cref="InputException">A number can't be.</exception>
    public void Check()
    {
        if (Steps < 0 || StepsInRow < 0 || StepsInRow > Steps || ReinitialisedInRow < 0)
            throw new InputException("a count of steps or features is impossible");
        if (!double.IsFinite(ReconstructionSum) || !double.IsFinite(ConsistencySum) || !double.IsFinite(AuxiliarySum))
            throw new InputException("a loss is not a finite number");
        HistoryRow.Check(History, TrainSeconds, WallSeconds);
    }
}

/// <summary>checkpoint.safetensors: the session's raw state in logical layout, the trainer's in the metadata. Its weights open as a model.</summary>
internal static class Checkpoint
{
    private const string TrainerKey = "trainer";

    public static void Write(string path, TrainingSession session, TrainerState trainer)
    {
        var writer = new SafetensorsWriter().Metadata(TrainerKey, TangramJson.Serialize(trainer));
        Ensemble.Describe(writer, session.Options);
        session.AddTo(writer);
        writer.WriteTo(path);
    }

    /// <summary>The model that a checkpoint is of, and the steps done; the file is read through, and found to be what was written.</summary>
    /// <exception cref="InputException">It is damaged, or no checkpoint.</exception>
    public static (ModelOptions Model, long Steps) Describe(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.CheckWhole();
        return (Ensemble.ReadOptions(file), ReadTrainer(file).Steps);
    }

    /// <summary>Reads a checkpoint of the session's model, or of a tied one into one that isn't.</summary>
    public static TrainerState Read(string path, TrainingSession session)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        TrainerState trainer = ReadTrainer(file);
        session.ReadFrom(file, trainer.Steps);
        return trainer;
    }

    private static TrainerState ReadTrainer(SafetensorsFile file)
    {
        string json = file.Metadata.GetValueOrDefault(TrainerKey) ?? throw new InputException($"'{file.Path}' is not a checkpoint of this version of tangram; give another.");
        var trainer = TangramJson.Deserialize<TrainerState>(json, $"'{file.Path}'");
        TangramJson.CheckContent(trainer.Check, $"'{file.Path}'");
        return trainer;
    }
}

/// <summary>Says when a checkpoint is due: not before the interval has passed, and never so often that writing costs more than 5 % of the time.</summary>
internal sealed class CheckpointClock(TimeSpan interval)
{
    private const double MaximumShare = 0.05;
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan _cost;

    public bool IsDue => _sinceLast.Elapsed >= interval && _sinceLast.Elapsed * MaximumShare >= _cost;

    public void Time(Action write)
    {
        var watch = Stopwatch.StartNew();
        write();
        _cost = watch.Elapsed;
        _sinceLast.Restart();
    }
}
