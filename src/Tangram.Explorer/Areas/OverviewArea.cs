namespace Tangram.Explorer;

/// <summary>What a run is, as every view needs to know it.</summary>
/// <param name="Name">The run's name.</param>
/// <param name="Version">Tells models and sets apart: part of pictures' addresses.</param>
/// <param name="Shape">Shape of an image.</param>
/// <param name="IsImage">Whether images are pictures, not rows of numbers.</param>
/// <param name="Features">Features of a member.</param>
/// <param name="Members">Number of members.</param>
/// <param name="MostActive">The most features that a code can have.</param>
/// <param name="Rule">How features are selected, in words.</param>
/// <param name="Data">Name of the images that are explored.</param>
/// <param name="Images">Their number.</param>
/// <param name="Classes">Names of their classes; empty without labels.</param>
internal sealed record RunAnswer(string Name, string Version, ShapeAnswer Shape, bool IsImage, int Features, int Members, int MostActive, string Rule, string Data, int Images,
    IReadOnlyList<string> Classes);

/// <summary>Width, height and channels, as pictures of features and images are drawn.</summary>
internal sealed record ShapeAnswer(int Width, int Height, int Channels);

/// <summary>The run itself.</summary>
internal static class OverviewArea
{
    public static void MapOverview(this IEndpointRouteBuilder api)
    {
        api.MapGet("/run", Run).WithSummary("What is explored.");
    }

    private static Ok<RunAnswer> Run(Exploration exploration)
    {
        ModelOptions model = exploration.Ensemble.Options;
        ImageShape drawn = Pictures.Drawn(exploration.Shape);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(exploration.Source.Run)));
        return TypedResults.Ok(new RunAnswer(name, exploration.Version, new ShapeAnswer(drawn.Width, drawn.Height, drawn.Channels), exploration.Shape.IsImage,
            model.Features, exploration.Ensemble.Count, model.MaximumNonZeros, model.Rule.ToString(), exploration.Images.Name, exploration.Images.Count,
            exploration.Images.HasLabels ? exploration.Images.ClassNames : []));
    }
}
