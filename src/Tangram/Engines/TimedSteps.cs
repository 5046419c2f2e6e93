using System.Diagnostics;

namespace Tangram;

/// <summary>Steps, timed.</summary>
/// <param name="Milliseconds">Median of whole steps.</param>
/// <param name="Phases">Median of each of the session's phases.</param>
/// <param name="Collections">Garbage collections meanwhile.</param>
/// <param name="ProductShare">Mean of the session's.</param>
internal sealed record TimedSteps(double Milliseconds, IReadOnlyList<double> Phases, int Collections, double ProductShare)
{
    /// <summary>Long enough for the runtime to compile what it found worth compiling.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(0.4);

    /// <summary>Gives a session random weights, and steps it through the images.</summary>
    public static TimedSteps Measure(TrainingSession session, ImageSet images, BenchmarkOptions options, CancellationToken cancellation)
    {
        Initialise(session, cancellation);
        var order = new EpochOrder(images, options.Batch, seed: 1);
        ImageBatch[] epoch = [.. Enumerable.Range(0, order.BatchesPerEpoch).Select(step => order[step])];
        session.Queue(epoch[0]);
        int next = 1;
        void Step()
        {
            cancellation.ThrowIfCancellationRequested();
            session.Queue(epoch[next++ % epoch.Length]);
            session.Step(options.Settings);
        }
        var warmUp = Stopwatch.StartNew();
        do
            Step();
        while (warmUp.Elapsed < s_warmUp);
        _ = session.PhaseMilliseconds; // some sessions add up until they are asked
        var whole = new double[options.Steps];
        double[][] phases = [.. session.PhaseNames.Select(_ => new double[options.Steps])];
        int collections = GC.CollectionCount(0);
        double share = 0;
        for (int step = 0; step < options.Steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            Step();
            whole[step] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            IReadOnlyList<double> times = session.PhaseMilliseconds;
            for (int phase = 0; phase < phases.Length; phase++)
                phases[phase][step] = times[phase];
            share += session.ProductShare / options.Steps;
        }
        collections = GC.CollectionCount(0) - collections;
        return new TimedSteps(Median(whole), [.. phases.Select(Median)], collections, share);
    }

    /// <summary>The options' images, or two batches of noise.</summary>
    public static ImageSet Images(ModelOptions model, BenchmarkOptions options)
    {
        if (options.Images is not null)
            return options.Images;
        int inputs = model.Shape.Length;
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        var pixels = new byte[2 * options.Batch * inputs];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
            pixels[pixel] = (byte)(1 + (255 * random.Uniform((ulong)pixel)));
        return ImageSet.FromBytes("random", ImageShape.Row(inputs), pixels);
    }

    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Initialise(TrainingSession session, CancellationToken cancellation)
    {
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        var row = new float[session.Options.Shape.Length];
        float scale = 2 / MathF.Sqrt(row.Length);
        for (int member = 0; member < session.Options.Members; member++)
        {
            for (int feature = 0; feature < session.Options.Features; feature++)
            {
                cancellation.ThrowIfCancellationRequested();
                ulong first = ((ulong)member << 40) + ((ulong)feature * (ulong)row.Length);
                for (int column = 0; column < row.Length; column++)
                    row[column] = ((float)random.Uniform(first + (ulong)column) - 0.5f) * scale;
                session.SetRow(member, new StateTensor(Parameter.Encoder), feature, row);
                if (session.Options.Untied)
                    session.SetRow(member, new StateTensor(Parameter.Decoder), feature, row);
            }
        }
    }
}
