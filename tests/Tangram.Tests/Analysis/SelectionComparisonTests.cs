using MathNet.Numerics.LinearAlgebra;

namespace Tangram.Tests;

public sealed class SelectionComparisonTests
{
    private static readonly ImageShape s_shape = new(8, 9, 1);
    private static readonly ImageSet s_images = Make.Images(s_shape, 30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_order_is_that_of_what_may_be_chosen(bool full)
    {
        SparseAutoencoder autoencoder = Model(full);
        SelectionComparison comparison = Compare(autoencoder, threads: 2)!;
        Assert.Equal(30, comparison.Images);
        Assert.True(comparison.Orthogonal.Mse <= comparison.Matching.Mse);
        Assert.True(comparison.Matching.Mse < comparison.RandomFitted.Mse);
        Assert.True(comparison.EncoderFitted.Mse <= comparison.Encoder.Mse);
        Assert.True(comparison.RandomFitted.Mse <= comparison.Random.Mse);
        Assert.True(full || comparison.EncoderFitted.Mse < comparison.RandomFitted.Mse); // the full model's encoder knows nothing of its decoder
        Assert.Equal(comparison, Compare(autoencoder, threads: 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_encoders_choice_is_the_code_and_fitted_it_is_least_squares_less_the_bias(bool full)
    {
        SparseAutoencoder autoencoder = Model(full);
        SelectionComparison comparison = Compare(autoencoder, threads: 1)!;
        double own = 0, fitted = 0;
        for (int image = 0; image < s_images.Count; image++)
        {
            var x = new float[s_shape.Length];
            s_images.CopyTo(image, x);
            var (features, activations) = autoencoder.Encode(x);
            own += Correlation.SquaredError(x, autoencoder.Decode(features, activations)) / x.Length / s_images.Count;
            Vector<double> wanted = Vector<double>.Build.Dense(x.Length, pixel => x[pixel] - (autoencoder.PreBias?[pixel] ?? 0));
            Matrix<double> rows = Matrix<double>.Build.Dense(x.Length, features.Length, (pixel, slot) => autoencoder.Feature(features[slot])[pixel]);
            fitted += Math.Pow((wanted - (rows * rows.QR().Solve(wanted))).L2Norm(), 2) / x.Length / s_images.Count;
        }
        Assert.Equal(own, comparison.Encoder.Mse, 1e-7);
        Assert.Equal(fitted, comparison.EncoderFitted.Mse, 1e-6);
    }

    [Fact]
    public void All_features_are_least_squares_whoever_chose_them()
    {
        Ensemble ensemble = Make.Ensemble(s_shape, features: 20, k: 20, members: 1);
        SelectionComparison comparison = Compare(ensemble[0], threads: 1)!;
        Assert.Equal(comparison.EncoderFitted.Mse, comparison.RandomFitted.Mse, 1e-6);
        Assert.Equal(comparison.EncoderFitted.Mse, comparison.Orthogonal.Mse, 1e-6);
        Assert.Equal(comparison.Encoder.Mse, comparison.Random.Mse, 1e-6); // the same features, and the encoder's activations
    }

    [Fact]
    public void A_dictionary_that_is_too_large_is_not_compared()
    {
        var shape = ImageShape.Row(2);
        Assert.Null(Compare(Make.Ensemble(shape, features: 8193, k: 2, members: 1)[0], threads: 1, Make.Images(shape, 3)));
        Assert.Null(Compare(Make.Ensemble(shape, features: 2000, k: 2000, members: 1)[0], threads: 1, Make.Images(shape, 3)));
    }

    private static SparseAutoencoder Model(bool full) => (full ? Make.Full(s_shape, features: 50, k: 8, members: 1) : Make.Ensemble(s_shape, features: 50, k: 8, members: 1))[0];

    private static SelectionComparison? Compare(SparseAutoencoder autoencoder, int threads, ImageSet? images = null)
    {
        images ??= s_images;
        using var workers = new Workers(threads);
        FeatureTable table = FeatureTable.Of(autoencoder, images, threads, TestContext.Current.CancellationToken);
        return SelectionComparison.Of(autoencoder, table.Codes, images, table.Alive, workers, TestContext.Current.CancellationToken);
    }
}
