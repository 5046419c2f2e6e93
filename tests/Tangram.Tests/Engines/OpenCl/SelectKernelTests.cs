namespace Tangram.Tests;

[TestsKernels("select_largest")]
public sealed class SelectKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private static readonly float[] Special =
        [float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, 1f, -1f];

    /// <summary>The last ones' bits are the largest integers.</summary>
    private static readonly float[] NotNumbers = [float.NaN, -float.NaN, BitConverter.UInt32BitsToSingle(0x7FFFFFFF), BitConverter.UInt32BitsToSingle(0xFFFFFFFF)];

    [Theory, MemberData(nameof(Groups))]
    public void Every_k_of_every_small_count_is_selected_like_by_sorting(int group)
    {
        for (int features = 1; features <= 70; features++)
        {
            for (int k = 1; k <= features; k++)
                Check(group, new Case(Rows(features), k) { IsRectified = k % 2 == 0 });
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Counts_up_to_several_work_groups_are_selected_like_by_sorting(int group)
    {
        foreach (int features in new[] { 127, 128, 129, 191, 200, 257, 600 })
        {
            foreach (int k in new HashSet<int> { 1, 2, 7, features / 4, features / 2, features - 1, features })
                Check(group, new Case(Rows(features), k));
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void A_rectified_selection_keeps_what_is_positive(int group)
    {
        foreach (int features in new[] { 33, 64, 130 })
        {
            foreach (int k in new[] { 1, features / 2, features })
                Check(group, new Case(Rows(features), k) { IsRectified = true });
        }
    }

    /// <summary>k bytes that differ in one digit of the radix alone, each digit in turn.</summary>
    [Theory, MemberData(nameof(Groups))]
    public void Values_that_differ_in_one_byte_are_told_apart(int group)
    {
        float[][] rows =
        [
            .. from shift in new[] { 0, 8, 16 }
               from sign in new[] { 0u, 1u << 31 }
               select Array.ConvertAll(Numbers.Integers(300, 256, (ulong)shift + 1), digit => BitConverter.UInt32BitsToSingle(sign | 0x3F000000u | ((uint)digit << shift))),
            [.. Enumerable.Range(0, 300).Select(place => BitConverter.UInt32BitsToSingle(((uint)place & 255) << 24 | 1) is var value && float.IsNaN(value) ? 0 : value)],
        ];
        foreach (int k in new[] { 1, 10, 77, 150, 299 })
            Check(group, new Case(rows, k));
    }

    [Theory, MemberData(nameof(Groups))]
    public void A_NaN_anywhere_leaves_its_image_without_a_code_and_the_others_with_theirs(int group)
    {
        foreach (int features in new[] { 1, 7, 70, 130 })
        {
            foreach (int k in new HashSet<int> { 1, (features + 1) / 2, features })
            {
                var rows = new List<float[]>();
                for (int place = 0; place < features; place++)
                {
                    rows.Add(Numbers.Row(features, (ulong)place));
                    rows.Add(Numbers.Row(features, (ulong)place));
                    rows[^1][place] = NotNumbers[place % NotNumbers.Length];
                }
                rows.Add(Numbers.Row(features, 1));
                Check(group, new Case([.. rows], k));
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Of_dead_features_the_largest_are_selected_even_if_they_are_fewer_than_k(int group)
    {
        foreach (int features in new[] { 1, 9, 65, 200 })
        {
            foreach (int every in new[] { 1, 2, 7, 1000 }) // the last: none is dead
            {
                bool[] dead = [.. Enumerable.Range(0, features).Select(feature => feature % every == every - 1)];
                foreach (int k in new HashSet<int> { 1, Math.Min(features, 5), features })
                {
                    Check(group, new Case(Rows(features), k) { Dead = dead });
                    Check(group, new Case(Rows(features), k) { Dead = dead, IsRectified = true });
                }
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void A_NaN_counts_among_features_that_are_alive_too(int group)
    {
        float[] spoiled = Numbers.Row(20, 1);
        spoiled[3] = float.NaN;
        Check(group, new Case([Numbers.Row(20, 2), spoiled, Numbers.Row(20, 3)], 4) { Dead = [.. Enumerable.Range(0, 20).Select(feature => feature > 10)] });
    }

    /// <summary>Values without ties, of a few signs and sizes, all equal, special ones, in order.</summary>
    private static float[][] Rows(int features)
    {
        float[][] palettes = [[-1f, -0f, 0f, 1f], [-3f, -2f, -1f], [0f, -0f], [float.NegativeInfinity, -1f, float.PositiveInfinity], Special];
        return
        [
            Numbers.Row(features, 11),
            .. palettes.Select(palette => Array.ConvertAll(Numbers.Integers(features, palette.Length, (ulong)palette.Length), index => palette[index])),
            [.. Enumerable.Repeat(-0.25f, features)],
            [.. Enumerable.Repeat(float.NegativeInfinity, features)],
            Array.ConvertAll(Numbers.Row(features, 12), value => -Math.Abs(value) - 1),
            [.. Enumerable.Range(0, features).Select(place => (place / 3) - (features / 6f))],
            [.. Enumerable.Range(0, features).Select(place => (features / 6f) - (place / 3))],
        ];
    }

    /// <summary>The codes of one of two members, with images before and behind, and a slot before and behind those selected: all that isn't selected must stay.</summary>
    private void Check(int group, Case given)
    {
        const int Member = 1, FirstImage = 2, FirstSlot = 1;
        const long DeadBefore = 10;
        using KernelBench bench = Bench(group);
        int features = given.Rows[0].Length, slots = FirstSlot + given.K + 1, capacity = FirstImage + given.Rows.Length + 1, images = 2 * capacity;
        float[] lengths = Numbers.Row(features, 5), others = [.. Enumerable.Repeat(float.NaN, features)];
        long[] alive = [.. Enumerable.Repeat(DeadBefore, features)];
        long[] lastActive = given.Dead is null ? new long[features] : Array.ConvertAll(given.Dead, dead => dead ? DeadBefore - 1 : DeadBefore);
        OpenClBuffer<int> counts = bench.MarkedIntegers(images), chosen = bench.MarkedIntegers(images * slots), flags = bench.Buffer(0, 0);
        OpenClBuffer<float> activations = bench.Marked(images * slots), coefficients = bench.Marked(images * slots);
        int[] expectedCounts = counts.Read(), expectedChosen = chosen.Read(), expectedFlags = [0, 0];
        float[] expectedActivations = activations.Read(), expectedCoefficients = coefficients.Read();
        for (int row = 0; row < given.Rows.Length; row++)
        {
            int image = (Member * capacity) + FirstImage + row, slot = (image * slots) + FirstSlot;
            int[]? selected = Select(given, given.Rows[row]);
            expectedCounts[image] = selected?.Length ?? 0;
            expectedFlags[Member] |= selected is null ? 1 : 0;
            foreach (int feature in selected ?? [])
            {
                expectedChosen[slot] = feature;
                expectedActivations[slot] = given.Rows[row][feature];
                expectedCoefficients[slot++] = given.Rows[row][feature] * lengths[feature];
            }
        }
        bench.ForRows("select_largest", given.Rows.Length, bench.Buffer<float>([.. given.Rows.SelectMany(row => row)]), bench.Buffer<long>([.. alive, .. lastActive]),
            bench.Buffer<float>([.. others, .. lengths]), Member, (long)Member * capacity, FirstImage, features, given.K, given.IsRectified, given.Dead is null ? -1L : DeadBefore,
            slots, FirstSlot, counts, chosen, activations, coefficients, flags);
        string name = $"F = {features}, k = {given.K}, rectified: {given.IsRectified}, dead only: {given.Dead is not null}";
        Assert.True(expectedCounts.AsSpan().SequenceEqual(counts.Read()), $"{name}: counts are {string.Join(' ', counts.Read())}, not {string.Join(' ', expectedCounts)}.");
        Assert.True(expectedChosen.AsSpan().SequenceEqual(chosen.Read()), $"{name}: chosen are {string.Join(' ', chosen.Read())}, not {string.Join(' ', expectedChosen)}.");
        Numbers.SameBits(expectedActivations, activations.Read());
        Numbers.SameBits(expectedCoefficients, coefficients.Read());
        Assert.Equal(expectedFlags, flags.Read());
    }

    /// <summary>The features selected, by sorting; null: a value is NaN.</summary>
    private static int[]? Select(Case given, float[] row)
    {
        if (Array.Exists(row, float.IsNaN))
            return null;
        int[] candidates = [.. Enumerable.Range(0, row.Length).Where(feature => given.Dead is null || given.Dead[feature])];
        int k = Math.Min(given.K, candidates.Length);
        var indices = new int[k];
        Assert.True(TopKSelection.Reference(Array.ConvertAll(candidates, feature => row[feature]), k, indices, new float[k]));
        return [.. indices.Select(index => candidates[index]).Where(feature => !given.IsRectified || row[feature] > 0)];
    }

    /// <summary>Pre-activations of some images, and how many of them are selected.</summary>
    private sealed record Case(float[][] Rows, int K)
    {
        public bool IsRectified { get; init; }

        /// <summary>Of which features alone the selection is.</summary>
        public bool[]? Dead { get; init; }
    }
}
