namespace Tangram.Tests;

public sealed class ShorterCodesTests
{
    [Fact]
    public void The_largest_activations_are_those_of_a_smaller_k()
    {
        ImageSet images = ImageSet.Open("sample:test").Subset("some", [.. Enumerable.Range(0, 40)]);
        SmallRun small = SmallRun.Of("digits");
        SparseAutoencoder autoencoder = small.Run.Ensemble[0];
        foreach (int most in new[] { 1, 3, 6 })
        {
            SparseCodes expected = autoencoder.WithRule(new SparsityRule.TopK(most)).Encode(images, 1, TestContext.Current.CancellationToken);
            SparseCodes largest = ShorterCodes.Of(autoencoder.Encode(images, 1, TestContext.Current.CancellationToken), most);
            Assert.Equal(expected.RowStart.ToArray(), largest.RowStart.ToArray());
            Assert.Equal(expected.Feature.ToArray(), largest.Feature.ToArray());
            Assert.Equal(expected.Value.ToArray(), largest.Value.ToArray());
        }
    }

    [Fact]
    public void Of_equal_activations_the_first_are_the_largest()
    {
        SparseCodes largest = ShorterCodes.Of(new SparseCodes(9, [0, 4, 5], [1, 3, 5, 8, 2], [1, 2, 1, 1, -1]), 2);
        Assert.Equal([0, 2, 3], largest.RowStart.ToArray());
        Assert.Equal([1, 3, 2], largest.Feature.ToArray());
        Assert.Equal([1, 2, -1], largest.Value.ToArray());
    }
}
