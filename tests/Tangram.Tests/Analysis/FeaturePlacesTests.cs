namespace Tangram.Tests;

public sealed class FeaturePlacesTests
{
    [Fact]
    public void Pixels_are_covered_by_weights_of_at_least_half_the_largest_magnitude_in_any_channel()
    {
        var shape = new ImageShape(2, 2, 3);
        // Feature 0: pixel 0 by red, pixel 1 by half of it in blue, negative; pixel 2 by less than half. Feature 1: pixel 3, but it isn't alive. Feature 2 is zero.
        SparseAutoencoder autoencoder = Given.Autoencoder(shape, 1, [4, 0, 1.9f, 0, 0, 0, 0, 0, 0, -2, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], new float[12]);
        bool[] all = [true, true, true, true];
        Assert.Equal(2 / 4.0, FeaturePlaces.Coverage(autoencoder, [0, 2], all));
        Assert.Equal(3 / 4.0, FeaturePlaces.Coverage(autoencoder, [0, 1, 2], all));
        Assert.Equal(1 / 2.0, FeaturePlaces.Coverage(autoencoder, [0], [true, false, true, false]));
        Assert.Equal(0, FeaturePlaces.Coverage(autoencoder, [2], all));
        Assert.Equal(0, FeaturePlaces.Coverage(autoencoder, [], all));
        Assert.Equal(double.NaN, FeaturePlaces.Coverage(autoencoder, [0], new bool[4]));
    }
}
