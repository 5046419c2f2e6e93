namespace Tangram.Tests;

public sealed class TileAxisTests
{
    [Fact]
    public void Every_pixel_is_covered_with_weights_that_add_up_to_1()
    {
        const int Size = 7;
        var weights = new float[Size];
        for (int stride = 1; stride <= Size; stride++)
        {
            for (int length = 1; length <= 24; length++)
            {
                var axis = new TileAxis(length, Size, stride);
                var sums = new double[length];
                for (int tile = 0; tile < axis.Count; tile++)
                {
                    axis.FillWeights(tile, weights);
                    for (int pixel = 0; pixel < Size; pixel++)
                    {
                        int place = axis.Start(tile) + pixel;
                        Assert.Equal(place >= 0 && place < length, weights[pixel] > 0);
                        if (weights[pixel] > 0)
                            sums[place] += weights[pixel];
                        if (place >= 0 && place < length)
                            Assert.Equal(place, axis.Source(tile, pixel));
                    }
                }
                Assert.All(sums, sum => Assert.Equal(1, sum, 1e-6));
            }
        }
    }

    [Theory]
    [InlineData(64, 64, 32, new[] { 0 })]
    [InlineData(65, 64, 32, new[] { 0, 1 })]
    [InlineData(128, 64, 32, new[] { 0, 32, 64 })]
    [InlineData(100, 64, 32, new[] { 0, 32, 36 })]
    [InlineData(200, 64, 64, new[] { 0, 64, 128, 136 })]
    [InlineData(50, 64, 32, new[] { -7 })]
    [InlineData(1, 4, 2, new[] { -1 })]
    public void Tiles_begin_a_stride_apart_and_the_last_ends_at_the_edge(int length, int size, int stride, int[] starts)
    {
        var axis = new TileAxis(length, size, stride);
        Assert.Equal(starts, Enumerable.Range(0, axis.Count).Select(axis.Start));
    }

    [Theory]
    [InlineData(1, 5, new[] { 0, 0, 0, 0, 0 })]
    [InlineData(2, 8, new[] { 1, 1, 0, 0, 1, 1, 0, 0 })]
    [InlineData(3, 7, new[] { 1, 0, 0, 1, 2, 2, 1 })]
    [InlineData(4, 5, new[] { 0, 1, 2, 3, 3 })]
    public void A_shorter_picture_is_mirrored(int length, int size, int[] sources)
    {
        var axis = new TileAxis(length, size, 2);
        Assert.Equal(sources, Enumerable.Range(0, size).Select(pixel => axis.Source(0, pixel)));
    }

    [Fact]
    public void A_lone_tile_counts_fully()
    {
        var weights = new float[28];
        new TileAxis(28, 28, 14).FillWeights(0, weights);
        Assert.All(weights, weight => Assert.Equal(1f, weight));
    }
}
