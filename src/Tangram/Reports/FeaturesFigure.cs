namespace Tangram;

/// <summary>The dictionary itself: weight rows as images, the most frequent first, in the paper's stretch and about zero.</summary>
internal static class FeaturesFigure
{
    private const int Rows = 10, Columns = 10;

    public static Figure Create(ReportData data)
    {
        int[] features = [.. data.Table.ByFrequency.Take(Rows * Columns)];
        int scale = Mosaic.ScaleFor(data.Shape, 56), gap = 2;
        Raster Grid(Stretch stretch) => Mosaic.Grid([.. features.Select(feature => Mosaic.Picture(data.Shown.Feature(feature), data.Shape, stretch))], Columns, scale, gap);
        Raster stretched = Grid(Stretch.MinMax), signed = Grid(Stretch.Signed);
        double second = 24 + Math.Max(stretched.Width, 600) + 48;
        var svg = new Svg(second + Math.Max(signed.Width, 600) + 24, stretched.Height + 190, "Features",
            $"Weight rows of member 0, the {features.Length} most frequent of {data.Table.Use.Length:N0}, most frequent first ({data.Images.Name}); {data.Table.Alive.Length:N0} are alive.");
        Draw(svg, stretched, 24, "Stretched (the paper's)", "Each feature's minimum black, its maximum white; zero is at another grey in every picture.");
        Draw(svg, signed, second, "Signed", "Zero white; blue weights speak against the feature, orange ones for it; full colour: its largest.");
        double y = stretched.Height + 150;
        svg.Text($"Most frequent: #{features[0]}, active in {data.Table.Use[features[0]].Frequency:P1} of images; last shown: #{features[^1]}, {data.Table.Use[features[^1]].Frequency:P1}.", 24, y, 12, cssClass: "muted");
        for (int step = 0; step <= 60; step++)
            svg.Rectangle(second + 60 + (step * 4), y - 10, 4.2, 12, fill: ColourMap.Signed((step - 30) / 30.0).ToString());
        svg.Text("−max", second + 52, y, 11, "end", "muted");
        svg.Text("0", second + 182, y + 16, 11, "middle", "muted");
        svg.Text("+max", second + 312, y, 11, cssClass: "muted");
        svg.Height = y + 32;
        return new Figure("sae_features", "Features",
            "A feature is a row of the encoder matrix, shown as an image; it doesn't depend on any input. The stretch of the left picture is the paper's: it moves zero, so black there doesn't mean 'ignored'. " +
            "In the signed picture a strongly negative weight is as strong as a positive one: a pixel that is bright there lowers the feature's activation. Only near-white pixels are ignored.", svg);
    }

    private static void Draw(Svg svg, Raster raster, double x, string title, string note)
    {
        svg.Text(title, x, 86, 13, bold: true);
        svg.Text(note, x, 104, 12, cssClass: "muted");
        svg.Image(raster, x, 116, title);
    }
}
