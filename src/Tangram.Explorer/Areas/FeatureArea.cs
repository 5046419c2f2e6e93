namespace Tangram.Explorer;

/// <summary>All that is said of one feature.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Images">Number of images that activate it.</param>
/// <param name="Frequency">Their share.</param>
/// <param name="MeanActivation">Mean over those; 0 for a dead feature.</param>
/// <param name="Selectivity">How much it is of few classes, 0 … 1: what small counts can't bring about; null when unrated.</param>
/// <param name="EffectiveClasses">How many classes activate it, in effect, at most; null when unrated.</param>
/// <param name="Kind">What its weights respond to; null for a dead feature, and where images aren't pictures.</param>
/// <param name="Note">What the user calls it and says of it.</param>
/// <param name="Earlier">What was said of the feature of this number when other weights lay in the run's folder; null: nothing.</param>
/// <param name="NotesProblem">Why no note can be kept; null: one can.</param>
/// <param name="Adds">The scales of its pictures.</param>
/// <param name="LooksFor">The scales of pictures of its row of the encoder matrix; null with tied weights, where it is the same.</param>
/// <param name="Histogram">How its activations are spread.</param>
/// <param name="Classes">The classes that have images, in their order; empty without labels.</param>
/// <param name="Top">The images that activate it most.</param>
/// <param name="Bands">Images that activate it less.</param>
/// <param name="Random">Any images that activate it.</param>
/// <param name="Alike">The features that look most like it, by cosine.</param>
/// <param name="AlikeByChance">The cosine that the closest of as many random rows would have about: what is below looks like nothing.</param>
/// <param name="Together">The features that are most active together with it, by the Jaccard index.</param>
internal sealed record FeatureAnswer(int Feature, int Images, double Frequency, double MeanActivation, double? Selectivity, double? EffectiveClasses, FeatureKind? Kind,
    NoteAnswer Note, NoteAnswer? Earlier, string? NotesProblem, IReadOnlyList<ScaleAnswer> Adds, IReadOnlyList<ScaleAnswer>? LooksFor, HistogramAnswer Histogram,
    IReadOnlyList<ClassShareAnswer> Classes, IReadOnlyList<ActivatedAnswer> Top, IReadOnlyList<BandAnswer> Bands, IReadOnlyList<ActivatedAnswer> Random,
    IReadOnlyList<SimilarFeatureAnswer> Alike, double AlikeByChance, IReadOnlyList<SimilarFeatureAnswer> Together);

/// <summary>The weights at the ends of a picture's scale.</summary>
internal sealed record ScaleAnswer(FeatureLook Look, double Low, double High);

/// <summary>Numbers of activations in bins of equal width.</summary>
internal sealed record HistogramAnswer(float Smallest, float Largest, IReadOnlyList<int> Counts);

/// <summary>A class and a feature.</summary>
/// <param name="Label">Number of the class.</param>
/// <param name="Share">Share of its images that activate the feature.</param>
/// <param name="MeanActivation">Mean over those; 0 where there are none.</param>
internal sealed record ClassShareAnswer(int Label, double Share, double MeanActivation);

/// <summary>An image, and how strongly it activates the feature.</summary>
internal sealed record ActivatedAnswer(int Image, float Activation);

/// <summary>Images near a quantile of the feature's activations, the strongest first.</summary>
internal sealed record BandAnswer(double Quantile, IReadOnlyList<ActivatedAnswer> Images);

/// <summary>A feature that is like another; its name where the user gave it one.</summary>
internal sealed record SimilarFeatureAnswer(int Feature, float Similarity, string? Name);

/// <summary>The features of another member that look most like a feature, by cosine.</summary>
internal sealed record MatchesAnswer(int Member, IReadOnlyList<SimilarFeatureAnswer> Features);

/// <summary>What a feature's removal does.</summary>
/// <param name="Images">Number of images that the means are over: all that activate it, or a sample of them.</param>
/// <param name="ErrorBefore">Their mean squared error; null where there are none.</param>
/// <param name="ErrorAfter">The same without the feature.</param>
/// <param name="Helped">Share of them whose error is smaller with the feature.</param>
/// <param name="Limit">Full colour of the differences.</param>
/// <param name="Strongest">Images that activate it most.</param>
/// <param name="Typical">Images that activate it about the median.</param>
internal sealed record RemovalAnswer(int Images, double? ErrorBefore, double? ErrorAfter, double? Helped, double Limit, IReadOnlyList<RemovedAnswer> Strongest,
    IReadOnlyList<RemovedAnswer> Typical);

/// <summary>An image's reconstruction with a feature and without it, and the difference, after less before, as addresses of pictures.</summary>
internal sealed record RemovedAnswer(int Image, float Activation, double ErrorBefore, double ErrorAfter, string Before, string After, string Difference);

/// <summary>One feature.</summary>
internal static class FeatureArea
{
    private const int TopImages = 24, BandImages = 6, RandomImages = 12, Alike = 12, Matches = 4, RemovalImages = 3;

    public static void MapFeature(this IEndpointRouteBuilder api)
    {
        const string Address = "/members/{member:int}/features/{feature:int}";
        api.MapGet(Address, Feature).WithSummary("All that is said of a feature.");
        api.MapGet($"{Address}/matches", Matched).WithSummary("The features of the other members that look most like a feature.");
        api.MapGet($"{Address}/removal", Removal).WithSummary("What a feature's removal does to the images that activate it.");
    }

    private static Ok<FeatureAnswer> Feature(int member, int feature, Exploration exploration, FeatureNotes notes)
    {
        MemberView view = exploration.Member(member);
        view.CheckFeature(feature);
        var (smallest, largest, counts) = view.Index.Histogram(feature);
        FeatureExamples examples = FeatureExamples.Of(view.Index, feature, TopImages, BandImages, RandomImages);
        FeatureUse use = view.Use[feature];
        return TypedResults.Ok(new FeatureAnswer(feature, view.Index[feature].Images.Length, use.Frequency, use.MeanActivation,
            Numbers.Finite(view.Profile?.SelectivityAtLeast(feature)), Numbers.Finite(view.Profile?.EffectiveClassesAtMost(feature)), view.Kinds[feature],
            NoteAnswer.Of(notes.Of(member, feature)), notes.Earlier(member, feature) is { } earlier ? NoteAnswer.Of(earlier) : null, notes.Problem,
            Scales(view.Autoencoder.Feature(feature), exploration.Shape),
            exploration.Ensemble.Options.Untied ? Scales(view.Autoencoder.Detector(feature), exploration.Shape) : null,
            new HistogramAnswer(smallest, largest, counts), Classes(view.Profile, feature), Activated(examples.Top), [.. examples.Bands.Select(band => new BandAnswer(band.Quantile, Activated(band.Images)))],
            Activated(examples.Random),
            Named(view.Index.Alike(feature), member, notes), MatchedFeatures.ByChance(view.Autoencoder.Feature(feature), view.Features), Named(view.Index.Together(feature), member, notes)));
    }

    private static Ok<MatchesAnswer[]> Matched(int member, int feature, Exploration exploration, CancellationToken cancellation)
    {
        SparseAutoencoder autoencoder = exploration.Autoencoder(member);
        autoencoder.CheckFeature(feature);
        float[] weights = autoencoder.Feature(feature);
        return TypedResults.Ok(Enumerable.Range(0, exploration.Ensemble.Count).Where(other => other != member).Select(other =>
        {
            cancellation.ThrowIfCancellationRequested();
            return new MatchesAnswer(other,
                [.. MatchedFeatures.Of(weights, exploration.Autoencoder(other), Matches).Select(one => new SimilarFeatureAnswer(one.Feature, one.Similarity, null))]);
        }).ToArray());
    }

    private static Ok<RemovalAnswer> Removal(int member, int feature, Exploration exploration, CancellationToken cancellation)
    {
        MemberView view = exploration.Member(member);
        view.CheckFeature(feature);
        IReadOnlyList<ImageActivation> strongest = view.Index.Top(feature, RemovalImages);
        IEnumerable<ImageActivation> typical = FeatureExamples.Typical(view.Index, feature, RemovalImages).Except(strongest);
        float[] weights = view.Autoencoder.Feature(feature);
        double limit = strongest.Concat(typical).Select(one => Math.Abs((double)one.Activation)).DefaultIfEmpty().Max() * Pictures.RangeOf(weights, exploration.Shape, FeatureLook.Signed).High;
        RemovalEffect effect = RemovalEffect.Of(view.Autoencoder, view.Codes, exploration.Images, view.Index, feature, cancellation);
        return TypedResults.Ok(new RemovalAnswer(effect.Images, Numbers.Finite(effect.ErrorBefore), Numbers.Finite(effect.ErrorAfter), Numbers.Finite(effect.Helped), limit,
            [.. strongest.Select(Removed)], [.. typical.Select(Removed)]));

        RemovedAnswer Removed(ImageActivation used)
        {
            FeatureRemoval removal = FeatureRemoval.Of(view.Autoencoder, view.Codes, exploration.Images, feature, used);
            float[] original = exploration.Image(used.Image);
            string Reconstruction(float[] values) => Pictures.Inline(Pictures.OfImage(values, original, exploration.Shape));
            float[] difference = [.. weights.Select(weight => -used.Activation * weight)];
            return new RemovedAnswer(used.Image, used.Activation, removal.ErrorBefore, removal.ErrorAfter, Reconstruction(removal.Before), Reconstruction(removal.After),
                Pictures.Inline(Pictures.OfDifference(difference, exploration.Shape, Math.Max(limit, 1e-30))));
        }
    }

    private static ActivatedAnswer[] Activated(IReadOnlyList<ImageActivation> images) => [.. images.Select(one => new ActivatedAnswer(one.Image, one.Activation))];

    private static ScaleAnswer[] Scales(float[] weights, ImageShape shape)
    {
        FeatureLook[] looks = shape is { IsImage: true, Channels: 3 }
            ? [FeatureLook.Colour, FeatureLook.Signed, FeatureLook.Mean, FeatureLook.Red, FeatureLook.Green, FeatureLook.Blue]
            : [FeatureLook.Signed, FeatureLook.Mean];
        return [.. looks.Select(look =>
        {
            var (low, high) = Pictures.RangeOf(weights, shape, look);
            return new ScaleAnswer(look, low, high);
        })];
    }

    private static ClassShareAnswer[] Classes(ClassProfile? profile, int feature) => profile is null ? []
        : [.. profile.Present.Select(label => new ClassShareAnswer(label, profile.Frequency(label, feature), profile.MeanActivation(label, feature)))];

    private static SimilarFeatureAnswer[] Named(IReadOnlyList<SimilarFeature> similar, int member, FeatureNotes notes) =>
        [.. similar.Take(Alike).Select(one => new SimilarFeatureAnswer(one.Feature, one.Similarity, notes.NameOf(member, one.Feature)))];
}
