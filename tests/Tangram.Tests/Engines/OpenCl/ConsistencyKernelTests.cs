namespace Tangram.Tests;

[TestsKernels("pull_together")]
public sealed class ConsistencyKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int FirstDistance = 3;

    [Theory, MemberData(nameof(Groups))]
    public void Pulls_and_distances_are_those_of_the_dense_codes(int group)
    {
        foreach (int members in new[] { 2, 3, 5 })
        {
            foreach (int most in new[] { 1, 9, 70 })
            {
                foreach (int features in new[] { most, most + 40 })
                    Check(group, members, most, features, member => (ulong)member);
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Equal_codes_pull_nowhere(int group)
    {
        foreach (int members in new[] { 2, 3 }) // half the sum of two equal numbers is each of them, exactly
            Check(group, members, 9, 30, _ => 1);
    }

    private void Check(int group, int members, int most, int features, Func<int, ulong> seed)
    {
        const int Images = 12, Capacity = Images + 1; // one more than there are
        const float Scale = 0.37f;
        using KernelBench bench = Bench(group);
        int slots = most + 2;
        KernelCodes[] codes = [.. Enumerable.Range(0, members).Select(_ => new KernelCodes(Capacity, slots))];
        int[][] counts = [.. codes.Select((code, member) => code.Add(0, most, features, seed(member)))];
        bool areEqual = seed(0) == seed(1);
        if (!areEqual)
            Array.Clear(counts[1], 0, 3); // a member with nothing active
        OpenClBuffer<float> pulls = bench.Marked(members * Capacity * slots), distances = bench.Marked(FirstDistance + (members * Capacity));
        bench.ForParts("pull_together", Images, members, bench.Buffer<int>([.. counts.SelectMany(count => count)]),
            bench.Buffer<int>([.. codes.SelectMany(code => code.Features)]), bench.Buffer<float>([.. codes.SelectMany(code => code.Values)]), pulls, distances,
            (long)FirstDistance, Capacity, members, slots, Scale);

        double[,,] dense = new double[members, Capacity, features];
        for (int member = 0; member < members; member++)
        {
            for (int image = 0; image < Images; image++)
            {
                foreach (int slot in Enumerable.Range(image * slots, counts[member][image]))
                    dense[member, image, codes[member].Features[slot]] = codes[member].Values[slot];
            }
        }
        float[] actualPulls = pulls.Read(), actualDistances = distances.Read();
        for (int member = 0; member < members; member++)
        {
            for (int image = 0; image < Capacity; image++)
            {
                for (int slot = 0; slot < slots; slot++)
                {
                    float actual = actualPulls[(((member * Capacity) + image) * slots) + slot];
                    if (image == Images || slot >= counts[member][image])
                    {
                        Assert.Equal(KernelBench.Mark, actual);
                        continue;
                    }
                    int feature = codes[member].Features[(image * slots) + slot];
                    double[] others = [.. Enumerable.Range(0, members).Where(other => other != member).Select(other => dense[other, image, feature])];
                    double own = dense[member, image, feature];
                    Numbers.SumIsClose(Scale * (own - others.Average()), actual, members, Scale * (Math.Abs(own) + others.Sum(Math.Abs)));
                    if (areEqual)
                        Assert.Equal(0f, actual);
                }
            }
        }
        for (int image = 0; image < Images; image++)
        {
            double expected = 0, actual = Enumerable.Range(0, members).Sum(member => (double)actualDistances[FirstDistance + (member * Capacity) + image]);
            for (int first = 0; first < members; first++)
            {
                for (int second = 0; second < first; second++)
                    expected += Enumerable.Range(0, features).Sum(feature => Math.Pow(dense[first, image, feature] - dense[second, image, feature], 2));
            }
            Numbers.SumIsClose(expected, actual, members * most, expected);
        }
        Assert.Equal(KernelBench.Mark, actualDistances[FirstDistance - 1]);
        Assert.All(Enumerable.Range(1, members), member => Assert.Equal(KernelBench.Mark, actualDistances[FirstDistance + (member * Capacity) - 1]));
    }
}
