namespace Tangram.Tests;

public sealed class FeatureKindTests
{
    private static readonly FeatureMeasures Nothing = new(0.399, 0, 3.999, 0.499, 10, 0.333, 0.499, 0, 0.5, 0.5, 0.5, false);

    [Fact]
    public void Each_kind_begins_at_its_border()
    {
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(Nothing));
        Assert.Equal(FeatureKind.Edge, FeatureKinds.Of(Nothing with { Coherence = 0.4 }));
        Assert.Equal(FeatureKind.Region, FeatureKinds.Of(Nothing with { IsLocal = true }));
        FeatureMeasures colour = Nothing with { ChromaShare = 1 / 3.0, HueCoherence = 0.5 }, texture = Nothing with { Frequency = 4, Concentration = 0.5 };
        Assert.Equal(FeatureKind.Colour, FeatureKinds.Of(colour));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(colour with { ChromaShare = 0.333 }));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(colour with { HueCoherence = 0.499 }));
        Assert.Equal(FeatureKind.Texture, FeatureKinds.Of(texture));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(texture with { Frequency = 3.5 }));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(texture with { Concentration = 0.499 }));
    }

    [Fact]
    public void The_first_kind_that_holds_is_it()
    {
        FeatureMeasures all = new(1, 0, 8, 1, 1, 1, 1, 0, 0.5, 0.5, 0.1, true);
        Assert.Equal(FeatureKind.Colour, FeatureKinds.Of(all));
        Assert.Equal(FeatureKind.Edge, FeatureKinds.Of(all = all with { ChromaShare = 0 }));
        Assert.Equal(FeatureKind.Texture, FeatureKinds.Of(all = all with { Coherence = 0 }));
        Assert.Equal(FeatureKind.Region, FeatureKinds.Of(all = all with { Frequency = 1 }));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(all with { IsLocal = false }));
    }

    [Fact]
    public void What_isnt_defined_makes_no_kind() =>
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(new FeatureMeasures(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN,
            double.NaN, double.NaN, false)));

    [Fact]
    public void Drawn_features_get_the_kinds_that_they_show()
    {
        ImageShape grey = new(32, 32, 1), colour = new(32, 32, 3);
        Assert.Equal(FeatureKind.Edge, FeatureKinds.Of(DrawnFeature.Measure(grey, (x, _) => x < 15 ? 1 : -1)));
        Assert.Equal(FeatureKind.Texture, FeatureKinds.Of(DrawnFeature.Measure(grey, (x, y) => Math.Cos(2 * Math.PI * 6 * x / 32) * Math.Cos(2 * Math.PI * 6 * y / 32))));
        Assert.Equal(FeatureKind.Region, FeatureKinds.Of(DrawnFeature.Measure(grey, (x, y) => Math.Exp(-(((x - 9) * (x - 9)) + ((y - 20) * (y - 20))) / 20.0))));
        Assert.Equal(FeatureKind.Colour, FeatureKinds.Of(DrawnFeature.Measure(colour, (_, _, channel) => channel == 2 ? 1 : -0.5)));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(DrawnFeature.Measure(grey, DrawnFeature.Noise(5))));
        Assert.Equal(FeatureKind.Other, FeatureKinds.Of(DrawnFeature.Measure(colour, DrawnFeature.Noise(5)))); // two thirds colour, but of no hue
    }

    [Fact]
    public void Features_are_measured_in_the_order_asked_for_whatever_the_threads()
    {
        SparseAutoencoder autoencoder = Make.Ensemble(new ImageShape(9, 7, 3), 30, 3, 1)[0];
        int[] features = [7, 2, 29, 2, .. Enumerable.Range(0, 20)];
        FeatureMeasures[] one = FeatureKinds.Measure(autoencoder, features, threads: 1, cancellation: TestContext.Current.CancellationToken),
            many = FeatureKinds.Measure(autoencoder, features, threads: 5, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal<FeatureMeasures>(one, many);
        Assert.Equal(FeatureMeasures.Of(autoencoder.Feature(29), autoencoder.Options.Shape, new CosineTransform(9, 7)), one[2]);
        Assert.Empty(FeatureKinds.Measure(autoencoder, [], cancellation: TestContext.Current.CancellationToken));
        Assert.Empty(FeatureKinds.Measure(Make.Ensemble(ImageShape.Row(20), 8, 2, 1)[0], [0, 1, 2], cancellation: TestContext.Current.CancellationToken));
    }
}
