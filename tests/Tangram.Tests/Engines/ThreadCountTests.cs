namespace Tangram.Tests;

public sealed class ThreadCountTests
{
    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Any_number_of_threads_gives_the_same_bits(int width)
    {
        // More images than one encoder tile, more features than one block, and neither a multiple of anything.
        ModelOptions options = Sessions.Model(21, 71, 6, 3);
        using SessionState single = Train(width, options, threads: 1, out double[] losses);
        Assert.Equal(20, single.Steps);
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        foreach (int threads in new[] { 2, 3, 64 })
        {
            using SessionState other = Train(width, options, threads, out double[] otherLosses);
            Sessions.SameState(single, other);
            Assert.Equal(losses, otherLosses);
        }
    }

    [Fact]
    public void The_trained_weights_are_not_the_initial_ones()
    {
        ModelOptions options = Sessions.Model(21, 71, 6, 3);
        using var untrained = new ReferenceSession(options, 1);
        Sessions.Initialise(untrained, 3);
        using SessionState trained = Train((int)SimdTiers.Best, options, threads: 2, out _);
        Assert.Contains(Enumerable.Range(0, options.Features), feature =>
            !trained.Members[0].Weights.Row(feature).SequenceEqual(untrained.Feature(0, feature)));
    }

    private static SessionState Train(int width, ModelOptions options, int threads, out double[] losses)
    {
        const int Batch = 75, Steps = 20;
        ImageSet images = Sessions.Images(131, options.Shape.Length, 1);
        var order = new EpochOrder(images, Batch, seed: 2);
        using TrainingSession session = Sessions.Cpu(width, options, Batch, threads);
        Sessions.Initialise(session, 3);
        var collected = new List<double>();
        for (int step = 0; step < Steps; step++)
        {
            StepLosses stepLosses = session.Step(order[step], new StepSettings(1e-3, 0.4));
            collected.AddRange([.. stepLosses.Reconstruction, stepLosses.Consistency]);
        }
        losses = [.. collected];
        return session.Save();
    }
}
