namespace Tangram.Tests;

public sealed class FeatureShapeTests
{
    private static readonly ImageShape Shape = new(28, 28, 1);

    [Theory]
    [InlineData(FeatureShape.Stroke, "slanted line")]
    [InlineData(FeatureShape.Stroke, "dark line on bright")]
    [InlineData(FeatureShape.Curve, "arc")]
    [InlineData(FeatureShape.Corner, "two sides of a triangle")]
    [InlineData(FeatureShape.Ring, "circle")]
    [InlineData(FeatureShape.Dot, "dot")]
    [InlineData(FeatureShape.Other, "half of the image")]
    [InlineData(FeatureShape.Other, "noise")]
    [InlineData(FeatureShape.Other, "nothing")]
    public void Drawn_shapes_get_their_names(FeatureShape expected, string drawing)
    {
        var random = new CounterRandom(3, RandomPurpose.Shuffle);
        Func<double, double, double> at = drawing switch
        {
            "slanted line" => (x, y) => Math.Abs(x - y) < 1.5 && x is > 6 and < 22 ? 1 : 0.05,
            "dark line on bright" => (x, y) => Math.Abs(x - (2 * y) + 12) < 2.5 && x is > 4 and < 24 ? -1 : 0.05,
            "arc" => (x, y) => Math.Abs(Math.Sqrt(((x - 14) * (x - 14)) + ((y - 20) * (y - 20))) - 11) < 1.2 && y < 17 ? 1 : 0,
            "two sides of a triangle" => (x, y) => Math.Abs(y - 8 - Math.Abs(x - 14)) < 1.5 && y < 18 ? 1 : 0,
            "circle" => (x, y) => Math.Abs(Math.Sqrt(((x - 14) * (x - 14)) + ((y - 14) * (y - 14))) - 5) < 1.2 ? 1 : 0,
            "dot" => (x, y) => Math.Exp(-(((x - 9) * (x - 9)) + ((y - 15) * (y - 15))) / 6),
            "half of the image" => (x, _) => x < 14 ? 1 : 0,
            "noise" => (x, y) => random.Normal((ulong)((y * 28) + x)),
            _ => (_, _) => 0,
        };
        float[] weights = [.. Enumerable.Range(0, 784).Select(pixel => (float)at(pixel % 28, pixel / 28))];
        Assert.Equal(expected, FeatureShapes.Of(weights, Shape));
    }

    [Fact]
    public void Half_of_the_squared_weight_in_a_quarter_of_the_area_is_local()
    {
        var weights = new float[784];
        weights[0] = 1;
        Assert.True(FeaturePlaces.IsLocal(weights, Shape));
        weights[783] = 1; // the other corner: each holds exactly half
        Assert.True(FeaturePlaces.IsLocal(weights, Shape));
        weights[27] = 0.5f;
        Assert.False(FeaturePlaces.IsLocal(weights, Shape));
        Array.Fill(weights, 1);
        Assert.False(FeaturePlaces.IsLocal(weights, Shape));
        Assert.False(FeaturePlaces.IsLocal(new float[784], Shape));
    }
}
