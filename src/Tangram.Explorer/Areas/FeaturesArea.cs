namespace Tangram.Explorer;

/// <summary>A feature in the gallery.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Frequency">Share of the images that activate it.</param>
/// <param name="MeanActivation">Mean over those; 0 for a dead feature.</param>
/// <param name="Selectivity">How much it is of few classes, 0 … 1: what small counts can't bring about; null when unrated.</param>
/// <param name="Kind">What its weights respond to; null for a dead feature, and where images aren't pictures.</param>
/// <param name="Name">What the user calls it; null: nothing.</param>
internal sealed record FeatureRow(int Feature, double Frequency, double MeanActivation, double? Selectivity, FeatureKind? Kind, string? Name);

/// <summary>All features of a member, for the gallery and whatever sorts them.</summary>
internal static class FeaturesArea
{
    public static void MapFeatures(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members/{member:int}/features", Features).WithSummary("All features of a member, in the order of their numbers.");
    }

    private static Ok<FeatureRow[]> Features(int member, Exploration exploration, FeatureNotes notes)
    {
        MemberView view = exploration.Member(member);
        IReadOnlyList<FeatureKind?> kinds = view.Kinds;
        return TypedResults.Ok(view.Use.Select((use, feature) => new FeatureRow(feature, use.Frequency, use.MeanActivation,
            Numbers.Finite(view.Profile?.SelectivityAtLeast(feature)), kinds[feature], notes.NameOf(member, feature))).ToArray());
    }
}
