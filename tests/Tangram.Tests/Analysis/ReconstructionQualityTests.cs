namespace Tangram.Tests;

public sealed class ReconstructionQualityTests
{
    [Fact]
    public void Complexity_is_ranked_against_quality_without_images_that_lack_either()
    {
        ReconstructionErrors errors = Errors([0.1, 0.2, 0.3, 9, 9], [0.9, 0.8, 0.7, 0.1, double.NaN]);
        var quality = new ReconstructionQuality([0.95, 0.9, 0.91], errors, Errors([3, 2, 1, 0, 0], [0.1, 0.2, 0.3, 0, 0.4]), 4, [10, 20, 30, double.NaN, 99]);
        Assert.Equal(-1, quality.ComplexityPearson, 1e-12);
        Assert.Equal(1, quality.ComplexityMse, 1e-12);
        Assert.Equal(1, quality.ComponentsComplexityPearson, 1e-12);
        Assert.Equal(2.0 / 3, quality.Above90, 1e-12); // .9 isn't above .9
        Assert.Equal(double.NaN, (quality with { Pearson = [] }).Above90);
    }

    [Fact]
    public void Codes_stand_beside_components_on_the_same_images()
    {
        var shape = new ImageShape(12, 12, 3);
        ImageSet images = Make.Images(shape, 20);
        Ensemble ensemble = Make.Full(shape, features: 30, k: 5, members: 1);
        using var workers = new Workers(2);
        using ImageComponents components = ImageComponents.Of(images, workers);
        SparseCodes codes = ensemble[0].Encode(images, cancellation: TestContext.Current.CancellationToken);
        double[] complexity = [.. Enumerable.Range(0, images.Count).Select(image => 2.0 * image)];
        ReconstructionQuality quality = ReconstructionQuality.Of(ensemble[0], codes, images, [0.95, double.NaN, 0.5], complexity, components, workers,
            TestContext.Current.CancellationToken);
        Scores scores = Make.Scores(ensemble, images);
        Assert.Equal(0.5, quality.Above90);
        Assert.Equal(scores.Mse, quality.Codes.MeanMse, 1e-9);
        Assert.Equal(scores.Pearson, quality.Codes.MeanPearson, 1e-9);
        Assert.Equal(scores.Ssim!.Value, quality.Codes.MeanSsim, 1e-9);
        Assert.Equal(19, quality.ComponentCount); // as many as twenty images have, which these rebuild exactly
        Assert.Equal(0, quality.Components.MeanMse, 1e-6);
        Assert.Equal(complexity, quality.Complexity);
    }

    private static ReconstructionErrors Errors(double[] mse, double[] pearson) => new(mse, pearson, double.NaN, [], []);
}
