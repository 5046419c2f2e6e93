using System.Numerics;

namespace Tangram.Tests;

[TestsKernels("mark_active", "count_entries", "find_starts", "add_entries", "sum_entries")]
public sealed class EntryKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Members = 2, Member = 1;

    /// <summary>Batches on both sides of whole words, with room for one image more.</summary>
    [Theory, MemberData(nameof(Groups))]
    public void Each_features_entries_follow_each_other_by_rows(int group)
    {
        foreach (int images in new[] { 1, 2, 31, 32, 33, 63, 64, 65, 100 })
        {
            foreach (bool hasAuxiliary in new[] { false, true })
                Check(group, images, features: 23, hasAuxiliary);
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void More_features_than_a_work_group_has_items_have_their_entries(int group)
    {
        foreach (int features in new[] { 11, 63, 64, 65, 200 })
            Check(group, images: 40, features, hasAuxiliary: true);
    }

    [Theory, MemberData(nameof(Groups))]
    public void Bits_are_counted(int group)
    {
        foreach (int words in new[] { 1, 2, 5 })
        {
            foreach (int features in new[] { 1, 7, 64, 65, 130 })
            {
                using KernelBench bench = Bench(group);
                int[] active = [.. Numbers.Integers(features * words, int.MaxValue, 1).Select((bits, place) => place % 3 == 0 ? 0 : place % 3 == 1 ? ~bits : -1)];
                OpenClBuffer<int> counts = bench.MarkedIntegers(features + 1);
                bench.ForItems("count_entries", features, bench.Buffer(active), words, features, counts);
                Assert.Equal([.. active.Chunk(words).Select(row => row.Sum(bits => BitOperations.PopCount((uint)bits))), KernelBench.IntegerMark], counts.Read());
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Starts_are_the_sums_of_the_lengths_before(int group)
    {
        foreach (int features in Enumerable.Range(1, 140).Append(1000))
        {
            using KernelBench bench = Bench(group);
            int[] lengths = Numbers.Integers(features, 5, (ulong)features);
            OpenClBuffer<int> starts = bench.MarkedIntegers(features + 2);
            bench.ForOne("find_starts", bench.Buffer(lengths), starts, features);
            Assert.Equal([.. Enumerable.Range(0, features + 1).Select(feature => lengths.Take(feature).Sum()), KernelBench.IntegerMark], starts.Read());
        }
    }

    /// <summary>From codes to sums, as a step does it: main codes, and auxiliary ones whose rows of residuals are those behind the batch's.</summary>
    private void Check(int group, int images, int features, bool hasAuxiliary)
    {
        const int Most = 6, AuxiliaryMost = 3;
        const float Scale = 0.3f, AuxiliaryScale = 0.7f;
        using KernelBench bench = Bench(group);
        int capacity = images + 1, words = ((2 * capacity) + 31) / 32;
        long firstCode = (long)Member * capacity;
        var codes = new KernelCodes(Members * capacity, Most + AuxiliaryMost);
        int[] counts = codes.Add(0, Most, features, 1), auxiliaryCounts = codes.Add(Most, AuxiliaryMost, features, 2);
        float[] pulls = Numbers.Row(codes.Values.Length, 3), radials = Numbers.Row(capacity * codes.Slots, 4), lengths = Numbers.Row(features, 5);

        var lists = new List<(GradientEntry Entry, float Radial)>[features];
        for (int feature = 0; feature < features; feature++)
            lists[feature] = [];
        AddPlain(counts, 0, 0, Scale);
        if (hasAuxiliary)
            AddPlain(auxiliaryCounts, Most, capacity, AuxiliaryScale);
        int[] expectedStarts = [.. Enumerable.Range(0, features + 1).Select(feature => lists.Take(feature).Sum(list => list.Count))];

        OpenClBuffer<int> chosen = bench.Buffer(codes.Features), starts = bench.MarkedIntegers(features + 2), entryCounts = bench.MarkedIntegers(features + 1);
        OpenClBuffer<int> active = bench.Buffer(new int[features * words]), main = bench.Buffer(counts), auxiliary = bench.Buffer(auxiliaryCounts);
        OpenClBuffer<float> values = bench.Buffer(codes.Values), pullsOfSlots = bench.Buffer(pulls), radialsOfSlots = bench.Buffer(radials);
        GradientEntry mark = new(KernelBench.IntegerMark, KernelBench.IntegerMark, KernelBench.Mark, KernelBench.Mark);
        OpenClBuffer<GradientEntry> entries = bench.Buffer<GradientEntry>([.. Enumerable.Repeat(mark, expectedStarts[^1] + 1)]);
        OpenClBuffer<float> entryRadials = bench.Marked(expectedStarts[^1] + 1);
        bench.ForRows("mark_active", images, main, chosen, firstCode, codes.Slots, 0, 0, active, words);
        if (hasAuxiliary)
            bench.ForRows("mark_active", images, auxiliary, chosen, firstCode, codes.Slots, Most, capacity, active, words);
        bench.ForItems("count_entries", features, active, words, features, entryCounts);
        bench.ForOne("find_starts", entryCounts, starts, features);
        AddEntries(main, 0, 0, Scale);
        if (hasAuxiliary)
            AddEntries(auxiliary, Most, capacity, AuxiliaryScale);

        for (int feature = 0; feature < features; feature++)
        {
            int[] rows = [.. lists[feature].Select(one => one.Entry.Residual)], bits = active.Read()[(feature * words)..((feature + 1) * words)];
            Assert.Equal(rows, Enumerable.Range(0, words * 32).Where(row => (bits[row / 32] >> (row % 32) & 1) != 0));
        }
        Assert.Equal([.. lists.Select(list => list.Count), KernelBench.IntegerMark], entryCounts.Read());
        Assert.Equal([.. expectedStarts, KernelBench.IntegerMark], starts.Read());
        Assert.Equal([.. lists.SelectMany(list => list).Select(one => one.Entry), mark], entries.Read());
        Numbers.SameBits([.. lists.SelectMany(list => list).Select(one => one.Radial), KernelBench.Mark], entryRadials.Read());

        foreach (bool isScaled in new[] { false, true })
        {
            OpenClBuffer<float> sums = bench.Marked(features + 1), alongs = bench.Marked(features + 1), biasPulls = bench.Marked(features + 1);
            float[] others = [.. Enumerable.Repeat(float.NaN, features)];
            bench.ForItems("sum_entries", features, OpenClArgument.Of(entries), entryRadials, starts, bench.Buffer<float>([.. others, .. isScaled ? lengths : others]), Member, isScaled,
                features, sums, alongs, biasPulls);
            float[] expected = [.. lists.Select(list => list.Aggregate(0f, (sum, one) => sum + one.Entry.Pull))];
            Numbers.SameBits([.. expected, KernelBench.Mark], sums.Read());
            Numbers.SameBits([.. lists.Select(list => list.Aggregate(0f, (sum, one) => sum + one.Radial)), KernelBench.Mark], alongs.Read());
            Numbers.SameBits([.. expected.Select((sum, feature) => isScaled ? -sum * lengths[feature] : -sum), KernelBench.Mark], biasPulls.Read());
        }

        void AddPlain(int[] counts, int firstSlot, int firstRow, float scale)
        {
            for (int image = 0; image < images; image++)
            {
                int code = (Member * capacity) + image;
                foreach (int slot in Enumerable.Range((code * codes.Slots) + firstSlot, counts[code]))
                {
                    lists[codes.Features[slot]].Add((new GradientEntry(image, firstRow + image, codes.Values[slot] * scale, pulls[slot]),
                        radials[slot - (Member * capacity * codes.Slots)]));
                }
            }
        }

        void AddEntries(OpenClBuffer<int> counts, int firstSlot, int firstRow, float scale) =>
            bench.ForRows("add_entries", images, active, words, starts, counts, chosen, values, pullsOfSlots, radialsOfSlots, firstCode, codes.Slots, firstSlot, firstRow, scale,
                OpenClArgument.Of(entries), entryRadials);
    }
}
