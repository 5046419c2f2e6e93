namespace Tangram.Tests;

[TestsKernels("replace_row", "copy_weights", "measure_norms")]
public sealed class ReplaceKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Features = 5, Replaced = 3;

    private static readonly int[] Columns = [1, 15, 16, 17, 63, 64, 65, 130];

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void A_replaced_row_has_the_new_weights_and_no_past(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            foreach (bool hasAverages in new[] { false, true })
            {
                using KernelBench bench = Bench(group, isMixed);
                FloatMatrix weights = bench.Matrix(Features, columns, 1, isStored: false), first = bench.Matrix(Features, columns, 2), second = bench.Matrix(Features, columns, 3);
                FloatMatrix averages = bench.Matrix(Features, columns, 4);
                OpenClBuffer<float> w = bench.Buffer(weights), m = bench.Buffer(first), v = bench.Buffer(second), mean = hasAverages ? bench.Buffer(averages) : w;
                StoredNumbers? halves = isMixed ? bench.Stored(weights) : null;
                float[] row = Numbers.Row(columns, 5);
                bench.ForItems("replace_row", columns, bench.Buffer(row), Replaced, columns, weights.Stride, w, m, v, mean, hasAverages, halves is not null ? halves : w);

                row.CopyTo(weights.Row(Replaced));
                row.CopyTo(averages.Row(Replaced));
                first.Row(Replaced).Clear();
                second.Row(Replaced).Clear();
                Numbers.SameBits(KernelBench.Padded(weights), w.Read());
                Numbers.SameBits(KernelBench.Padded(first), m.Read());
                Numbers.SameBits(KernelBench.Padded(second), v.Read());
                Numbers.SameBits(KernelBench.Padded(hasAverages ? averages : weights), mean.Read());
                if (halves is not null)
                    Numbers.SameBits(Array.ConvertAll(KernelBench.Padded(weights), bench.Kept), halves.Read());
            }
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Weights_are_copied_from_first_to_last_and_no_further(int group, bool isMixed)
    {
        const int Length = 150;
        foreach (int first in new[] { 0, 1, 16 })
        {
            foreach (int count in new[] { 0, 1, 63, 64, 65, Length - 16 })
            {
                using KernelBench bench = Bench(group, isMixed);
                float[] weights = Numbers.Row(Length, 1), expected = [.. Enumerable.Repeat(KernelBench.Mark, Length)];
                StoredNumbers copy = bench.Stored(expected);
                weights.AsSpan(first, count).CopyTo(expected.AsSpan(first));
                bench.ForItems("copy_weights", Math.Max(1, count), bench.Buffer(weights), copy, (long)first, (long)count);
                Numbers.SameBits(Array.ConvertAll(expected, bench.Kept), copy.Read());
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Norms_are_the_plain_ones(int group)
    {
        foreach (int columns in Columns)
        {
            using KernelBench bench = Bench(group);
            FloatMatrix weights = bench.Matrix(Features, columns, 1);
            weights.Row(2).Clear();
            OpenClBuffer<float> norms = bench.Marked(Features + 1);
            bench.ForRows("measure_norms", Features, bench.Buffer(weights), weights.Stride, norms);
            float[] actual = norms.Read();
            for (int feature = 0; feature < Features; feature++)
            {
                double norm = Math.Sqrt(GroupProduct.Reference(weights.Row(feature), weights.Row(feature)));
                Numbers.SumIsClose(norm, actual[feature], columns, norm);
            }
            Assert.Equal(KernelBench.Mark, actual[Features]);
        }
    }
}
