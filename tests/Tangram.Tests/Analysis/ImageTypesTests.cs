namespace Tangram.Tests;

public sealed class ImageTypesTests
{
    private static readonly ImageShape Shape = new(16, 16, 1);

    [Fact]
    public void The_complexity_of_images_goes_with_that_of_the_features_they_activate()
    {
        // Image i has i + 2 waves; so has feature i. The matching dictionary answers each image with its own feature, the other one with the most unlike it.
        const int Count = 5;
        float[][] features = [.. Enumerable.Range(0, Count).Select(index => Waves(index + 2))];
        ImageSet images = ImageSet.FromBytes("waves", Shape, features.SelectMany(feature => Bytes(feature)).ToArray());
        ImageTypes types = Of(Given.Autoencoder(Shape, 1, features), Swapped(features), images);
        Assert.Equal(1, types.ComplexityRank.Trained, 1e-9);
        Assert.Equal(-1, types.ComplexityRank.Untrained, 1e-9);
        Assert.Empty(types.Hues);
        Assert.Empty(types.Separability);
    }

    [Fact]
    public void Rows_have_no_complexity_to_compare()
    {
        ImageSet rows = ImageSet.FromRows("rows", 4, Numbers.Row(40, 1));
        SparseAutoencoder autoencoder = Make.Ensemble(rows.Shape, 6, 2, 1)[0];
        ImageTypes types = Of(autoencoder, autoencoder, rows);
        Assert.True(double.IsNaN(types.ComplexityRank.Trained) && double.IsNaN(types.ComplexityRank.Untrained));
    }

    /// <summary>Tied features of which the detectors and the pictures shown run in opposite orders.</summary>
    private static SparseAutoencoder Swapped(float[][] features) => new(
        new ModelOptions { Shape = Shape, Features = features.Length, Rule = new SparsityRule.TopK(1), Members = 1, Untied = true },
        new MemberWeights(Given.Matrix(features), Given.Matrix([.. features.Reverse()])));

    private static ImageTypes Of(SparseAutoencoder trained, SparseAutoencoder untrained, ImageSet images)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var workers = new Workers(1);
        using ImageComponents components = ImageComponents.Of(images, workers);
        using FloatMatrix projected = components.Project(images, workers);
        FeatureTable own = FeatureTable.Of(trained, images, threads: 1, cancellation), other = FeatureTable.Of(untrained, images, threads: 1, cancellation);
        VectorSpace[] spaces =
        [
            VectorSpace.OfCodes("codes", own.Codes), VectorSpace.OfCodes("untrained", other.Codes), VectorSpace.OfPixels("pixels", images, components.Mean),
            VectorSpace.OfRows("components", projected),
        ];
        return ImageTypes.Of((trained, own), (untrained, other), images, spaces, images, components, workers, cancellation);
    }

    /// <summary>The first so many waves across, of equal squares, at right angles to the mean; of length 1.</summary>
    private static float[] Waves(int count) => DrawnFeature.Of(Shape, (x, y) => Enumerable.Range(1, count).Sum(wave =>
        Math.Sqrt(2) / 16 / Math.Sqrt(count) * Math.Cos(Math.PI * ((2 * x) + 1) * wave / 32)));

    private static IEnumerable<byte> Bytes(float[] values) => values.Select(value => (byte)Math.Round(128 + (300 * value)));
}
