namespace Tangram.Tests;

public sealed class SparsityCurveTests
{
    [Theory]
    [InlineData(16, false, new[] { 2, 4, 8, 16, 32 })]
    [InlineData(16, true, new[] { 2, 4, 8, 16, 32 })]
    [InlineData(3, true, new[] { 1, 3, 6 })]
    [InlineData(30, false, new[] { 3, 7, 15, 30, 40 })] // no more than there are features
    public void Each_point_is_what_encoding_with_that_k_comes_to(int k, bool full, int[] expected)
    {
        var shape = new ImageShape(6, 7, 1);
        ImageSet images = Make.Images(shape, 25);
        Ensemble ensemble = full ? Make.Full(shape, features: 40, k, members: 1) : Make.Ensemble(shape, features: 40, k, members: 1);
        using var workers = new Workers(2);
        IReadOnlyList<SparsityPoint> points = SparsityCurve.Of(ensemble[0], images, workers, TestContext.Current.CancellationToken);
        Assert.Equal(expected, points.Select(point => point.K));
        foreach (SparsityPoint point in points)
        {
            Scores scores = Make.Scores(ensemble.WithRule(new SparsityRule.TopK(point.K, Rectified: full)), images);
            Assert.Equal(scores.Mse, point.Mse, 1e-12);
            Assert.Equal(scores.Pearson, point.Pearson, 1e-12);
            Assert.Equal(scores.L0.Mean, point.Active, 1e-12);
        }
    }
}
