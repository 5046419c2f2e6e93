namespace Tangram.Explorer;

/// <summary>A member's features that are worth a first look, some of each sort, the most extreme first.</summary>
/// <param name="Alive">Features that some image activates.</param>
/// <param name="Specific">Of fewest classes: the largest selectivity that small counts can't bring about. Empty without labels of two classes.</param>
/// <param name="Used">Activated by the most images.</param>
/// <param name="Rarest">Activated by the fewest images, but by some.</param>
/// <param name="Strongest">Of the largest mean activation.</param>
internal sealed record HighlightsAnswer(int Alive, IReadOnlyList<Highlight> Specific, IReadOnlyList<Highlight> Used, IReadOnlyList<Highlight> Rarest,
    IReadOnlyList<Highlight> Strongest);

/// <summary>A feature, and the figure that it stands out by.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Value">Selectivity (what small counts can't bring about), frequency or mean activation.</param>
/// <param name="Class">The class that activates it most often; null where classes have no say.</param>
/// <param name="Name">What the user calls it; null: nothing.</param>
internal sealed record Highlight(int Feature, double Value, int? Class, string? Name);

/// <summary>An image beside what its code makes of it.</summary>
/// <param name="Image">Its number.</param>
/// <param name="Class">Its class; null without labels.</param>
/// <param name="Reconstruction">The reconstruction, a picture.</param>
/// <param name="Pearson">Correlation of the two; null where one of them doesn't vary.</param>
internal sealed record ExampleAnswer(int Image, int? Class, string Reconstruction, double? Pearson);

/// <summary>What a first look at a member shows.</summary>
internal static class HighlightsArea
{
    /// <summary>Below it a feature is as good as even over the classes.</summary>
    internal const double LeastSelectivity = 0.01;

    private const int Tiles = 12, Examples = 10;

    public static void MapHighlights(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members/{member:int}/highlights", Highlights).WithSummary("Features worth a first look: the most class-specific, the most used, the rarest, the strongest.");
        api.MapGet("/members/{member:int}/examples", Reconstructions).WithSummary("A few images spread over the classes, and their reconstructions.");
    }

    private static Ok<HighlightsAnswer> Highlights(int member, Exploration exploration, FeatureNotes notes)
    {
        MemberView view = exploration.Member(member);
        int[] alive = [.. Enumerable.Range(0, view.Features).Where(feature => view.Use[feature].Frequency > 0)];
        ClassProfile? profile = view.Profile;
        return TypedResults.Ok(new HighlightsAnswer(alive.Length,
            profile is null ? [] : Most([.. alive.Where(feature => profile.SelectivityAtLeast(feature) >= LeastSelectivity)], profile.SelectivityAtLeast, feature => profile.MostFrequentIn(feature)),
            Most(alive, feature => view.Use[feature].Frequency),
            [.. Most(alive, feature => -view.Use[feature].Frequency).Select(one => one with { Value = -one.Value })],
            Most(alive, feature => view.Use[feature].MeanActivation)));

        Highlight[] Most(int[] features, Func<int, double> value, Func<int, int>? classOf = null)
        {
            var largest = new Largest(Tiles);
            foreach (int feature in features)
            {
                if (value(feature) is var one && !double.IsNaN(one))
                    largest.Offer(feature, one);
            }
            return [.. largest.Take().Select(one => new Highlight(one.Item, one.Score, classOf?.Invoke(one.Item), notes.NameOf(member, one.Item)))];
        }
    }

    private static Ok<ExampleAnswer[]> Reconstructions(int member, Exploration exploration)
    {
        MemberView view = exploration.Member(member);
        ImageSet images = exploration.Images;
        return TypedResults.Ok(ExampleImages.Of(images, Examples).Select(image =>
        {
            var (features, activations) = view.Codes[image];
            float[] original = exploration.Image(image), rebuilt = view.Autoencoder.Decode(features.Span, activations.Span);
            return new ExampleAnswer(image, images.HasLabels ? images.Label(image) : null, Pictures.Inline(Pictures.OfImage(rebuilt, original, exploration.Shape)),
                Numbers.Finite(Correlation.Pearson(original, rebuilt)));
        }).ToArray());
    }
}
