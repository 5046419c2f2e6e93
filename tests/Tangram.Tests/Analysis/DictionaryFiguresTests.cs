namespace Tangram.Tests;

public sealed class DictionaryFiguresTests
{
    private static readonly ImageShape Shape = new(8, 8, 3);

    [Fact]
    public void The_head_is_the_tenth_of_the_features_that_are_active_most_often()
    {
        // Rows of 20 numbers, each with one that is largest: 10 images of feature 0, 6 of feature 1, 4 of other ones. A tenth of 20 features: two.
        int[] largest = [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 6), 5, 6, 7, 8];
        float[] rows = [.. largest.SelectMany(feature => Enumerable.Range(0, 20).Select(column => column == feature ? 2f : 0.001f * column))];
        SparseAutoencoder autoencoder = Given.Autoencoder(ImageShape.Row(20), 1, [.. Enumerable.Range(0, 20).Select(feature => Unit(20, feature))]);
        DictionaryStatistics statistics = autoencoder.Analyse(ImageSet.FromRows("rows", 20, rows), threads: 1, TestContext.Current.CancellationToken);
        Assert.Equal(16 / 20.0, statistics.HeadShare, 1e-12);
        Assert.Equal(6, statistics.Alive);
        Assert.Empty(statistics.Kinds);
        Assert.True(double.IsNaN(statistics.ChromaShare) && double.IsNaN(statistics.Complexity));
        Assert.Equal(2, statistics.Activations.Mean, 1e-6);
        Assert.Equal(double.NaN, statistics.Activations.Skewness);
    }

    [Fact]
    public void Kinds_colour_and_complexity_are_those_of_the_features_that_are_alive()
    {
        float[][] features =
        [
            DrawnFeature.Of(Shape, (x, _, _) => x < 4 ? 1 : -1), // an edge
            DrawnFeature.Of(Shape, (_, _, channel) => channel == 0 ? 1 : 0), // red
            DrawnFeature.Of(Shape, (x, _, _) => x == 2 ? 1 : 0), // the next ones are dead
            DrawnFeature.Of(Shape, (_, y, _) => y == 2 ? 1 : 0),
        ];
        // Each image is one of the first two features, above 0.
        byte[] pixels = [.. features.Take(2).SelectMany(feature => feature.Select(weight => (byte)(weight > 0 ? 200 : 0)))];
        DictionaryStatistics statistics = Given.Autoencoder(Shape, 1, features).Analyse(ImageSet.FromBytes("two", Shape, pixels), threads: 1, TestContext.Current.CancellationToken);
        Assert.Equal(2, statistics.Alive);
        Assert.Equal(["colour", "edge", "other", "region", "texture"], statistics.Kinds.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal((0.5, 0.5, 0, 0, 0), (statistics.Kinds["edge"], statistics.Kinds["colour"], statistics.Kinds["texture"], statistics.Kinds["region"], statistics.Kinds["other"]));
        Assert.Equal(1 / 3.0, statistics.ChromaShare, 1e-9); // 0 and two thirds
        Assert.Equal(Spectrum.Of(features[0], Shape, new CosineTransform(8, 8)).Complexity, statistics.Complexity, 1e-9); // red has no waves
    }

    [Fact]
    public void Where_all_features_are_dead_there_are_no_figures()
    {
        DictionaryStatistics statistics = Given.Autoencoder(Shape, 1, DrawnFeature.Of(Shape, (_, _) => 1), DrawnFeature.Of(Shape, (x, _) => x))
            .Analyse(ImageSet.FromBytes("black", Shape, new byte[2 * Shape.Length]), threads: 1, TestContext.Current.CancellationToken);
        Assert.Equal(0, statistics.Alive);
        Assert.All(new[] { statistics.HeadShare, statistics.ChromaShare, statistics.Complexity, statistics.Kinds["edge"], statistics.Activations.StrongShare },
            value => Assert.True(double.IsNaN(value)));
    }

    private static float[] Unit(int length, int place)
    {
        var row = new float[length];
        row[place] = 1;
        return row;
    }
}
