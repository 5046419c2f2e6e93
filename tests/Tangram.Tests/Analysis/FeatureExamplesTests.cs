namespace Tangram.Tests;

/// <summary>Example images of a feature, over the whole range of its activations.</summary>
public sealed class FeatureExamplesTests
{
    private const int Top = 10, PerBand = 4, Random = 5;

    // Feature 0 is active in all of 100 images, 1 in as many as are listed as top, 2 in one, 3 in none.
    private static readonly float[][] s_dense = [.. Enumerable.Range(0, 100).Select(image => new[] { 1 + (image * 37 % 100), image < Top ? 1f : 0, image == 7 ? -2f : 0, 0f })];

    [Fact]
    public void Bands_have_the_ranks_around_their_quantile_the_strongest_first()
    {
        FeatureExamples examples = Of(0);
        Assert.Equal(Enumerable.Range(0, Top).Select(rank => 100f - rank), examples.Top.Select(one => one.Activation));
        Assert.Equal([0.9, 0.75, 0.5, 0.25, 0.1], examples.Bands.Select(band => band.Quantile));
        foreach (ActivationBand band in examples.Bands)
        {
            Assert.Equal(PerBand, band.Images.Count);
            Assert.InRange(band.Images.Average(one => one.Activation), (100 * band.Quantile) - 2, (100 * band.Quantile) + 2);
            Assert.Equal(band.Images.OrderByDescending(one => one.Activation), band.Images);
            Assert.All(band.Images, one => Assert.Equal(s_dense[one.Image][0], one.Activation));
        }
    }

    [Fact]
    public void Random_images_activate_it_and_are_the_same_each_time()
    {
        FeatureExamples examples = Of(0);
        Assert.Equal(Random, examples.Random.Select(one => one.Image).Distinct().Count());
        Assert.All(examples.Random, one => Assert.Equal(s_dense[one.Image][0], one.Activation));
        Assert.Equal(examples.Random, Of(0).Random);
    }

    [Theory]
    [InlineData(1, Top)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void Where_the_strongest_are_all_there_are_no_others(int feature, int count)
    {
        FeatureExamples examples = Of(feature);
        Assert.Equal((count, 0, 0), (examples.Top.Count, examples.Bands.Count, examples.Random.Count));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public void Typical_images_are_around_the_median(int feature, int count)
    {
        using FeatureIndex index = FeatureIndex.Build(Given.Codes(s_dense), cancellation: TestContext.Current.CancellationToken);
        IReadOnlyList<ImageActivation> typical = FeatureExamples.Typical(index, feature, 3);
        Assert.Equal(count, typical.Count);
        Assert.All(typical, one => Assert.Equal(s_dense[one.Image][feature], one.Activation));
        if (count == 3)
            Assert.Equal([51f, 50f, 49f], typical.Select(one => one.Activation).ToArray(), (a, b) => Math.Abs(a - b) <= 1);
    }

    private static FeatureExamples Of(int feature)
    {
        using FeatureIndex index = FeatureIndex.Build(Given.Codes(s_dense), cancellation: TestContext.Current.CancellationToken);
        return FeatureExamples.Of(index, feature, Top, PerBand, Random);
    }
}
