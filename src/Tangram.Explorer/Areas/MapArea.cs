namespace Tangram.Explorer;

/// <summary>A map of codes or features, or how far it is.</summary>
/// <param name="Progress">0 … 1; places are there at 1.</param>
/// <param name="Items">Numbers of images or features; empty while it is made, and where they vary in fewer than two directions.</param>
/// <param name="X">Their places.</param>
/// <param name="Y">Their places.</param>
/// <param name="Classes">Classes of images; empty for features and without labels.</param>
/// <param name="Share">Share of the variance that a map of components holds; null for another.</param>
/// <param name="Total">How many there are, of which at most 2,000 are shown.</param>
internal sealed record MapAnswer(double Progress, IReadOnlyList<int> Items, IReadOnlyList<float> X, IReadOnlyList<float> Y, IReadOnlyList<int> Classes, double? Share, int Total);

/// <summary>Maps of codes and features.</summary>
internal static class MapArea
{
    /// <summary>A map of components takes less than a second, and needs no progress.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static void MapMap(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members/{member:int}/map/{of}", Map).WithSummary("Codes of images, or features, as places on a plane: at once, or how far the making is.");
    }

    private static async Task<Ok<MapAnswer>> Map(int member, string of, Exploration exploration, CodeMaps maps, CancellationToken cancellation, string layout = "components")
    {
        var (subject, kept) = (Checks.Choice<MapSubject>(of), Checks.Choice<MapLayout>(layout));
        CodeMaps.Making making = maps.Of(member, subject, kept);
        MemberView view = exploration.Member(member);
        int total = subject == MapSubject.Images ? exploration.Images.Count : view.Use.Count(use => use.Frequency > 0);
        if (kept == MapLayout.Components)
            await Task.WhenAny(making.Task, Task.Delay(s_patience, cancellation));
        double progress = making.Progress;
        if (progress < 1)
            return TypedResults.Ok(new MapAnswer(progress, [], [], [], [], null, total));
        if (await making.Task is not { } placed)
            return TypedResults.Ok(new MapAnswer(1, [], [], [], [], null, total));
        return TypedResults.Ok(new MapAnswer(1, placed.Items, Round(placed.X), Round(placed.Y),
            subject == MapSubject.Images && exploration.Images.HasLabels ? [.. placed.Items.Select(exploration.Images.Label)] : [], Numbers.Finite(placed.Share), total));
    }

    private static float[] Round(double[] places) => Array.ConvertAll(places, place => (float)place);
}
