using System.Diagnostics;

namespace Tangram;

/// <summary>A phase of a training step.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Milliseconds">Mean over the threads, median over the steps measured.</param>
/// <param name="FloorMilliseconds">What the machine's peaks allow.</param>
/// <param name="Floor">How the floor is computed.</param>
public sealed record PhaseTime(string Name, double Milliseconds, double FloorMilliseconds, string Floor);

/// <summary>
/// A training step and the encoding of a set, measured and set beside what the machine's peaks, measured in the same run, allow.
/// </summary>
/// <param name="Peaks">The machine.</param>
/// <param name="Precision"><c>fp32</c>, or <c>mixed</c>: how images and weights are multiplied in a training step and in the encoding.</param>
/// <param name="Phases">The step's phases; <c>wait</c> is what isn't work: threads that wait for each other, and what one thread does alone.</param>
/// <param name="Milliseconds">Median of whole steps.</param>
/// <param name="FloorMilliseconds">Sum of the phases' floors.</param>
/// <param name="Collections">Garbage collections during the steps measured.</param>
/// <param name="Partition">How the columns are cut.</param>
/// <param name="IsFused">Whether an update computes the next batch's pre-activations.</param>
/// <param name="ProductShare">Which share of images' columns the encoder's product takes: those that are 0 in all 32 images of a group are left out.</param>
/// <param name="EncodeImagesPerSecond">Images encoded per second by one member, their conversion from bytes and the selection included.</param>
/// <param name="EncodeFloorImagesPerSecond">The same at the encoder product's floor.</param>
public sealed record StepBenchmark(MachinePeaks Peaks, string Precision, IReadOnlyList<PhaseTime> Phases, double Milliseconds, double FloorMilliseconds, int Collections, string Partition,
    bool IsFused, double ProductShare, double EncodeImagesPerSecond, double EncodeFloorImagesPerSecond)
{
    /// <param name="model">The model; TopK.</param>
    /// <param name="options">What is measured.</param>
    /// <param name="cancellation">Stops between loops and steps.</param>
    /// <exception cref="InputException">An option is out of range.</exception>
    public static StepBenchmark Measure(ModelOptions model, BenchmarkOptions options, CancellationToken cancellation = default)
    {
        options.Check(model);
        int threads = Workers.CountFor(options.Threads);
        SessionExtras extras = options.ExtrasOf(model);
        Precision precision = Precisions.OnCpu(options.Precision);
        bool isMixed = precision == Tangram.Precision.Mixed;
        var plan = new MemoryPlan(model, options.Batch, threads, options.WorkspaceBytes, extras, isMixed);
        plan.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes); // before seconds are spent on the peaks
        MachinePeaks peaks = MachinePeaks.Measure(threads, cancellation);
        using TrainingSession session = Device.Cpu.OpenTraining(model, options.Batch, threads, options.WorkspaceBytes, extras, precision);
        ImageSet images = TimedSteps.Images(model, options);
        TimedSteps steps = TimedSteps.Measure(session, images, options, cancellation);
        PhaseTime[] times = [.. session.PhaseNames.Zip(steps.Phases, (name, time) => Floor(name, time, session, options.Settings, steps.ProductShare, peaks, isMixed)).Where(time => time.FloorMilliseconds > 0)];
        return new StepBenchmark(peaks, precision.Word(), times, steps.Milliseconds, times.Sum(time => time.FloorMilliseconds), steps.Collections, session.Partition, plan.IsFused,
            steps.ProductShare, EncodeRate(session, images, precision.Word(), threads, cancellation), (isMixed ? peaks.Bf16Flops : peaks.Flops) / (2.0 * model.Features * model.Shape.Length * steps.ProductShare));
    }

    private static double EncodeRate(TrainingSession session, ImageSet images, string precision, int threads, CancellationToken cancellation)
    {
        Ensemble ensemble = session.Snapshot();
        // Each round takes at least about a quarter of a second, so that starting threads doesn't count.
        int[] indices = [.. Enumerable.Range(0, Math.Min(images.Count, Array.MaxLength / session.Options.MaximumNonZeros))];
        double Seconds(ImageSet set)
        {
            long start = Stopwatch.GetTimestamp();
            ensemble[0].Encode(set, precision, threads, cancellation);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        int repeats = (int)Math.Clamp(0.25 / Seconds(images.Subset("once", indices)), 1, 1 + (10_000_000 / indices.Length / session.Options.MaximumNonZeros));
        ImageSet repeated = images.Subset("repeated", [.. Enumerable.Repeat(indices, repeats).SelectMany(all => all)]);
        double rate = repeated.Count / TimedSteps.Median([.. Enumerable.Range(0, 3).Select(_ => Seconds(repeated))]);
        ensemble.Free();
        return rate;
    }

    /// <summary>
    /// The peaks that bound a phase, as PERFORMANCE.md's floors: B images, F features, D inputs, k active (auxiliary ones included), M members; 4 bytes a number. None
    /// for a phase that the model doesn't have.
    /// </summary>
    private static PhaseTime Floor(string phase, double milliseconds, TrainingSession session, StepSettings settings, double share, MachinePeaks peaks, bool isMixed)
    {
        ModelOptions model = session.Options;
        double b = session.BatchCapacity, f = model.Features, d = model.Shape.Length, m = model.Members;
        double k = model.MaximumNonZeros + (settings.Auxiliary > 0 ? session.Extras.AuxiliaryK : 0);
        int matrices = (model.Untied ? 2 : 1) * (session.Extras.Averages ? 4 : 3);
        double parameters = sizeof(float) * matrices * f * d * m;
        // Arrays that fit the last-level cache with room to spare are read and updated there, larger ones in memory.
        bool near = parameters < 24 << 20;
        double update = near ? peaks.Level3Update : peaks.MemoryUpdate, gradients = 8 * b * k * d * m / peaks.Level2Read;
        var (seconds, how) = phase switch
        {
            "read" => (5 * b * d / peaks.Level2Read, "5BD bytes from L2"),
            "product" => (2 * b * f * d * m * share / (isMixed ? peaks.Bf16Flops : peaks.Flops),
                FormattableString.Invariant($"2BFDM operations at {(isMixed ? "bf16's peak" : "peak")}{(share < 1 ? $", {share:P0} of the columns" : "")}")),
            "select" => (4 * b * f * m / peaks.Level2Read, "4BFM bytes from L2"),
            // Adam's streams leave nothing of weights that don't fit the cache.
            "decode" => near ? (gradients, "8BkDM bytes from L2") : (gradients + (4 * f * d * m / peaks.MemoryRead), "8BkDM bytes from L2 + all weights read, 4FDM bytes"),
            "entries" => (24 * b * k * m / peaks.Level2Read, "24BkM bytes from L2"),
            "bias" when model.PreBias => ((4 * f * d * m / (near ? peaks.Level3Read : peaks.MemoryRead)) + (4 * b * d * m / peaks.Level2Read), "all weights read, 4FDM bytes + 4BDM bytes from L2"),
            "bias" when model.EncoderBias || model.UnitRows => (4 * b * k * m / peaks.Level2Read, "4BkM bytes from L2"),
            "norm" when settings.MaximumNorm > 0 => (gradients, "8BkDM bytes from L2"),
            "update" => (gradients + (2 * parameters / update), $"8BkDM bytes from L2 + Adam's {sizeof(float) * matrices * 2}FDM bytes read and written"),
            "wait" => (TrainingSession.LoopsPerStep(model, settings) * peaks.EmptyLoop, $"{TrainingSession.LoopsPerStep(model, settings)} empty loops of all threads"),
            _ => (0, ""),
        };
        return new PhaseTime(phase, milliseconds, seconds * 1000, how);
    }
}
