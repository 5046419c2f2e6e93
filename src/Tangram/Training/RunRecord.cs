using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>An image set as a run remembers it.</summary>
/// <param name="Name">As given.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Fingerprint">SHA-256 of what training sees.</param>
/// <param name="Source">The set's name or absolute path; null for a set made from memory.</param>
/// <param name="Split">Its split; null for a set made from memory.</param>
/// <param name="Options">How it was read; null where that has no say.</param>
public sealed record DataRecord(string Name, int Images, string Fingerprint, string? Source = null, string? Split = null, DataOptions? Options = null)
{
    internal static DataRecord Of(ImageSet images) => new(images.Name, images.Count, images.Fingerprint, images.Origin?.Source, images.Origin?.Split, images.Origin?.Options);
}

/// <summary>What the bits of a run depend on beside its options; threads only execute it.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Precision">Precision of the arithmetic.</param>
/// <param name="Tier">Vector width in bits; 1 without SIMD.</param>
/// <param name="Partition">How sums are cut.</param>
/// <param name="Architecture">The processor's architecture.</param>
public sealed record EngineRecord(string Device, string Precision, int Tier, string Partition, string Architecture)
{
    /// <summary>What an OpenCL device is called; null for other engines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DeviceName { get; init; }

    /// <summary>Version of an OpenCL device's driver; null for other engines.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; init; }

    /// <summary>For people: what tells it from other engines.</summary>
    public override string ToString() => DeviceName is null
        ? $"{(Device == Tangram.Device.CpuName ? "" : $"{Device}, ")}{Architecture}, {(Tier == 1 ? "no SIMD" : $"{Tier}-bit SIMD")}{(Precision == Tangram.Precision.Mixed.Word() ? ", mixed precision" : "")}"
        : $"{Device}, {DeviceName}, driver {Driver}, {Precision}";

    internal static EngineRecord Of(DeviceChoice choice, string partition) =>
        new(choice.Device.Name, choice.Precision, (int)SimdTiers.Best, partition, RuntimeInformation.ProcessArchitecture.ToString())
        {
            DeviceName = choice.Device.OpenCl?.Name,
            Driver = choice.Device.OpenCl?.Driver,
        };
}

/// <summary>Scores of the features that training starts from, means over the members.</summary>
/// <param name="Mse">As <see cref="MemberScores.Mse"/>.</param>
/// <param name="Pearson">As <see cref="MemberScores.Pearson"/>.</param>
/// <param name="Fvu">As <see cref="MemberScores.Fvu"/>.</param>
/// <param name="Consistency">How alike the members start; null with one member.</param>
public sealed record StartScores(double Mse, double Pearson, double Fvu, ConsistencyScores? Consistency)
{
    internal static StartScores Of(Scores scores) => new(scores.Mse, scores.Pearson, scores.Fvu, scores.Consistency);
}

/// <summary>run.json: what was trained, on what, how, and what came out.</summary>
public sealed record RunRecord
{
    internal const int CurrentFormat = 1;

    /// <summary>Version of this layout.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Version of tangram.</summary>
    public required string Version { get; init; }

    /// <summary>Version of .NET.</summary>
    public required string Runtime { get; init; }

    /// <summary>When the training began, UTC.</summary>
    public DateTime Started { get; init; }

    /// <summary>Whether all epochs are done and evaluated.</summary>
    public bool Finished { get; init; }

    /// <summary>The images learned from.</summary>
    public required DataRecord Train { get; init; }

    /// <summary>The images evaluated on.</summary>
    public required DataRecord Test { get; init; }

    /// <summary>What was found when the images were opened; null in runs of earlier versions.</summary>
    public DataFindings? Found { get; init; }

    /// <summary>The images' shape.</summary>
    public ImageShape Shape { get; init; }

    /// <summary>The experiment.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>What its bits depend on beside the options.</summary>
    public required EngineRecord Engine { get; init; }

    /// <summary>Engines that trained before, when the run was resumed on another device, in another precision, on another SIMD tier or architecture: then its bits can't be had again.</summary>
    public IReadOnlyList<EngineRecord> EarlierEngines { get; init; } = [];

    /// <summary>Threads of the last process that trained.</summary>
    public int Threads { get; init; }

    /// <summary>Steps done.</summary>
    public long Steps { get; init; }

    /// <summary>Seconds spent in steps.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>Seconds of everything: steps, evaluation, checkpoints; without the time between a stop and its resume.</summary>
    public double WallSeconds { get; init; }

    /// <summary>Features re-initialised, over all members.</summary>
    public int Reinitialised { get; init; }

    /// <summary>Scores on <see cref="Test"/>; null until finished.</summary>
    public Scores? Evaluation { get; init; }

    /// <summary>Scores on a fixed sample of <see cref="Train"/>; null until finished.</summary>
    public Scores? TrainEvaluation { get; init; }

    /// <summary>What <see cref="Test"/> gets before the first step: what training didn't bring. Null for a run of an earlier version.</summary>
    public StartScores? Start { get; init; }

    /// <summary>What of the set keeps the training from learning, or its scores from showing it (<see cref="TrainingWarnings"/>).</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>One row per evaluation.</summary>
    public IReadOnlyList<HistoryRow> History { get; init; } = [];

    /// <exception cref="InputException">No training has such a record.</exception>
    internal void Check()
    {
        Options.Check(Shape);
        foreach (DataRecord data in new[] { Train, Test })
        {
            if (data.Images < 1)
                throw new InputException($"a set of {data.Images} images");
            data.Options?.Check();
        }
        if (Threads < 1 || Steps < 0 || Reinitialised < 0 || Engine.Tier < 1 || EarlierEngines.Any(engine => engine.Tier < 1))
            throw new InputException("a count of threads, steps or features is impossible");
        if (Finished && (Evaluation is null || Evaluation.Members.Count != Options.Members))
            throw new InputException($"a finished run without scores of {Options.Members} members");
        HistoryRow.Check(History, TrainSeconds, WallSeconds);
    }
}
