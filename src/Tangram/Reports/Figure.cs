namespace Tangram;

/// <summary>A figure of the report.</summary>
/// <param name="Name">File name without its ending.</param>
/// <param name="Title">Heading in the report.</param>
/// <param name="Explanation">What to see in it, a paragraph of plain text.</param>
/// <param name="Picture">The picture.</param>
internal sealed record Figure(string Name, string Title, string Explanation, Svg Picture)
{
    /// <summary>All figures, in the report's order; of rows, which have no edges, textures, colours or places, none of these.</summary>
    public static IReadOnlyList<Figure> All(ReportData data) =>
    [
        ArchitectureFigure.Create(data),
        TrainingMetricsFigure.Create(data),
        ReconstructionsFigure.Create(data),
        QualityFigure.Create(data),
        FeaturesFigure.Create(data),
        .. data.Shape.IsImage ? [FeatureKindsFigure.Create(data)] : Array.Empty<Figure>(),
        RepresentationsFigure.Create(data),
        CodePathFigure.Create(data),
        FeatureUsageFigure.Create(data),
        ClassFigure.Create(data),
        ImageTypesFigure.Create(data),
        CodeMapFigure.Create(data),
        RetrievalFigure.Create(data),
        CompressionFigure.Create(data),
    ];

    /// <summary>A number in a figure: four digits after the point for scores, or "–" where there is none; what rounds to zero has no sign.</summary>
    public static string Number(double value, string format = "F4")
    {
        if (!double.IsFinite(value))
            return "–";
        string text = value.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
        return text.StartsWith('-') && !text.AsSpan().ContainsAnyInRange('1', '9') ? text[1..] : text;
    }
}
