namespace Tangram.Tests;

public sealed class ImageAttributesTests
{
    private const int Red = 0, Green = 3, Blue = 5;

    [Fact]
    public void Hues_are_shares_of_pixels_and_the_dominant_one_covers_a_tenth()
    {
        // 20 pixels: 11 red, 6 blue, 3 grey; 2 green, 18 white; 1 green, 19 white; all black.
        ImageSet images = Pictures([.. Times(11, (255, 0, 0)), .. Times(6, (0, 0, 255)), .. Times(3, (99, 99, 99))],
            [.. Times(18, (255, 255, 255)), .. Times(2, (0, 200, 0))], [.. Times(19, (255, 255, 255)), .. Times(1, (0, 200, 0))], [.. Times(20, (0, 0, 0))]);
        ImageAttributes attributes = ImageAttributes.Of(images, threads: 3, TestContext.Current.CancellationToken);
        Assert.True(attributes.HasHues);
        Assert.Equal([Red, Green, NamedHue.All.Count, NamedHue.All.Count], attributes.DominantHue);
        Assert.Equal(0.55, attributes.Hues[Red][0], 1e-12);
        Assert.Equal(0.3, attributes.Hues[Blue][0], 1e-12);
        Assert.Equal(0.85, attributes.Hues.Sum(hue => hue[0]), 1e-12);
        Assert.Equal(0.1, attributes.Hues[Green][1], 1e-12);
        Assert.Equal(0.05, attributes.Hues[Green][2], 1e-12);
        Assert.Equal(0, attributes.Hues.Sum(hue => hue[3]));
    }

    [Fact]
    public void Brightness_and_contrast_are_mean_and_deviation_of_all_values()
    {
        ImageAttributes attributes = ImageAttributes.Of(Pictures([.. Times(20, (255, 0, 0))], [.. Times(20, (51, 51, 51))]), threads: 1, TestContext.Current.CancellationToken);
        Assert.Equal(1 / 3.0, attributes.Brightness[0], 1e-6);
        Assert.Equal(Math.Sqrt(2) / 3, attributes.Contrast[0], 1e-6); // of 1, 0, 0
        Assert.Equal(0.2, attributes.Brightness[1], 1e-6);
        Assert.Equal(0, attributes.Contrast[1], 1e-6);
        Assert.Equal(double.NaN, attributes.Complexity[1]);
    }

    [Fact]
    public void Grey_images_and_rows_have_no_hues_and_rows_no_complexity()
    {
        ImageSet grey = Make.Images(new ImageShape(6, 5, 1), 4), rows = ImageSet.FromRows("rows", 3, new float[] { 1, 2, 3, -1, -1, -1 });
        ImageAttributes ofGrey = ImageAttributes.Of(grey, threads: 2, TestContext.Current.CancellationToken), ofRows = ImageAttributes.Of(rows, threads: 1, TestContext.Current.CancellationToken);
        Assert.False(ofGrey.HasHues || ofRows.HasHues);
        Assert.Empty(ofGrey.DominantHue);
        var image = new float[30];
        grey.CopyTo(2, image);
        Assert.Equal(Spectrum.Of(image, grey.Shape, new CosineTransform(6, 5)).Complexity, ofGrey.Complexity[2]);
        Assert.All(ofRows.Complexity, value => Assert.True(double.IsNaN(value)));
        Assert.Equal([2, -1], ofRows.Brightness);
        Assert.Equal(Math.Sqrt(2 / 3.0), ofRows.Contrast[0], 1e-9);
    }

    private static IEnumerable<(byte, byte, byte)> Times(int count, (byte, byte, byte) colour) => Enumerable.Repeat(colour, count);

    private static ImageSet Pictures(params (byte Red, byte Green, byte Blue)[][] pictures) => ImageSet.FromBytes("pictures", new ImageShape(5, 4, 3),
        pictures.SelectMany(pixels => pixels.Select(one => one.Red).Concat(pixels.Select(one => one.Green)).Concat(pixels.Select(one => one.Blue))).ToArray());
}
