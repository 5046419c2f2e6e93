namespace Tangram.Tests;

[TestsKernels("decode", "decode_auxiliary", "delta")]
public sealed class DecodeKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    /// <summary>The codes of the second of two members, one image fewer than there is room for.</summary>
    private const int Images = 9, Capacity = Images + 1, FirstCode = Capacity, Features = 40, FirstSlot = 4;

    private static readonly int[] Columns = [1, 15, 16, 17, 63, 64, 65, 130];

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Residuals_and_squared_errors_are_the_plain_ones(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            foreach (int most in new[] { 1, 20 })
            {
                using KernelBench bench = Bench(group, isMixed);
                FloatMatrix weights = bench.Matrix(Features, columns, 1), images = bench.Matrix(Images, columns, 2), bias = bench.Matrix(1, columns, 3);
                var codes = new KernelCodes(2 * Capacity, most);
                int[] counts = codes.Add(0, most, Features, 4);
                OpenClBuffer<float> residuals = bench.Marked(Capacity * weights.Stride), parts = bench.Marked(Capacity * bench.Blocks(weights.Stride));
                bench.ForColumns("decode", weights.Stride, Images, bench.Stored(weights), bench.Buffer(counts), bench.Buffer(codes.Features), bench.Buffer(codes.Values),
                    bench.Buffer(bias), bench.Stored(images), residuals, parts, (long)FirstCode, most, weights.Stride);

                float[] actual = residuals.Read();
                for (int image = 0; image < Images; image++)
                {
                    Range slots = codes.SlotsOf(FirstCode + image, 0, counts[FirstCode + image]);
                    double[] expected = Combine(weights, codes, slots, out double[] magnitudes);
                    for (int column = 0; column < columns; column++)
                    {
                        expected[column] += bias.Row(0)[column];
                        magnitudes[column] += Math.Abs(bias.Row(0)[column]) + Math.Abs(images.Row(image)[column]);
                    }
                    Residual.Reference(expected, images.Row(image));
                    CheckRow(expected, magnitudes, actual.AsSpan(image * weights.Stride, weights.Stride), counts[FirstCode + image] + 2);
                }
                Assert.False(actual.AsSpan(Images * weights.Stride).ContainsAnyExcept(KernelBench.Mark));
                CheckParts(bench, actual, parts.Read(), 0, weights.Stride);
            }
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void The_auxiliary_reconstruction_stands_behind_the_batch_with_the_residuals_added(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            const int Most = 5;
            using KernelBench bench = Bench(group, isMixed);
            FloatMatrix weights = bench.Matrix(Features, columns, 1), first = bench.Matrix(Capacity, columns, 2);
            var codes = new KernelCodes(2 * Capacity, FirstSlot + Most + 1);
            int[] counts = codes.Add(FirstSlot, Most, Features, 4);
            float[] before = KernelBench.Padded(first);
            OpenClBuffer<float> residuals = bench.Buffer<float>([.. before, .. Enumerable.Repeat(KernelBench.Mark, before.Length)]);
            OpenClBuffer<float> parts = bench.Marked(Capacity * bench.Blocks(weights.Stride));
            bench.ForColumns("decode_auxiliary", weights.Stride, Images, bench.Stored(weights), bench.Buffer(counts), bench.Buffer(codes.Features), bench.Buffer(codes.Values),
                residuals, parts, Capacity, (long)FirstCode, codes.Slots, FirstSlot, weights.Stride);

            float[] actual = residuals.Read();
            Numbers.SameBits(before, actual.AsSpan(0, before.Length));
            for (int image = 0; image < Images; image++)
            {
                int count = counts[FirstCode + image];
                double[] expected = Combine(weights, codes, codes.SlotsOf(FirstCode + image, FirstSlot, count), out double[] magnitudes);
                for (int column = 0; column < columns; column++)
                {
                    expected[column] += first.Row(image)[column];
                    magnitudes[column] += Math.Abs(first.Row(image)[column]);
                }
                CheckRow(expected, magnitudes, actual.AsSpan((Capacity + image) * weights.Stride, weights.Stride), count + 1);
            }
            Assert.False(actual.AsSpan((Capacity + Images) * weights.Stride).ContainsAnyExcept(KernelBench.Mark));
            CheckParts(bench, actual, parts.Read(), Capacity, weights.Stride);
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Pulls_and_radial_parts_are_the_plain_products(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            foreach (var (hasPulls, isTied) in new[] { (false, false), (true, false), (false, true), (true, true) })
                CheckDelta(group, isMixed, columns, hasPulls, isTied);
        }
    }

    private void CheckDelta(int group, bool isMixed, int columns, bool hasPulls, bool isTied)
    {
        const int Most = 5, FirstRow = 2, Member = 1;
        const float Scale = 0.3f;
        using KernelBench bench = Bench(group, isMixed);
        FloatMatrix weights = bench.Matrix(Features, columns, 1), residuals = bench.Matrix(FirstRow + Images, columns, 2);
        var codes = new KernelCodes(2 * Capacity, FirstSlot + Most + 1);
        int[] counts = codes.Add(FirstSlot, Most, Features, 4);
        float[] lengths = Numbers.Row(Features, 5), biases = Numbers.Row(Features, 6), others = [.. Enumerable.Repeat(float.NaN, Features)];
        float[] before = hasPulls ? Numbers.Row(codes.Values.Length, 7) : [.. Enumerable.Repeat(KernelBench.Mark, codes.Values.Length)];
        OpenClBuffer<float> pulls = bench.Buffer(before), radials = bench.Marked(Capacity * codes.Slots);
        bench.ForParts("delta", Images, Most, bench.Stored(weights), bench.Buffer(counts), bench.Buffer(codes.Features),
            bench.Buffer(codes.Values), bench.Buffer(residuals), bench.Buffer<float>([.. others, .. lengths]), bench.Buffer<float>([.. others, .. biases]), Member, Features, Scale,
            hasPulls, isTied, pulls, radials, (long)FirstCode, FirstRow, codes.Slots, FirstSlot, weights.Stride);

        float[] actualPulls = pulls.Read(), actualRadials = radials.Read();
        for (int image = 0; image < Images; image++)
        {
            foreach (int place in Enumerable.Range(((FirstCode + image) * codes.Slots) + FirstSlot, counts[FirstCode + image]))
            {
                int feature = codes.Features[place], radial = place - (FirstCode * codes.Slots);
                double product = 0, magnitude = 0;
                for (int column = 0; column < columns; column++)
                {
                    double term = (double)residuals.Row(FirstRow + image)[column] * weights.Row(feature)[column] * Scale * lengths[feature];
                    (product, magnitude) = (product + term, magnitude + Math.Abs(term));
                }
                double pull = product + (hasPulls ? before[place] : 0), without = codes.Values[place] - (double)biases[feature];
                magnitude += hasPulls ? Math.Abs(before[place]) : 0;
                Numbers.SumIsClose(pull, actualPulls[place], columns + 3, magnitude);
                Numbers.SumIsClose((codes.Values[place] * product) + (isTied ? pull * without : 0), actualRadials[radial], columns + 5,
                    magnitude * (Math.Abs(codes.Values[place]) + Math.Abs(without)));
                (actualPulls[place], actualRadials[radial]) = (before[place], KernelBench.Mark);
            }
        }
        Numbers.SameBits(before, actualPulls);
        Assert.False(actualRadials.AsSpan().ContainsAnyExcept(KernelBench.Mark));
    }

    private static double[] Combine(FloatMatrix weights, KernelCodes codes, Range slots, out double[] magnitudes)
    {
        double[] sums = new double[weights.Columns];
        RowCombination.Reference(weights, codes.Features.AsSpan(slots), codes.Values.AsSpan(slots), sums);
        magnitudes = new double[weights.Columns];
        foreach (var (feature, value) in codes.Features[slots].Zip(codes.Values[slots]))
        {
            for (int column = 0; column < magnitudes.Length; column++)
                magnitudes[column] += Math.Abs((double)value * weights.Row(feature)[column]);
        }
        return sums;
    }

    private static void CheckRow(double[] expected, double[] magnitudes, ReadOnlySpan<float> actual, int terms)
    {
        for (int column = 0; column < expected.Length; column++)
            Numbers.SumIsClose(expected[column], actual[column], terms, magnitudes[column]);
        Assert.False(actual[expected.Length..].ContainsAnyExcept(0f));
    }

    /// <summary>Squares of the residuals, summed up by the columns of a work-group.</summary>
    private static void CheckParts(KernelBench bench, float[] residuals, float[] actual, int firstRow, int stride)
    {
        int blocks = bench.Blocks(stride), group = bench.Layout.Group;
        for (int part = 0; part < Images * blocks; part++)
        {
            int from = ((firstRow + (part / blocks)) * stride) + (part % blocks * group);
            double expected = residuals[from..(from + Math.Min(group, stride - (part % blocks * group)))].Sum(error => (double)error * error);
            Numbers.SumIsClose(expected, actual[part], group, expected);
        }
        Assert.False(actual.AsSpan(Images * blocks).ContainsAnyExcept(KernelBench.Mark));
    }
}
