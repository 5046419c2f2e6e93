namespace Tangram.Tests;

[TestsKernels("add_errors", "check_distances")]
public sealed class LossKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Member = 1, FirstCode = 4;

    private static readonly float[] NotFinite = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    [Theory, MemberData(nameof(Groups))]
    public void Errors_are_the_sums_of_their_parts(int group)
    {
        foreach (int images in new[] { 1, 8, 9, 64, 65, 130 })
        {
            foreach (int parts in new[] { 1, 2, 13 })
            {
                float[] given = Numbers.Row(images * parts, 1);
                float[] actual = AddErrors(group, given, parts, images, expectedFlag: 0);
                Numbers.SameBits([.. given.Chunk(parts).Select(row => row.Aggregate(0f, (sum, part) => sum + part))], actual);
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void An_error_that_is_not_finite_spoils_its_members_step(int group)
    {
        const int Images = 70, Parts = 3;
        foreach (float value in NotFinite)
        {
            foreach (int place in new[] { 0, 1, 100, (Images * Parts) - 1 })
            {
                float[] given = Numbers.Row(Images * Parts, 1);
                given[place] = value;
                AddErrors(group, given, Parts, Images, expectedFlag: 1);
            }
        }
        AddErrors(group, [float.MaxValue, float.MaxValue], 2, 1, expectedFlag: 1); // the sum alone isn't
    }

    [Theory, MemberData(nameof(Groups))]
    public void A_distance_that_is_not_finite_spoils_its_members_step(int group)
    {
        const int Images = 70;
        foreach (float value in NotFinite)
        {
            // Before the member's images, among them, behind them.
            foreach (var (place, flag) in new[] { (FirstCode - 1, 0), (FirstCode, 1), (FirstCode + 30, 1), (FirstCode + Images - 1, 1), (FirstCode + Images, 0) })
            {
                using KernelBench bench = Bench(group);
                float[] distances = Numbers.Row(FirstCode + Images + 1, 1);
                distances[place] = value;
                OpenClBuffer<int> flags = bench.Buffer(0, 0, 1);
                bench.ForItems("check_distances", Images, bench.Buffer(distances), Images, (long)FirstCode, flags, Member);
                Assert.Equal([0, flag, 1], flags.Read());
            }
        }
    }

    private float[] AddErrors(int group, float[] given, int parts, int images, int expectedFlag)
    {
        using KernelBench bench = Bench(group);
        OpenClBuffer<float> errors = bench.Marked(FirstCode + images + 1);
        OpenClBuffer<int> flags = bench.Buffer(0, 0, 1); // what another member has found stays
        bench.ForItems("add_errors", images, bench.Buffer(given), parts, images, errors, (long)FirstCode, flags, Member);
        Assert.Equal([0, expectedFlag, 1], flags.Read());
        float[] actual = errors.Read();
        Assert.False(actual.AsSpan(0, FirstCode).ContainsAnyExcept(KernelBench.Mark));
        Assert.Equal(KernelBench.Mark, actual[^1]);
        return actual[FirstCode..^1];
    }
}
