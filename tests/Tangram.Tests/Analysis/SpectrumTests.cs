namespace Tangram.Tests;

public sealed class SpectrumTests
{
    private static readonly ImageShape Shape = new(24, 16, 1);

    [Theory]
    [InlineData(1, 0, 0.5)]
    [InlineData(8, 0, 4)]
    [InlineData(0, 12, 6)]
    [InlineData(6, 8, 5)]
    [InlineData(23, 15, 13.5)] // 13.73: counted in steps of half a period
    public void One_wave_is_one_wave_of_its_frequency(int u, int v, double frequency)
    {
        Spectrum one = Of(Shape, Wave(u, v, 0.3));
        Assert.Equal(1, one.Complexity, 1e-3);
        Assert.Equal(1, one.Concentration, 1e-4);
        Assert.Equal(frequency, one.MedianFrequency);
    }

    [Fact]
    public void Two_waves_are_as_many_as_their_squares_say()
    {
        Spectrum even = Of(Shape, (x, y, _) => Wave(3, 0, 1)(x, y, 0) + Wave(0, 9, 1)(x, y, 0));
        Assert.Equal(2, even.Complexity, 1e-3);
        // Squares of 1 and 4: exp of the entropy of (.2, .8); the larger one is above half.
        Spectrum uneven = Of(Shape, (x, y, _) => Wave(3, 0, 1)(x, y, 0) + Wave(0, 9, 2)(x, y, 0));
        Assert.Equal(Math.Exp(-(0.2 * Math.Log(0.2)) - (0.8 * Math.Log(0.8))), uneven.Complexity, 1e-3);
        Assert.Equal(4.5, uneven.MedianFrequency);
    }

    [Fact]
    public void Channels_add_up_so_that_the_same_wave_in_each_is_one()
    {
        Spectrum three = Of(Shape with { Channels = 3 }, (x, y, channel) => (channel + 1) * Wave(5, 2, 1)(x, y, 0));
        Assert.Equal(1, three.Complexity, 1e-3);
        Spectrum each = Of(Shape with { Channels = 3 }, (x, y, channel) => Wave(5 + channel, 2, 1)(x, y, 0));
        Assert.Equal(3, each.Complexity, 1e-3);
    }

    [Fact]
    public void White_noise_has_a_fifth_of_its_squares_in_a_twentieth_of_the_waves()
    {
        Spectrum noise = Of(new ImageShape(64, 64, 1), DrawnFeature.Noise(3));
        Assert.Equal(0.28, noise.Concentration, 0.03); // of normal squares the largest 5 % hold φ-tail mass: 2 (q φ(q) + 1 − Φ(q)), q = 1.96
        Spectrum colour = Of(new ImageShape(64, 64, 3), DrawnFeature.Noise(3));
        Assert.Equal(0.16, colour.Concentration, 0.03); // sums of three squares are more even
        Assert.InRange(noise.Complexity, 0.4 * 4096, 0.6 * 4096); // exp(entropy): e^−0.73 of them
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(1)]
    public void A_constant_image_has_no_waves(double value)
    {
        Spectrum constant = Of(Shape, (_, _, _) => value);
        Assert.True(double.IsNaN(constant.Complexity) && double.IsNaN(constant.MedianFrequency) && double.IsNaN(constant.Concentration));
    }

    [Fact]
    public void Of_a_constant_with_a_wave_only_the_wave_counts() => Assert.Equal(1, Of(Shape, (x, y, _) => 5 + Wave(4, 4, 0.5)(x, y, 0)).Complexity, 0.01);

    [Fact]
    public void The_fewest_values_that_reach_a_part_are_the_largest()
    {
        Assert.Equal(1, Spectrum.FewestFor([1, 5, 2], 4));
        Assert.Equal(1, Spectrum.FewestFor([1, 5, 2], 5));
        Assert.Equal(2, Spectrum.FewestFor([1, 5, 2], 5.5));
        Assert.Equal(3, Spectrum.FewestFor([1, 5, 2], 8));
        Assert.Equal(3, Spectrum.FewestFor([1, 5, 2], 9)); // all, where all aren't enough
        Assert.Equal(0, Spectrum.FewestFor([1, 5, 2], 0));
        Assert.Equal(0, Spectrum.FewestFor([], 1));
    }

    private static Spectrum Of(ImageShape shape, Func<int, int, int, double> at) => Spectrum.Of(DrawnFeature.Of(shape, at), shape, new CosineTransform(shape.Width, shape.Height));

    /// <summary>A wave of the cosine transform, its squares summing to height² whatever its place.</summary>
    private static Func<int, int, int, double> Wave(int u, int v, double height) => (x, y, _) => height * Basis(u, x, Shape.Width) * Basis(v, y, Shape.Height);

    private static double Basis(int u, int x, int length) => Math.Sqrt((u == 0 ? 1.0 : 2) / length) * Math.Cos(Math.PI * ((2 * x) + 1) * u / (2 * length));
}
