namespace Tangram.Tests;

public sealed class AttributeSensitivityTests
{
    private const int Red = 0, Blue = 5;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Correlations_are_pearsons_over_dense_codes_of_every_second_image(int half)
    {
        SparseCodes codes = RandomCodes.Of(61, 9, 6);
        double[] attribute = [.. Enumerable.Range(0, 61).Select(image => Math.Sin(image * 1.7))];
        int[] images = [.. Enumerable.Range(0, 61).Where(image => image % 2 == half)];
        double[] correlations = AttributeSensitivity.Correlations(codes, attribute, images);
        double[,] dense = RandomCodes.Dense(codes);
        float[] known = [.. images.Select(image => (float)attribute[image])];
        for (int feature = 0; feature < 9; feature++)
        {
            float[] activations = [.. images.Select(image => (float)dense[image, feature])];
            double expected = Correlation.Pearson(activations, known);
            Assert.Equal(expected, correlations[feature], 1e-5);
        }
        Assert.Equal(double.NaN, correlations[8]); // dead
    }

    [Fact]
    public void What_doesnt_vary_has_no_correlation()
    {
        SparseCodes codes = Given.Codes([0.1f, 1], [0.1f, 0], [0.1f, 2], [0.1f, 0]);
        Assert.Equal([double.NaN, double.NaN], AttributeSensitivity.Correlations(codes, [3, 3, 3, 3], [0, 2]));
        double[] varying = AttributeSensitivity.Correlations(codes, [1, 0, 3, 0], [0, 2]);
        Assert.Equal(double.NaN, varying[0]);
        Assert.Equal(1, varying[1], 1e-9);
        Assert.All(AttributeSensitivity.Correlations(Given.Codes([1, 1]), [1], []), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void The_feature_is_chosen_on_even_images_and_measured_on_odd_ones()
    {
        // 100 images, every fourth and the one after it blue. Feature 0 follows blue on even images and nothing on odd ones; feature 1 on odd ones only; feature 2 always, weakly.
        bool[] blue = [.. Enumerable.Range(0, 100).Select(image => image % 4 < 2)];
        ImageSet images = Given.Plain(4, 4, [.. blue.Select(one => one ? ((byte)0, (byte)0, (byte)255) : ((byte)90, (byte)90, (byte)90))]);
        ImageAttributes attributes = ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken);
        SparseCodes codes = Given.Codes([.. Enumerable.Range(0, 100).Select(image =>
        {
            bool even = image % 2 == 0;
            return new[] { (even ? blue[image] : image % 8 < 4) ? 1f : 0, (even ? image % 8 < 4 : blue[image]) ? 1f : 0, blue[image] ? 2f : image % 3 };
        })]);
        AttributeSensitivity[] hues = AttributeSensitivity.OfHues(codes, attributes);
        Assert.Equal(NamedHue.All.Select(hue => hue.Name), hues.Select(hue => hue.Attribute), StringComparer.Ordinal);
        AttributeSensitivity found = hues[Blue];
        Assert.Equal(("blue", 0), (found.Attribute, found.Feature));
        Assert.Equal(25, found.Images); // odd and blue
        double[] second = AttributeSensitivity.Correlations(codes, attributes.Hues[Blue], [.. Enumerable.Range(0, 50).Select(pair => (2 * pair) + 1)]);
        Assert.Equal(second[0], found.Correlation);
        Assert.InRange(found.Correlation, -0.1, 0.1);
        int active = Enumerable.Range(0, 100).Count(image => image % 2 == 1 && blue[image] && image % 8 < 4);
        Assert.Equal(active / 25.0, found.ActiveWith, 1e-12);
        Assert.Equal(Enumerable.Range(0, 100).Count(image => image % 2 == 1 && !blue[image] && image % 8 < 4) / 25.0, found.ActiveWithout, 1e-12);
        // No image is red: there is nothing to follow.
        Assert.Equal((-1, double.NaN, 0), (hues[Red].Feature, hues[Red].Correlation, hues[Red].Images));
        Assert.True(double.IsNaN(hues[Red].ActiveWith) && double.IsNaN(hues[Red].ActiveWithout));
    }

    [Fact]
    public void A_feature_found_on_images_learned_from_is_measured_on_all_others()
    {
        ImageAttributes Of(int period) => ImageAttributes.Of(Given.Plain(2, 2, [.. Enumerable.Range(0, 60).Select(image =>
            image % period == 0 ? ((byte)0, (byte)0, (byte)255) : ((byte)0, (byte)0, (byte)0))]), threads: 1, TestContext.Current.CancellationToken);
        SparseCodes Codes(int period) => Given.Codes([.. Enumerable.Range(0, 60).Select(image => new[] { image % 5 == 0 ? 0f : 1, image % period == 0 ? 1f : 0 })]);
        AttributeSensitivity found = AttributeSensitivity.OfHues(Codes(2), Of(2), Codes(3), Of(3))[Blue];
        Assert.Equal((1, 20, 1.0, 0.0), (found.Feature, found.Images, found.ActiveWith, found.ActiveWithout));
        Assert.Equal(1, found.Correlation, 1e-9);
        // In those learned from nothing follows blue that is active there: what follows it in the others isn't looked for.
        Assert.Equal(0, AttributeSensitivity.OfHues(Codes(7), Of(2), Codes(3), Of(3))[Blue].Feature);
    }

    [Fact]
    public void A_feature_with_fewer_than_twenty_activations_isnt_chosen()
    {
        // Feature 0 is active in exactly the blue images; feature 1 in these and every other one in between. 19 blue even images are too few, 20 enough.
        foreach (int count in new[] { 19, 20 })
        {
            bool[] blue = [.. Enumerable.Range(0, 200).Select(image => image / 2 < count)];
            ImageSet images = Given.Plain(2, 2, [.. blue.Select(one => one ? ((byte)0, (byte)0, (byte)255) : ((byte)0, (byte)0, (byte)0))]);
            SparseCodes codes = Given.Codes([.. Enumerable.Range(0, 200).Select(image => new[] { blue[image] ? 1f : 0, blue[image] || image % 10 < 4 ? 1f : 0 })]);
            AttributeSensitivity found = AttributeSensitivity.OfHues(codes, ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken))[Blue];
            Assert.Equal(count == 19 ? 1 : 0, found.Feature);
        }
    }

    [Fact]
    public void An_activation_of_zero_is_none()
    {
        bool[] blue = [.. Enumerable.Range(0, 80).Select(image => image / 2 % 2 == 0)];
        ImageSet images = Given.Plain(2, 2, [.. blue.Select(one => one ? ((byte)0, (byte)0, (byte)255) : ((byte)0, (byte)0, (byte)0))]);
        // One entry each, of feature 0; but it is 0 in one of the 20 images that are even and blue, and in all that aren't blue.
        var codes = new SparseCodes(1, [.. Enumerable.Range(0, 81).Select(image => (long)image)], new int[80], [.. blue.Select((one, image) => one && image > 0 ? 1f : 0)]);
        Assert.Equal(-1, AttributeSensitivity.OfHues(codes, ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken))[Blue].Feature);
    }

    [Fact]
    public void Images_that_are_all_blue_have_no_others()
    {
        ImageSet images = Given.Plain(2, 2, [.. Enumerable.Range(0, 60).Select(image => ((byte)0, (byte)0, (byte)(200 + (image % 50))))]);
        SparseCodes codes = Given.Codes([.. Enumerable.Range(0, 60).Select(image => new[] { 1f + image })]);
        AttributeSensitivity found = AttributeSensitivity.OfHues(codes, ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken))[Blue];
        Assert.Equal(-1, found.Feature); // the share of blue is 1 in all: it doesn't vary
    }
}
