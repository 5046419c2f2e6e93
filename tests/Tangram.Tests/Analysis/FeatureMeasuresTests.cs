namespace Tangram.Tests;

public sealed class FeatureMeasuresTests
{
    private static readonly ImageShape Grey = new(32, 32, 1), Colour = new(32, 32, 3);

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(45)]
    [InlineData(60)]
    [InlineData(90)]
    [InlineData(120)]
    [InlineData(135)]
    [InlineData(171)]
    public void Stripes_have_the_direction_they_are_drawn_in_and_one_only(double degrees)
    {
        FeatureMeasures feature = DrawnFeature.Measure(Grey, DrawnFeature.Grating(degrees, periods: 2));
        double apart = Math.Abs(feature.Orientation - degrees);
        Assert.InRange(Math.Min(apart, 180 - apart), 0, 1);
        Assert.InRange(feature.Orientation, 0, 180);
        Assert.InRange(feature.Coherence, 0.99, 1 + 1e-9);
    }

    [Fact]
    public void A_line_that_rises_to_the_right_has_45_degrees()
    {
        FeatureMeasures rising = DrawnFeature.Measure(Grey, (x, y) => x + y is > 29 and < 33 ? 1 : 0);
        Assert.Equal(45, rising.Orientation, 1);
    }

    [Fact]
    public void A_round_blob_and_noise_have_no_direction()
    {
        Assert.InRange(DrawnFeature.Measure(Grey, Blob).Coherence, 0, 0.01);
        Assert.InRange(DrawnFeature.Measure(Grey, DrawnFeature.Noise(1)).Coherence, 0, 0.15);

        static double Blob(int x, int y) => Math.Exp(-(((x - 15.5) * (x - 15.5)) + ((y - 15.5) * (y - 15.5))) / 40);
    }

    [Fact]
    public void A_pure_hue_on_grey_has_its_angle_and_share()
    {
        // Red, green and blue are two thirds colour: (1, 0, 0) is (1, 1, 1)/3 and a rest of length √(2/3). Yellow, cyan and magenta: a third.
        (double[] Rgb, double Hue, double Share)[] cases =
        [
            ([1, 0, 0], 0, 2 / 3.0), ([1, 1, 0], 60, 1 / 3.0), ([0, 1, 0], 120, 2 / 3.0),
            ([0, 1, 1], 180, 1 / 3.0), ([0, 0, 1], 240, 2 / 3.0), ([1, 0, 1], 300, 1 / 3.0),
        ];
        foreach (var (rgb, hue, share) in cases)
        {
            FeatureMeasures feature = DrawnFeature.Measure(Colour, (x, y, channel) => x is > 4 and < 20 && y is > 8 and < 20 ? rgb[channel] : 0);
            double apart = Math.Abs(feature.Hue - hue);
            Assert.InRange(Math.Min(apart, 360 - apart), 0, 1e-6);
            Assert.Equal(share, feature.ChromaShare, 1e-9);
            Assert.Equal(1, feature.HueCoherence, 1e-9);
        }
    }

    [Fact]
    public void Red_and_green_stripes_lie_on_the_axis_between_red_and_green()
    {
        FeatureMeasures feature = DrawnFeature.Measure(Colour, (x, _, channel) => channel == (x / 4 % 2) ? 1 : 0);
        // Red 0° and green 120° of equal length: their squares' axis is at right angles to the mean of the two, 60° + 90°.
        Assert.Equal(2 / 3.0, feature.ChromaShare, 1e-9);
        Assert.Equal(0.5, feature.HueCoherence, 1e-9);
        Assert.Equal(150, feature.Hue % 180, 1e-6);
        Assert.Equal(90, feature.Orientation, 1e-6);

        // Red less green against green less red: one axis, all colour.
        FeatureMeasures opponent = DrawnFeature.Measure(Colour, (x, _, channel) => channel == 2 ? 0 : (channel == 0 ? 1 : -1) * (x / 4 % 2 == 0 ? 1 : -1));
        Assert.Equal(1, opponent.ChromaShare, 1e-9);
        Assert.Equal(1, opponent.HueCoherence, 1e-9);
        Assert.Equal(150, opponent.Hue % 180, 1e-6);
    }

    [Fact]
    public void Noise_of_three_channels_is_two_thirds_colour_of_no_hue()
    {
        FeatureMeasures feature = DrawnFeature.Measure(Colour, DrawnFeature.Noise(2));
        Assert.Equal(2 / 3.0, feature.ChromaShare, 0.03);
        Assert.InRange(feature.HueCoherence, 0, 0.1);
    }

    [Fact]
    public void Grey_weights_in_three_channels_have_no_colour_and_one_channel_has_none_to_speak_of()
    {
        FeatureMeasures three = DrawnFeature.Measure(Colour, (x, y) => x == 3 || y == 5 ? 1 : 0), one = DrawnFeature.Measure(Grey, (x, y) => x == 3 || y == 5 ? 1 : 0);
        Assert.Equal(0, three.ChromaShare, 1e-12);
        Assert.Equal(0, one.ChromaShare);
        Assert.True(double.IsNaN(one.Hue) && double.IsNaN(one.HueCoherence));
        Assert.Equal((one.Coherence, one.Orientation), (three.Coherence, three.Orientation));
    }

    [Fact]
    public void A_small_square_has_its_centre_and_half_of_its_area_as_extent()
    {
        FeatureMeasures feature = DrawnFeature.Measure(Grey, (x, y) => x is >= 4 and < 8 && y is >= 20 and < 24 ? -2 : 0);
        Assert.Equal(6 / 32.0, feature.CentreX, 1e-12);
        Assert.Equal(22 / 32.0, feature.CentreY, 1e-12);
        Assert.Equal(8 / 1024.0, feature.Extent, 1e-12); // half of 16 equal pixels
        Assert.True(feature.IsLocal);
        FeatureMeasures even = DrawnFeature.Measure(Grey, (_, _) => 1);
        Assert.Equal((0.5, 0.5, 0.5), (even.CentreX, even.CentreY, even.Extent));
        Assert.False(even.IsLocal);
    }

    [Fact]
    public void A_pixel_of_one_channel_counts_where_it_is()
    {
        FeatureMeasures feature = DrawnFeature.Measure(new ImageShape(5, 3, 3), (x, y, channel) => (x, y, channel) == (4, 0, 2) ? 1 : 0);
        Assert.Equal((0.9, 1 / 6.0, 1 / 15.0), (feature.CentreX, feature.CentreY, feature.Extent));
        Assert.Equal(240, feature.Hue, 1e-6);
    }

    [Theory]
    [InlineData(32, 32, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(2, 2, 1)]
    [InlineData(1, 2, 3)]
    public void Weights_of_zero_have_no_measures(int width, int height, int channels)
    {
        FeatureMeasures nothing = DrawnFeature.Measure(new ImageShape(width, height, channels), (_, _) => 0);
        Assert.All(new[] { nothing.Coherence, nothing.Frequency, nothing.Concentration, nothing.Complexity, nothing.HueCoherence, nothing.Hue, nothing.CentreX, nothing.CentreY,
            nothing.Extent }, value => Assert.True(double.IsNaN(value)));
        Assert.False(nothing.IsLocal);
        Assert.Equal(channels == 1 ? 0 : double.NaN, nothing.ChromaShare);
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(nothing));
    }

    [Fact]
    public void Images_of_two_by_two_have_no_inner_gradients_but_all_the_rest()
    {
        FeatureMeasures feature = DrawnFeature.Measure(new ImageShape(2, 2, 1), (x, y) => (x, y) == (1, 0) ? 1 : 0);
        Assert.True(double.IsNaN(feature.Coherence));
        Assert.Equal((0.75, 0.25, 0.25), (feature.CentreX, feature.CentreY, feature.Extent));
        Assert.True(feature.IsLocal);
        Assert.Equal(3, feature.Complexity, 1e-5); // three waves beside the constant part, of equal squares
        Assert.Equal(1 / 3.0, feature.Concentration, 1e-5);
    }
}
