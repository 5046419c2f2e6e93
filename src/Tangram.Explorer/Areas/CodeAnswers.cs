namespace Tangram.Explorer;

/// <summary>An active feature of a code.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Activation">Its activation, signed.</param>
/// <param name="Contribution">|activation| · ‖row of the decoder matrix‖: how much it changes the reconstruction.</param>
/// <param name="Name">What the user calls it; null: nothing.</param>
internal sealed record ActiveFeature(int Feature, float Activation, float Contribution, string? Name);

/// <summary>A code and what it decodes to.</summary>
/// <param name="Code">Its features, the largest contribution first; of equal ones the lowest number first.</param>
/// <param name="Reconstruction">A picture, as an address.</param>
/// <param name="Comparison">How it differs from the original; null without one.</param>
internal sealed record DecodedAnswer(IReadOnlyList<ActiveFeature> Code, string Reconstruction, ComparisonAnswer? Comparison);

/// <summary>A reconstruction compared with its original.</summary>
/// <param name="Error">Reconstruction − original as an address of a picture: zero white, too dark blue, too bright orange; the mean over channels.</param>
/// <param name="Limit">The difference that has full colour.</param>
/// <param name="Mse">Mean squared error.</param>
/// <param name="Pearson">Correlation; null where either has no variance.</param>
/// <param name="MseByCount">The error of the first n features of the code, n = 0 … all.</param>
/// <param name="PearsonByCount">Their correlation.</param>
internal sealed record ComparisonAnswer(string Error, double Limit, double? Mse, double? Pearson, IReadOnlyList<float?> MseByCount, IReadOnlyList<float?> PearsonByCount);

/// <summary>An image of the set whose code is like another.</summary>
/// <param name="Image">Its number.</param>
/// <param name="Cosine">Cosine of the codes.</param>
/// <param name="Shared">Features that both activate.</param>
/// <param name="Class">Its class; null without labels.</param>
internal sealed record SimilarAnswer(int Image, double Cosine, int Shared, int? Class);

/// <summary>A class that an image may be of.</summary>
/// <param name="Class">Its number.</param>
/// <param name="Share">Share of the vote of similar images, weighted by their cosines.</param>
internal sealed record GuessAnswer(int Class, double Share);

/// <summary>Makes answers of codes.</summary>
internal static class CodeAnswers
{
    /// <summary>Images that are listed as similar.</summary>
    private const int Similar = 24;

    /// <summary>The difference of two pictures, whose values are in [0, 1], that has full colour.</summary>
    private const double PictureLimit = 0.5;

    /// <param name="view">The member.</param>
    /// <param name="notes">Names of features.</param>
    /// <param name="features">Features of a code, checked.</param>
    /// <param name="activations">Their activations, checked.</param>
    /// <param name="original">What to compare with; null: nothing.</param>
    /// <param name="first">How many features to decode, the largest contributions first; null: all.</param>
    public static DecodedAnswer Decode(MemberView view, FeatureNotes notes, ReadOnlySpan<int> features, ReadOnlySpan<float> activations, float[]? original, int? first = null)
    {
        var steps = CodeSteps.Of(view.Autoencoder, features, activations);
        float[] reconstruction = steps.Decode(Math.Min(first ?? features.Length, features.Length));
        ImageShape shape = view.Autoencoder.Options.Shape;
        var code = new ActiveFeature[features.Length];
        for (int place = 0; place < code.Length; place++)
        {
            int feature = steps.Features[place];
            code[place] = new ActiveFeature(feature, steps.Activations[place], (float)steps.Contributions[place], notes.NameOf(view.Number, feature));
        }
        return new DecodedAnswer(code, Pictures.Inline(Pictures.OfImage(reconstruction, original ?? reconstruction, shape)),
            original is null ? null : Compare(reconstruction, original, steps, shape));
    }

    /// <summary>Images like a code, the most similar first; none where none has a feature in common.</summary>
    public static IReadOnlyList<SimilarAnswer> Like(IEnumerable<SimilarImage> found, ImageSet images) =>
        [.. found.Where(one => one.Shared > 0).Take(Similar).Select(one => new SimilarAnswer(one.Image, one.Cosine, one.Shared, images.HasLabels ? images.Label(one.Image) : null))];

    /// <summary>Finds images like a code, for <see cref="Like"/> and for <see cref="ClassVote"/>.</summary>
    public static IReadOnlyList<SimilarImage> Search(MemberView view, ReadOnlySpan<int> features, ReadOnlySpan<float> activations, int? except = null) =>
        features.IsEmpty ? [] : view.Index.Search(features, activations, Math.Max(Similar, ClassVote.Voters), except);

    private static ComparisonAnswer Compare(float[] reconstruction, float[] original, CodeSteps steps, ImageShape shape)
    {
        float[] error = [.. reconstruction.Zip(original, (ours, theirs) => ours - theirs)];
        double limit = shape.IsImage ? PictureLimit : Math.Max(original.Max(Math.Abs), 1e-30);
        var (mse, pearson) = steps.Quality(original);
        return new ComparisonAnswer(Pictures.Inline(Pictures.OfDifference(error, shape, limit)), limit,
            Numbers.Finite(Correlation.SquaredError(original, reconstruction) / original.Length), Numbers.Finite(Correlation.Pearson(original, reconstruction)),
            [.. mse.Select(one => (float?)Numbers.Finite(one))], [.. pearson.Select(one => (float?)Numbers.Finite(one))]);
    }
}
