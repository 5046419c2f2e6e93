namespace Tangram.Tests;

/// <summary>Removal of a feature, against decoding the code that lacks it; and matches in another dictionary, against plain cosines.</summary>
public sealed class FeatureRemovalTests
{
    private static readonly ImageShape s_shape = new(5, 4, 1);
    private static readonly ImageSet s_images = Make.Images(s_shape, 60);

    public static TheoryData<bool> Models => [false, true];

    [Theory]
    [MemberData(nameof(Models))]
    public void It_is_the_reconstruction_of_the_code_without_the_feature(bool full)
    {
        SparseAutoencoder autoencoder = Model(full);
        SparseCodes codes = autoencoder.Encode(s_images, cancellation: TestContext.Current.CancellationToken);
        using FeatureIndex index = FeatureIndex.Build(codes, autoencoder, cancellation: TestContext.Current.CancellationToken);
        int feature = Enumerable.Range(0, codes.Features).MaxBy(one => index[one].Images.Length);
        var (users, activations) = index[feature];
        Assert.True(users.Length > 2);
        double before = 0, after = 0;
        int helped = 0;
        for (int entry = 0; entry < users.Length; entry++)
        {
            var removal = FeatureRemoval.Of(autoencoder, codes, s_images, feature, new ImageActivation(users.Span[entry], activations.Span[entry]));
            var (features, values) = codes[users.Span[entry]];
            int[] kept = [.. Enumerable.Range(0, features.Length).Where(slot => features.Span[slot] != feature)];
            float[] expected = autoencoder.Decode([.. kept.Select(slot => features.Span[slot])], [.. kept.Select(slot => values.Span[slot])]);
            float[] whole = autoencoder.Decode(features.Span, values.Span);
            Assert.Equal(whole, removal.Before);
            Assert.Equal(expected, removal.After, (a, b) => Math.Abs(a - b) < 1e-5);
            Assert.Equal(Error(users.Span[entry], whole), removal.ErrorBefore, 1e-9);
            Assert.Equal(Error(users.Span[entry], expected), removal.ErrorAfter, 1e-6);
            (before, after, helped) = (before + removal.ErrorBefore, after + removal.ErrorAfter, helped + (removal.ErrorAfter > removal.ErrorBefore ? 1 : 0));
        }
        RemovalEffect effect = RemovalEffect.Of(autoencoder, codes, s_images, index, feature, TestContext.Current.CancellationToken);
        Assert.Equal(users.Length, effect.Images);
        Assert.Equal(before / users.Length, effect.ErrorBefore, 1e-12);
        Assert.Equal(after / users.Length, effect.ErrorAfter, 1e-12);
        Assert.Equal((double)helped / users.Length, effect.Helped);
    }

    [Fact]
    public void A_dead_feature_has_no_effect_to_tell_of()
    {
        SparseAutoencoder autoencoder = Model(full: false);
        SparseCodes codes = Given.Codes([.. Enumerable.Range(0, s_images.Count).Select(_ => new float[autoencoder.Options.Features])]);
        using FeatureIndex index = FeatureIndex.Build(codes, autoencoder, cancellation: TestContext.Current.CancellationToken);
        RemovalEffect effect = RemovalEffect.Of(autoencoder, codes, s_images, index, 3, TestContext.Current.CancellationToken);
        Assert.Equal(new RemovalEffect(0, double.NaN, double.NaN, double.NaN), effect);
    }

    [Fact]
    public void Matches_have_the_largest_cosines()
    {
        Ensemble ensemble = Make.Full(s_shape, features: 30, k: 4, members: 2);
        float[] weights = ensemble[0].Feature(5);
        (int Feature, double Cosine)[] expected = [.. Enumerable.Range(0, 30).Select(other => (other, Cosine(weights, ensemble[1].Feature(other)))).OrderByDescending(one => one.Item2).Take(4)];
        IReadOnlyList<SimilarFeature> actual = MatchedFeatures.Of(weights, ensemble[1], 4);
        Assert.Equal(expected.Select(one => one.Feature), actual.Select(one => one.Feature));
        Assert.Equal(expected.Select(one => one.Cosine), actual.Select(one => (double)one.Similarity), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(30, MatchedFeatures.Of(weights, ensemble[1], 50).Count);
        Assert.All(MatchedFeatures.Of(new float[weights.Length], ensemble[1], 50), one => Assert.Equal(0, one.Similarity));
    }

    private static SparseAutoencoder Model(bool full) => (full ? Make.Full(s_shape, features: 30, k: 4, members: 1) : Make.Ensemble(s_shape, features: 30, k: 4, members: 1))[0];

    private static double Error(int image, float[] reconstruction)
    {
        var original = new float[reconstruction.Length];
        s_images.CopyTo(image, original);
        return original.Zip(reconstruction, (x, y) => ((double)x - y) * ((double)x - y)).Average();
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
