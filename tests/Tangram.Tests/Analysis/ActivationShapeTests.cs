namespace Tangram.Tests;

public sealed class ActivationShapeTests
{
    [Fact]
    public void Skewness_and_kurtosis_are_those_computed_by_hand()
    {
        // 1, 1, 1, 5: mean 2, deviations −1, −1, −1, 3; moments 3, 6, 21; the zeros aren't activations.
        ActivationShape shape = ActivationShape.Of([1, 0, 1, 1, 0, 5]);
        Assert.Equal(2, shape.Mean, 1e-12);
        Assert.Equal(6 / Math.Pow(3, 1.5), shape.Skewness, 1e-12);
        Assert.Equal((21 / 9.0) - 3, shape.Kurtosis, 1e-12);
        Assert.Equal(25 / 28.0, shape.StrongShare, 1e-12); // a tenth of four, rounded up: one
        ActivationShape even = ActivationShape.Of([-2, -1, 1, 2]);
        Assert.Equal((0, 0), (even.Mean, even.Skewness));
        Assert.Equal((8.5 / 6.25) - 3, even.Kurtosis, 1e-12);
    }

    [Fact]
    public void The_strongest_tenth_is_taken_by_magnitude()
    {
        ActivationShape shape = ActivationShape.Of([-10, .. Enumerable.Repeat(1f, 19), -9]);
        Assert.Equal((100 + 81 + 1) / (100.0 + 81 + 19), shape.StrongShare, 1e-12); // 21 values: three
    }

    [Fact]
    public void Of_no_activations_and_of_equal_ones_there_is_no_shape()
    {
        foreach (ActivationShape none in new[] { ActivationShape.Of([]), ActivationShape.Of([0, 0]) })
            Assert.Equal(new ActivationShape(double.NaN, double.NaN, double.NaN, double.NaN), none);
        ActivationShape constant = ActivationShape.Of([.. Enumerable.Repeat(0.1f, 1000)]);
        Assert.Equal((0.1f, double.NaN, double.NaN), (constant.Mean, constant.Skewness, constant.Kurtosis));
        Assert.Equal(0.1, constant.StrongShare, 1e-9);
        Assert.Equal(1, ActivationShape.Of([3]).StrongShare);
    }
}
