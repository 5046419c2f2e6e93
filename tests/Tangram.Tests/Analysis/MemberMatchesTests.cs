namespace Tangram.Tests;

/// <summary>Matches of members' features, against loops over everything.</summary>
public sealed class MemberMatchesTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("replaced")]
    [InlineData("no labels")]
    [InlineData("rows of any scale")]
    [InlineData("tiny rows")]
    public void They_are_the_largest_cosines_among_features_that_are_alive(string kind)
    {
        SmallRun run = SmallRun.Of(kind);
        Ensemble ensemble = run.Run.Ensemble;
        MemberMatches matches = MemberMatches.Measure(ensemble, run.Images, threads: 2, TestContext.Current.CancellationToken);
        double[][][] activations = [.. ensemble.Select(member => Columns(member.Encode(run.Images, 1, TestContext.Current.CancellationToken)))];
        double[][][] weights = [.. ensemble.Select(member => Enumerable.Range(0, member.Options.Features)
            .Select(feature => Array.ConvertAll(member.Feature(feature), weight => (double)weight)).ToArray())];
        for (int member = 0; member < ensemble.Count; member++)
        {
            bool[] alive = [.. activations[member].Select(column => column.Any(value => value != 0))];
            Assert.Equal(alive, matches.Alive[member]);
            for (int other = 0; other < ensemble.Count; other++)
            {
                if (other == member)
                    continue;
                Check(matches[MatchMeasure.Weights, member, other], weights[member], weights[other], alive, matches.Alive[other]);
                Check(matches[MatchMeasure.Activations, member, other], AboutMeans(activations[member]), AboutMeans(activations[other]), alive, matches.Alive[other]);
            }
        }
    }

    [Fact]
    public void A_dead_feature_matches_nothing()
    {
        SmallRun run = SmallRun.Of("all dead");
        MemberMatches matches = MemberMatches.Measure(run.Run.Ensemble, run.Images, threads: 1, TestContext.Current.CancellationToken);
        foreach (MatchMeasure measure in Enum.GetValues<MatchMeasure>())
        {
            MatchedMember matched = matches[measure, 0, 1];
            Assert.All(matched.Match, match => Assert.Equal(-1, match));
            Assert.All(matched.Same, cosine => Assert.True(float.IsNaN(cosine)));
            Assert.True(double.IsNaN(matched.MeanSame));
            Assert.True(double.IsNaN(matched.MeanCosine));
        }
    }

    private static void Check(MatchedMember matched, double[][] rows, double[][] others, bool[] alive, bool[] otherAlive)
    {
        int[] candidates = [.. Enumerable.Range(0, others.Length).Where(feature => otherAlive[feature])];
        var (same, best) = (new List<double>(), new List<double>());
        for (int feature = 0; feature < rows.Length; feature++)
        {
            if (!alive[feature])
            {
                Assert.Equal(-1, matched.Match[feature]);
                Assert.True(float.IsNaN(matched.Cosine[feature]) && float.IsNaN(matched.Same[feature]));
                continue;
            }
            double largest = candidates.Max(candidate => Cosine(rows[feature], others[candidate]));
            best.Add(largest);
            Assert.Equal(largest, matched.Cosine[feature], 1e-5);
            Assert.True(otherAlive[matched.Match[feature]]);
            Assert.Equal(largest, Cosine(rows[feature], others[matched.Match[feature]]), 1e-5);
            if (otherAlive[feature])
                same.Add(Cosine(rows[feature], others[feature]));
            Assert.Equal(otherAlive[feature] ? Cosine(rows[feature], others[feature]) : double.NaN, matched.Same[feature], 1e-5);
        }
        Assert.Equal(same.Average(), matched.MeanSame, 1e-5);
        Assert.Equal(best.Average(), matched.MeanCosine, 1e-5);
    }

    private static double[][] AboutMeans(double[][] columns) => [.. columns.Select(column => column.Select(value => value - column.Average()).ToArray())];

    /// <summary>0 where one of them is as good as 0: a feature that is always as active correlates with nothing.</summary>
    private static double Cosine(double[] a, double[] b) => Math.Sqrt(a.Sum(x => x * x) * b.Sum(y => y * y)) is var lengths and > 1e-30 ? a.Zip(b, (x, y) => x * y).Sum() / lengths : 0;

    private static double[][] Columns(SparseCodes codes)
    {
        double[,] dense = RandomCodes.Dense(codes);
        return [.. Enumerable.Range(0, codes.Features).Select(feature => Enumerable.Range(0, codes.Count).Select(image => dense[image, feature]).ToArray())];
    }
}
