namespace Tangram.Tests;

public sealed class RasterTests
{
    [Fact]
    public void A_reduced_picture_has_the_means_of_squares_and_drops_what_fills_none()
    {
        var picture = new Raster(5, 4); // of two by two: two columns and two rows, the fifth column left out
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 5; x++)
                picture[x, y] = new Colour((byte)(10 * x), (byte)(20 * y), x == 4 ? (byte)255 : (byte)7);
        }
        Raster small = picture.Reduced(2);
        Assert.Equal((2, 2), (small.Width, small.Height));
        Assert.Equal(new Colour(5, 10, 7), small[0, 0]);
        Assert.Equal(new Colour(25, 50, 7), small[1, 1]);
    }

    [Fact]
    public void Reduced_by_one_it_is_the_same_and_by_more_than_its_size_a_single_pixel()
    {
        var picture = new Raster(3, 2);
        for (int index = 0; index < 6; index++)
            picture[index % 3, index / 3] = new Colour((byte)(40 * index), 255, (byte)index);
        Assert.Equal(picture.ToPng(), picture.Reduced(1).ToPng());
        Raster one = picture.Reduced(10);
        Assert.Equal((1, 1), (one.Width, one.Height));
        Assert.Equal(new Colour(100, 255, 2), one[0, 0]);
    }

    [Fact]
    public void The_channel_mean_is_stretched_and_what_channels_differ_in_is_gone()
    {
        // Four pixels of means 0, 1, 2 and 1, the last of a pure colour difference beside the second's grey.
        float[] weights = [0, 1, 4, 3, 0, 1, 2, 0, 0, 1, 0, 0];
        Raster picture = Mosaic.Picture(weights, new ImageShape(2, 2, 3), Stretch.ChannelMean);
        Assert.Equal([0, 128, 255, 128], new[] { picture[0, 0], picture[1, 0], picture[0, 1], picture[1, 1] }.Select(colour => (int)colour.Red));
        Assert.All(new[] { picture[0, 0], picture[1, 0], picture[0, 1], picture[1, 1] }, colour => Assert.True(colour.Red == colour.Green && colour.Green == colour.Blue));
    }

    [Fact]
    public void Of_one_channel_the_channel_mean_is_the_stretch_from_minimum_to_maximum()
    {
        var shape = new ImageShape(4, 3, 1);
        float[] weights = Numbers.Row(12, 1);
        Assert.Equal(Mosaic.Picture(weights, shape, Stretch.MinMax).ToPng(), Mosaic.Picture(weights, shape, Stretch.ChannelMean).ToPng());
        Raster constant = Mosaic.Picture(new float[12], shape, Stretch.ChannelMean);
        Assert.Equal(new Colour(0, 0, 0), constant[3, 2]);
    }
}
