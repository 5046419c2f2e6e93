namespace Tangram;

/// <summary>From image to code to reconstruction, and what the largest activations contribute.</summary>
internal static class RepresentationsFigure
{
    private const int Shown = 5;
    private const double Row = 172, Top = 100, Bars = 176, BarsWidth = 364, BarsHeight = 120, HeatMapLeft = 572, ReconstructionLeft = 856;

    public static Figure Create(ReportData data)
    {
        int[] images = data.Examples(Shown);
        double bottom = Top + (images.Length * Row);
        var svg = new Svg(1120, bottom + 360, "Codes",
            $"{data.Images.Name}, member 0: each {data.ItemWord}'s activations, {data.ActiveWords} out of {data.Table.Use.Length:N0} features.");
        (string Title, double X)[] headings = [(data.ItemWord, 24), ("code: activation of each feature", Bars), ("the same as a heat map", HeatMapLeft),
            ("reconstruction", ReconstructionLeft)];
        foreach (var (title, x) in headings)
            svg.Text(title, x, Top - 18, 13, bold: true);
        double[] shown = [.. images.SelectMany(image => data.Table.Codes[image].Activations.ToArray()).Select(value => (double)value).Append(0)];
        double low = shown.Min(), high = Math.Max(shown.Max(), 1e-9), largest = Math.Max(-low, high);
        for (int index = 0; index < images.Length; index++)
        {
            Draw(svg, data, images[index], Top + (index * Row), shown, largest);
            if (index + 1 < images.Length)
                svg.Break(Top + ((index + 1) * Row) - 8);
        }
        svg.Text("activation", HeatMapLeft, bottom + 10, 11, cssClass: "muted");
        ColourBar.Draw(svg, HeatMapLeft + 96, bottom, 120, low, high);
        svg.Break(bottom + 34);
        Contribution(svg, data, bottom + 38);
        return new Figure("image_representations", "Codes",
            $"A code says which features are active in one {data.ItemWord}, and how strongly: bars and heat map show the same numbers, the heat map in rows " +
                $"of features, low numbers first. The curves below reconstruct the {data.ItemWord} from its " +
            "1, 2, … k largest activations (by magnitude)" + (data.Ensemble.Options.PreBias ? " and the bias" : "") +
                ": what few activations already give, and what the rest adds.", svg);
    }

    private static void Draw(Svg svg, ReportData data, int image, double y, IEnumerable<double> shown, double largest)
    {
        var size = new PictureSize(data.Drawn, 96);
        int features = data.Table.Use.Length;
        float[] original = data.Image(image);
        svg.Image(size.Of(data.Draw(original, original)), 24, y, $"image {image}");
        svg.Text(Svg.Shortened(data.ClassOf(image), 11, 116), 24, y + size.Height + 16, 11, cssClass: "muted");
        svg.Rectangle(Bars, y, BarsWidth, BarsHeight, "panel");
        Scale activation = Scale.Linear(shown, y + BarsHeight, y + 4, includeZero: true); // below 0 only where an activation shown is
        foreach (double tick in activation.Ticks)
        {
            svg.Line(Bars, activation[tick], Bars + BarsWidth, activation[tick], tick == 0 ? "axis" : "grid");
            svg.Text(activation.Label(tick), Bars - 6, activation[tick] + 4, 10, "end", "muted");
        }
        svg.Text("activation", Bars - 12 - activation.Ticks.Max(tick => Svg.TextWidth(activation.Label(tick), 10)), y + (BarsHeight / 2), 11, "middle", "muted", rotate: -90);
        svg.Text($"feature 0 … {features - 1:N0}", Bars + (BarsWidth / 2), y + BarsHeight + 16, 11, "middle", "muted");
        var (indices, values) = data.Table.Codes[image];
        for (int slot = 0; slot < indices.Length; slot++)
        {
            double zero = activation[0], end = activation[values.Span[slot]], x = Bars + ((indices.Span[slot] + 0.5) / features * BarsWidth);
            svg.Rectangle(x - 0.8, Math.Min(zero, end), 1.6, Math.Abs(zero - end), values.Span[slot] > 0 ? "f1" : "f0",
                tooltip: $"feature {indices.Span[slot]}: {values.Span[slot]:F3}");
        }
        HeatMap(svg, indices.Span, values.Span, features, HeatMapLeft, y, largest);
        svg.Image(size.Of(data.Draw(data.Reconstruction(image), original)), ReconstructionLeft, y,
            $"reconstruction {image}");
        svg.Text($"MSE {ErrorText.Of(data.Quality[image].Mse, "F4")}, Pearson {Figure.Number(data.Quality[image].Pearson)}", ReconstructionLeft, y
            + size.Height + 16, 11, cssClass: "muted");
    }

    private static void HeatMap(Svg svg, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int features, double x, double y, double largest)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(features * 2.0)), rows = (features + columns - 1) / columns, scale = Math.Max(1, Math.Min(236 / columns, 118 / rows));
        var map = new Raster(columns, rows);
        map.Fill(ColourMap.Signed(0));
        for (int slot = 0; slot < indices.Length; slot++)
            map[indices[slot] % columns, indices[slot] / columns] = ColourMap.Signed(values[slot] / largest);
        svg.Image(Mosaic.Grid([map], 1, scale, 0), x, y, "the code as a heat map");
        svg.Text($"{PaperClaims.Plural(rows, "row")} of {columns} features", x, y + (rows * scale) + 14, 10, cssClass: "muted");
    }

    /// <summary>Pearson of reconstructions from the largest 1 … k activations, and the share of squared activation.</summary>
    private static void Contribution(Svg svg, ReportData data, double y)
    {
        Contribution largest = data.Table.Contribution;
        int k = data.Ensemble.Options.MaximumNonZeros;
        var quality = new Plot(svg, 24, y, 520, 300,
            $"Reconstruction from the n largest activations, mean of {data.Shape.Items(largest.Images)}");
        Scale x = Scale.Linear([0, k], quality.XFrom, quality.XTo), correlation = Scale.Linear(largest.Pearson.Append(1), quality.YFrom, quality.YTo
            + 18, includeZero: true);
        quality.Axes(x, correlation, "activations used, n", "Pearson");
        quality.Line(x, correlation, largest.Pearson.Select((value, n) => (n + 1.0, value)), "s0");
        if (double.IsFinite(largest.Reaching(0.9)))
            quality.Note($"90 % of the last value with the {largest.Reaching(0.9):F0} largest");
        var share = new Plot(svg, 572, y, 520, 300, "Share of the code's squared activation in the n largest");
        Scale x2 = Scale.Linear([0, k], share.XFrom, share.XTo), percent = Scale.Linear([0, 1], share.YFrom, share.YTo + 18);
        share.Axes(x2, percent, "activations used, n", "share");
        share.Line(x2, percent, largest.Share.Select((value, n) => (n + 1.0, value)), "s1");
        int half = Array.FindIndex(largest.Share, value => value >= 0.5) + 1;
        if (half > 0)
            share.Note(half == 1 ? "half of it in the largest alone" : $"half of it in the {half} largest");
    }
}
