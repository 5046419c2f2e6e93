namespace Tangram.Tests;

/// <summary>Sessions of chosen widths and threads, seeded batches and weights for them, and comparisons of their states.</summary>
internal static class Sessions
{
    public static ModelOptions Model(int inputs, int features, int k, int members) => new()
    {
        Shape = ImageShape.Row(inputs),
        Features = features,
        Rule = new SparsityRule.TopK(k),
        Members = members,
    };

    /// <summary>A session on a device of <see cref="Variants.Devices"/>.</summary>
    public static TrainingSession Open(string device, ModelOptions options, int batch, int threads = 2, long workspace = MemoryPlan.DefaultBudget,
        SessionExtras extras = default) => device == Variants.OpenCl
            ? PoCl.Open(options, batch, extras, workspace: workspace)
            : Device.Parse(device).OpenTraining(options, batch, threads, workspace, extras);

    public static TrainingSession Cpu(int width, ModelOptions options, int batch, int threads, long workspace = MemoryPlan.DefaultBudget,
        SessionExtras extras = default, Bf16Product? bf16 = null) => (SimdTier)width switch
        {
            SimdTier.Bits512 => new CpuSession<Simd512>(options, batch, threads, workspace, extras, bf16),
            SimdTier.Bits256 => new CpuSession<Simd256>(options, batch, threads, workspace, extras, bf16),
            SimdTier.Bits128 => new CpuSession<Simd128>(options, batch, threads, workspace, extras, bf16),
            SimdTier.Scalar => new CpuSession<SimdScalar>(options, batch, threads, workspace, extras, bf16),
            _ => throw new ArgumentOutOfRangeException(nameof(width)),
        };

    /// <summary>Random rows of about unit norm, different ones for encoder and decoder, and small biases; averages begin with the values.</summary>
    public static void Initialise(TrainingSession session, ulong seed)
    {
        float matrixScale = 1 / MathF.Sqrt(session.Options.Shape.Length), biasScale = 0.1f;
        foreach (StateTensor tensor in StateTensor.Of(session.Options, session.Extras.Averages).Where(tensor => tensor.Slot is Slot.Value or Slot.Average))
        {
            for (int member = 0; member < session.Options.Members; member++)
            {
                ulong own = seed + (ulong)member + (1000 * (ulong)tensor.Parameter);
                using FloatMatrix random = Numbers.Matrix(tensor.Rows(session.Options), tensor.Columns(session.Options), own);
                for (int row = 0; row < random.Rows; row++)
                {
                    float scale = tensor.IsMatrix ? matrixScale : biasScale;
                    session.SetRow(member, tensor, row, Array.ConvertAll(random.Row(row).ToArray(), value => value * scale));
                }
            }
        }
    }

    /// <summary>Images of numbers in [0, 1).</summary>
    public static ImageSet Images(int count, int inputs, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.EvaluationSample);
        return ImageSet.FromRows("random", inputs, Enumerable.Range(0, count * inputs).Select(index => (float)random.Uniform((ulong)index)).ToArray());
    }

    /// <summary>A batch of all images.</summary>
    public static ImageBatch BatchOf(ImageSet images) => new(images, Enumerable.Range(0, images.Count).ToArray());

    /// <summary>A step on one batch, with none queued behind it.</summary>
    public static StepLosses Step(this TrainingSession session, ImageBatch batch, StepSettings settings)
    {
        session.Queue(batch);
        return session.Step(settings);
    }

    /// <summary>A feature's weights.</summary>
    public static float[] Feature(this TrainingSession session, int member, int feature)
    {
        var weights = new float[session.Options.Shape.Length];
        session.CopyRow(member, new StateTensor(Parameter.Encoder), feature, weights);
        return weights;
    }

    public static void SameState(SessionState expected, SessionState actual)
    {
        Assert.Equal(expected.Steps, actual.Steps);
        for (int member = 0; member < expected.Members.Length; member++)
        {
            MemberState a = expected.Members[member], b = actual.Members[member];
            foreach (StateTensor tensor in a.Tensors)
                Numbers.SameBits(a[tensor], b[tensor]);
            Assert.Equal(a.Ages.Births, b.Ages.Births);
            Assert.Equal(a.Ages.LastActive, b.Ages.LastActive);
        }
    }

    /// <summary>Equal after one step from the same state, up to the rounding of float32 sums.</summary>
    public static void CloseState(SessionState expected, SessionState actual, double rate)
    {
        Assert.Equal(expected.Steps, actual.Steps);
        for (int member = 0; member < expected.Members.Length; member++)
        {
            MemberState a = expected.Members[member], b = actual.Members[member];
            Assert.Equal(a.Ages.LastActive, b.Ages.LastActive);
            Assert.Equal(a.Ages.Births, b.Ages.Births);
            foreach (StateTensor tensor in a.Tensors)
            {
                // Sums of pulls, and what is left of a gradient without its part along the row, cancel much.
                double share = tensor.IsMatrix && !expected.Options.UnitRows ? 1e-6 : 5e-6;
                if (tensor.Slot is Slot.FirstMoment or Slot.SecondMoment)
                    Numbers.AreClose(a[tensor], b[tensor], share);
                else
                    CloseValues(a[tensor], b[tensor], a[tensor.Parameter, Slot.FirstMoment], rate, share);
            }
        }
    }

    /// <summary>Adam divides a gradient by its own size: where it nearly cancels, what its rounding is of it shows in the value.</summary>
    private static void CloseValues(FloatMatrix expected, FloatMatrix actual, FloatMatrix moments, double rate, double share)
    {
        double largest = Enumerable.Range(0, moments.Rows).Max(row => moments.Row(row).ToArray().Max(moment => Math.Abs((double)moment)));
        for (int row = 0; row < expected.Rows; row++)
        {
            ReadOnlySpan<float> a = expected.Row(row), b = actual.Row(row), moment = moments.Row(row);
            for (int column = 0; column < a.Length; column++)
            {
                double difference = Math.Abs((double)a[column] - b[column]), cancelled = moment[column] == 0 ? 0 : share * largest / Math.Abs(moment[column]);
                if (!(difference <= rate * (2e-3 + Math.Min(0.1, cancelled))))
                    Assert.Fail($"Row {row}, column {column} is {b[column]:R}, not {a[column]:R}.");
            }
        }
    }

    public static void CloseLosses(StepLosses expected, StepLosses actual)
    {
        Assert.Equal(expected.Reconstruction.Length, actual.Reconstruction.Length);
        for (int member = 0; member < expected.Reconstruction.Length; member++)
            Assert.InRange(actual.Reconstruction[member] / expected.Reconstruction[member], 1 - 2e-6, 1 + 2e-6);
        Assert.InRange(Math.Abs(actual.Consistency - expected.Consistency), 0, 4e-6 * expected.Consistency);
        Assert.Equal(expected.Auxiliary.Length, actual.Auxiliary.Length);
        for (int member = 0; member < expected.Auxiliary.Length; member++)
            Assert.InRange(Math.Abs(actual.Auxiliary[member] - expected.Auxiliary[member]), 0, 2e-6 * expected.Auxiliary[member]);
    }
}
