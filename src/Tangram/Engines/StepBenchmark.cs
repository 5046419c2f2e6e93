using System.Diagnostics;

namespace Tangram;

/// <summary>A phase of a training step.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Milliseconds">Mean over the threads, median over the steps measured.</param>
/// <param name="FloorMilliseconds">What the machine's peaks allow.</param>
/// <param name="Floor">How the floor is computed.</param>
public sealed record PhaseTime(string Name, double Milliseconds, double FloorMilliseconds, string Floor);

/// <summary>
/// A training step and the encoding of a set, measured and set beside what the machine's peaks, measured in the same run, allow. The images are random; what they
/// show doesn't change the work.
/// </summary>
/// <param name="Peaks">The machine.</param>
/// <param name="Phases">The step's phases; <c>wait</c> is what isn't work: threads that wait for each other, and what one thread does alone.</param>
/// <param name="Milliseconds">Median of whole steps.</param>
/// <param name="FloorMilliseconds">Sum of the phases' floors.</param>
/// <param name="Collections">Garbage collections during the steps measured.</param>
/// <param name="Partition">How the columns are cut.</param>
/// <param name="IsFused">Whether an update computes the next batch's pre-activations.</param>
/// <param name="EncodeImagesPerSecond">Images encoded per second by one member, their conversion from bytes and the selection included.</param>
/// <param name="EncodeFloorImagesPerSecond">The same at the encoder product's floor.</param>
public sealed record StepBenchmark(MachinePeaks Peaks, IReadOnlyList<PhaseTime> Phases, double Milliseconds, double FloorMilliseconds, int Collections, string Partition,
    bool IsFused, double EncodeImagesPerSecond, double EncodeFloorImagesPerSecond)
{
    /// <summary>Long enough for the runtime to compile what it found worth compiling.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.4);

    /// <param name="model">The model; TopK.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="threads">Threads; 0: one per processor.</param>
    /// <param name="steps">Steps measured, after some to warm up.</param>
    /// <param name="workspace">Mebibytes that pre-activations may take; null: as many as a training's may.</param>
    /// <param name="auxiliaryK">Activations per image of an auxiliary reconstruction from all features, the most that it can cost; 0: none.</param>
    /// <param name="maximumNorm">The norm that gradients are scaled down to; 0: never.</param>
    /// <param name="averageDecay">The decay of averages of the parameters; 0: none.</param>
    /// <exception cref="InputException">An option is out of range.</exception>
    public static StepBenchmark Measure(ModelOptions model, int batch, int threads = 0, int steps = 50, int? workspace = null, int auxiliaryK = 0,
        double maximumNorm = 0, double averageDecay = 0)
    {
        model.Check();
        if (batch is < 1 or > TrainingSession.MaximumBatch || steps < 1)
            throw new InputException($"A benchmark needs a batch of 1 … {TrainingSession.MaximumBatch} images and at least 1 step.");
        if (2L * batch * model.Shape.Length > Array.MaxLength)
            throw new InputException($"A batch of {batch} images of {model.Shape.Length} values is too large (two are more than {Array.MaxLength} values); give a smaller batch.");
        if (auxiliaryK < 0 || !double.IsFinite(maximumNorm) || maximumNorm < 0 || averageDecay is not (>= 0 and < 1))
            throw new InputException("A benchmark needs 0 or more auxiliary activations, a norm of 0 or more, and an average's decay in 0 … 1, 1 excluded.");
        if (workspace < 0)
            throw new InputException($"A workspace of {workspace} MiB can't be had; give 0 or more.");
        threads = Workers.CountFor(threads);
        long budget = workspace is { } mebibytes ? (long)mebibytes << 20 : MemoryPlan.DefaultBudget;
        var extras = new SessionExtras(Math.Min(auxiliaryK, model.Features), averageDecay > 0);
        var plan = new MemoryPlan(model, batch, threads, budget, extras);
        plan.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes); // before seconds are spent on the peaks
        MachinePeaks peaks = MachinePeaks.Measure(threads);
        using TrainingSession session = Device.Cpu.OpenTraining(model, batch, threads, budget, extras);
        ImageSet images = Images(2 * batch, model.Shape.Length);
        Initialise(session);
        ImageBatch[] batches = [.. Enumerable.Range(0, 2).Select(half => new ImageBatch(images, Enumerable.Range(half * batch, batch).ToArray()))];
        var settings = new StepSettings(1e-3, 0.1)
        {
            Auxiliary = auxiliaryK > 0 ? 1.0 / 32 : 0,
            DeadAfter = 0, // that is every feature
            MaximumNorm = maximumNorm,
            AverageDecay = averageDecay,
        };
        session.Queue(batches[0]);
        int next = 1;
        void Step()
        {
            session.Queue(batches[next++ & 1]);
            session.Step(settings);
        }
        var warmUp = Stopwatch.StartNew();
        do
            Step();
        while (warmUp.Elapsed < s_warmUp);
        var whole = new double[steps];
        double[][] phases = [.. session.PhaseNames.Select(_ => new double[steps])];
        int collections = GC.CollectionCount(0);
        for (int step = 0; step < steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            Step();
            whole[step] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int phase = 0; phase < phases.Length; phase++)
                phases[phase][step] = session.PhaseMilliseconds[phase];
        }
        collections = GC.CollectionCount(0) - collections;
        PhaseTime[] times = [.. phases.Select((all, phase) => Floor(session.PhaseNames[phase], Median(all), session, settings, peaks)).Where(time => time.FloorMilliseconds > 0)];
        return new StepBenchmark(peaks, times, Median(whole), times.Sum(time => time.FloorMilliseconds), collections, plan.Partition.ToString(), plan.IsFused,
            EncodeRate(session, images, threads), peaks.Flops / (2.0 * model.Features * model.Shape.Length));
    }

    private static double EncodeRate(TrainingSession session, ImageSet images, int threads)
    {
        Ensemble ensemble = session.Snapshot();
        // Each round takes at least about a quarter of a second, so that starting threads doesn't count.
        int[] indices = [.. Enumerable.Range(0, Math.Min(images.Count, Array.MaxLength / session.Options.MaximumNonZeros))];
        double Seconds(ImageSet set)
        {
            long start = Stopwatch.GetTimestamp();
            ensemble[0].Encode(set, threads);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        int repeats = (int)Math.Clamp(0.25 / Seconds(images.Subset("once", indices)), 1, 1 + (10_000_000 / indices.Length / session.Options.MaximumNonZeros));
        ImageSet repeated = images.Subset("repeated", [.. Enumerable.Repeat(indices, repeats).SelectMany(all => all)]);
        double rate = repeated.Count / Median([.. Enumerable.Range(0, 3).Select(_ => Seconds(repeated))]);
        ensemble.Free();
        return rate;
    }

    private static ImageSet Images(int count, int inputs)
    {
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        var pixels = new byte[count * inputs];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
            pixels[pixel] = (byte)(256 * random.Uniform((ulong)pixel));
        return ImageSet.FromBytes("random", ImageShape.Row(inputs), pixels);
    }

    private static void Initialise(TrainingSession session)
    {
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        var row = new float[session.Options.Shape.Length];
        float scale = 2 / MathF.Sqrt(row.Length);
        for (int member = 0; member < session.Options.Members; member++)
        {
            for (int feature = 0; feature < session.Options.Features; feature++)
            {
                ulong first = ((ulong)member << 40) + ((ulong)feature * (ulong)row.Length);
                for (int column = 0; column < row.Length; column++)
                    row[column] = ((float)random.Uniform(first + (ulong)column) - 0.5f) * scale;
                session.SetRow(member, new StateTensor(Parameter.Encoder), feature, row);
                if (session.Options.Untied)
                    session.SetRow(member, new StateTensor(Parameter.Decoder), feature, row);
            }
        }
    }

    /// <summary>
    /// The peaks that bound a phase, as PERFORMANCE.md's floors: B images, F features, D inputs, k active (auxiliary ones included), M members; 4 bytes a number. None
    /// for a phase that the model doesn't have.
    /// </summary>
    private static PhaseTime Floor(string phase, double milliseconds, TrainingSession session, StepSettings settings, MachinePeaks peaks)
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
            "product" => (2 * b * f * d * m / peaks.Flops, "2BFDM operations at peak"),
            "select" => (4 * b * f * m / peaks.Level2Read, "4BFM bytes from L2"),
            "decode" => (gradients, "8BkDM bytes from L2"),
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

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
