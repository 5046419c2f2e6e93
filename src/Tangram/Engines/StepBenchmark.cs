using System.Diagnostics;

namespace Tangram;

/// <summary>A phase of a training step.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Milliseconds">Median over the steps measured.</param>
/// <param name="FloorMilliseconds">What the machine's peaks allow.</param>
/// <param name="Floor">How the floor is computed.</param>
public sealed record PhaseTime(string Name, double Milliseconds, double FloorMilliseconds, string Floor);

/// <summary>
/// A training step, measured phase by phase and set beside what the machine's peaks, measured in the same run, allow. The images are random; what they show
/// doesn't change the work.
/// </summary>
/// <param name="Peaks">The machine.</param>
/// <param name="Phases">The step's phases.</param>
/// <param name="Milliseconds">Median of whole steps.</param>
/// <param name="FloorMilliseconds">Sum of the phases' floors.</param>
public sealed record StepBenchmark(MachinePeaks Peaks, IReadOnlyList<PhaseTime> Phases, double Milliseconds, double FloorMilliseconds)
{
    /// <param name="model">The model; TopK.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="threads">Threads; 0: one per processor.</param>
    /// <param name="steps">Steps measured, after a tenth as many to warm up.</param>
    /// <exception cref="InputException">An option is out of range.</exception>
    public static StepBenchmark Measure(ModelOptions model, int batch, int threads = 0, int steps = 50)
    {
        model.Check();
        int count = Workers.CountFor(threads);
        if (batch is < 1 or > TrainingSession.MaximumBatch || steps < 1)
            throw new InputException($"A benchmark needs a batch of 1 … {TrainingSession.MaximumBatch} images and at least 1 step.");
        if ((long)batch * model.Shape.Length > Array.MaxLength)
            throw new InputException($"A batch of {batch} images of {model.Shape.Length} values is too large (more than {Array.MaxLength} values); give a smaller batch.");
        MachinePeaks peaks = MachinePeaks.Measure(count);
        using TrainingSession session = Device.Parse("cpu").OpenTraining(model, batch, count);
        ImageBatch[] batches = Prepare(session, batch);
        var settings = new StepSettings(1e-3, 0.1);
        session.Queue(batches[0]);
        void Step(int step)
        {
            session.Queue(batches[step & 1]);
            session.Step(settings);
        }
        for (int warm = 0; warm < Math.Max(2, steps / 10); warm++)
            Step(warm);
        var whole = new double[steps];
        var phases = new double[session.PhaseNames.Count][];
        for (int phase = 0; phase < phases.Length; phase++)
            phases[phase] = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            Step(step);
            whole[step] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int phase = 0; phase < phases.Length; phase++)
                phases[phase][step] = session.PhaseMilliseconds[phase];
        }
        PhaseTime[] times = [.. phases.Select((all, phase) => Floor(session.PhaseNames[phase], Median(all), model, batch, peaks))];
        return new StepBenchmark(peaks, times, Median(whole), times.Sum(time => time.FloorMilliseconds));
    }

    private static ImageBatch[] Prepare(TrainingSession session, int batch)
    {
        ModelOptions model = session.Options;
        int inputs = model.Shape.Length;
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        byte[] pixels = [.. Enumerable.Range(0, 2 * batch * inputs).Select(index => (byte)(256 * random.Uniform((ulong)index)))];
        ImageSet images = ImageSet.FromBytes("random", ImageShape.Row(inputs), pixels);
        float scale = 2 / MathF.Sqrt(inputs);
        var row = new float[inputs];
        for (int member = 0; member < model.Members; member++)
        {
            for (int feature = 0; feature < model.Features; feature++)
            {
                ulong first = ((ulong)member << 40) + ((ulong)feature * (ulong)inputs);
                for (int column = 0; column < inputs; column++)
                    row[column] = ((float)random.Uniform(first + (ulong)column) - 0.5f) * scale;
                session.SetRow(member, StateMatrix.Weights, feature, row);
            }
        }
        return [.. Enumerable.Range(0, 2).Select(half => new ImageBatch(images, Enumerable.Range(half * batch, batch).ToArray()))];
    }

    /// <summary>The peaks that bound a phase, as PERFORMANCE.md's floors: B images, F features, D inputs, k active, M members; 4 bytes a number.</summary>
    private static PhaseTime Floor(string phase, double milliseconds, ModelOptions model, int batch, MachinePeaks peaks)
    {
        double b = batch, f = model.Features, d = model.Shape.Length, k = model.MaximumNonZeros, m = model.Members;
        double parameters = 12 * f * d * m;
        // Three arrays that fit the last-level cache with room to spare are updated there, larger ones in memory.
        double update = parameters < 24 << 20 ? peaks.Level3Update : peaks.MemoryUpdate;
        var (seconds, how) = phase switch
        {
            "product" => (2 * b * f * d * m / peaks.Flops, "2BFDM operations at peak"),
            "select" => (4 * b * f * m / peaks.Level2Read, "4BFM bytes from L2"),
            "decode" => (8 * b * k * d * m / peaks.Level2Read, "8BkDM bytes from L2"),
            "entries" => (24 * b * k * m / peaks.Level2Read, "24BkM bytes from L2"),
            "read" => (5 * b * d / peaks.Level2Read, "5BD bytes from L2"),
            "wait" => (0, ""),
            _ => ((8 * b * k * d * m / peaks.Level2Read) + (2 * parameters / update), "8BkDM bytes from L2 + Adam's 24FDM bytes read and written"),
        };
        return new PhaseTime(phase, milliseconds, seconds * 1000, how);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
