namespace Tangram.Tests;

public sealed class ThreadCountTests
{
    /// <summary>With <see cref="Batch"/>: more images than one encoder tile, more features than one block, and neither a multiple of anything.</summary>
    private const int Inputs = 21, Features = 71, K = 6, Members = 3;

    private const int Batch = 75, Steps = 6;

    public static TheoryData<int, string> Cases => Variants.WithSharedSumsByWidth;

    [Theory, MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_bits(int width, string name)
    {
        Variant variant = Variants.Named(name);
        using SessionState single = Train(width, variant, threads: 1, out double[] losses);
        Assert.Equal(Steps, single.Steps);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        foreach (int threads in new[] { 2, 3, 64 })
        {
            using SessionState other = Train(width, variant, threads, out double[] otherLosses);
            Sessions.SameState(single, other);
            Assert.Equal(losses, otherLosses);
        }
    }

    [Fact]
    public void The_trained_weights_are_not_the_initial_ones()
    {
        Variant plain = Variants.Named(Variants.Plain);
        using var untrained = new ReferenceSession(plain.Model(Inputs, Features, K, Members), 1);
        Sessions.Initialise(untrained, 3);
        using SessionState trained = Train((int)SimdTiers.Best, plain, threads: 2, out _);
        Assert.Contains(Enumerable.Range(0, Features), feature =>
            !trained.Members[0].Weights.Row(feature).SequenceEqual(untrained.Feature(0, feature)));
    }

    private static SessionState Train(int width, Variant variant, int threads, out double[] losses)
    {
        var order = new EpochOrder(Sessions.Images(131, Inputs, 1), Batch, seed: 2);
        using TrainingSession session = Sessions.Cpu(width, variant.Model(Inputs, Features, K, Members), Batch, threads, extras: variant.Extras(auxiliaryK: 5));
        Sessions.Initialise(session, 3);
        StepSettings settings = variant.Settings(1e-3, 0.4, deadAfter: 2, maximumNorm: 0.05);
        var collected = new List<double>();
        double auxiliary = 0;
        for (int step = 0; step < Steps; step++)
        {
            StepLosses stepLosses = session.Step(order[step], settings);
            collected.AddRange([.. stepLosses.Reconstruction, stepLosses.Consistency, .. stepLosses.Auxiliary]);
            auxiliary += stepLosses.Auxiliary.Sum();
        }
        Assert.Equal(variant.Auxiliary, auxiliary > 0);
        losses = [.. collected];
        return session.Save();
    }
}
