namespace Tangram;

/// <summary>From image to code to reconstruction, and what the largest activations contribute.</summary>
internal static class RepresentationsFigure
{
    private const double Row = 168, Top = 100;

    public static Figure Create(ReportData data)
    {
        int[] images = data.Examples(5);
        var svg = new Svg(1120, Top + (images.Length * Row) + 330, "Codes",
            $"{data.Images.Name}, member 0: each image's {data.Ensemble.Options.MaximumNonZeros} activations out of {data.Table.Use.Length:N0} features.");
        double[] headings = [24, 160, 566, 850];
        string[] titles = ["image", "code: activation of each feature", "the same as a heat map", "rebuilt"];
        for (int index = 0; index < headings.Length; index++)
            svg.Text(titles[index], headings[index], Top - 18, 13, bold: true);
        double largest = images.SelectMany(image => data.Table.Codes[image].Activations.ToArray()).Select(value => (double)Math.Abs(value)).Append(1e-9).Max();
        for (int index = 0; index < images.Length; index++)
            Draw(svg, data, images[index], Top + (index * Row), largest);
        Contribution(svg, data, Top + (images.Length * Row) + 8);
        return new Figure("image_representations", "Codes",
            "A code says which features are active in one image, and how strongly: bars and heat map show the same numbers, the heat map in rows of features, low numbers first. The curves below rebuild the image from its " +
            "1, 2, … k largest activations (by magnitude): what few activations already give, and what the rest adds.", svg);
    }

    private static void Draw(Svg svg, ReportData data, int image, double y, double largest)
    {
        int scale = Mosaic.ScaleFor(data.Shape, 96);
        svg.Image(Mosaic.Grid([Mosaic.Picture(data.Image(image), data.Shape, Stretch.Unit)], 1, scale, 0), 24, y, $"image {image}");
        svg.Text(data.ClassOf(image), 24, y + (data.Shape.Height * scale) + 16, 11, cssClass: "muted");
        int features = data.Table.Use.Length;
        double left = 160, width = 376, zero = y + 84, half = 74;
        svg.Rectangle(left, y, width, 120, "panel");
        svg.Line(left, zero, left + width, zero, "axis");
        svg.Text($"{largest:F1}", left - 4, zero - half + 8, 10, "end", "muted");
        svg.Text("0", left - 4, zero + 4, 10, "end", "muted");
        svg.Text("0", left, y + 134, 10, "start", "muted");
        svg.Text($"feature number … {features - 1:N0}", left + width, y + 134, 10, "end", "muted");
        var (indices, values) = data.Table.Codes[image];
        for (int slot = 0; slot < indices.Length; slot++)
        {
            double height = values.Span[slot] / largest * half, x = left + ((indices.Span[slot] + 0.5) / features * width);
            svg.Rectangle(x - 0.8, height > 0 ? zero - height : zero, 1.6, Math.Min(Math.Abs(height), height > 0 ? half : 34), height > 0 ? "f0" : "f1",
                tooltip: $"feature {indices.Span[slot]}: {values.Span[slot]:F3}");
        }
        HeatMap(svg, indices.Span, values.Span, features, 566, y, largest);
        svg.Image(Mosaic.Grid([Mosaic.Picture(data.Reconstruction(image), data.Shape, Stretch.Unit)], 1, scale, 0), 850, y, $"reconstruction {image}");
        svg.Text($"MSE {Figure.Number(data.Quality[image].Mse)}, r = {Figure.Number(data.Quality[image].Pearson)}", 850, y + (data.Shape.Height * scale) + 16, 11, cssClass: "muted");
    }

    private static void HeatMap(Svg svg, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, int features, double x, double y, double largest)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(features * 2.0)), rows = (features + columns - 1) / columns, scale = Math.Max(1, Math.Min(236 / columns, 118 / rows));
        var map = new Raster(columns, rows);
        map.Fill(ColourMap.Signed(0));
        for (int slot = 0; slot < indices.Length; slot++)
            map[indices[slot] % columns, indices[slot] / columns] = ColourMap.Signed(values[slot] / largest);
        svg.Image(Mosaic.Grid([map], 1, scale, 0), x, y, "the code as a heat map");
        svg.Text($"{rows} rows of {columns} features; darker: more active", x, y + (rows * scale) + 14, 10, cssClass: "muted");
    }

    /// <summary>MSE and Pearson of reconstructions from the largest 1 … k activations, mean over up to 200 images, and the share of squared activation.</summary>
    private static void Contribution(Svg svg, ReportData data, double y)
    {
        int k = data.Ensemble.Options.MaximumNonZeros;
        int[] sample = [.. Enumerable.Range(0, Math.Min(200, data.Images.Count)).Select(index => (int)((long)index * data.Images.Count / Math.Min(200, data.Images.Count)))];
        var pearson = new double[k];
        var counted = new int[k];
        var energy = new double[k];
        foreach (int image in sample)
            Accumulate(data, image, pearson, counted, energy);
        var quality = new Plot(svg, 24, y, 520, 300, $"Reconstruction from the n largest activations, mean of {sample.Length} images");
        Scale x = Scale.Linear([0, k], quality.XFrom, quality.XTo);
        Scale correlation = Scale.Linear(pearson.Select((sum, n) => sum / Math.Max(1, counted[n])).Append(1), quality.YFrom, quality.YTo + 18, includeZero: true);
        quality.Axes(x, correlation, "activations used, n", "Pearson");
        quality.Line(x, correlation, pearson.Select((sum, n) => (n + 1.0, sum / counted[n])), "s0");
        var share = new Plot(svg, 572, y, 520, 300, "Share of the code's squared activation in the n largest");
        Scale x2 = Scale.Linear([0, k], share.XFrom, share.XTo), percent = Scale.Linear([0, 1], share.YFrom, share.YTo + 18);
        share.Axes(x2, percent, "activations used, n", "share");
        share.Line(x2, percent, energy.Select((sum, n) => (n + 1.0, sum / sample.Length)), "s1");
        int half = Array.FindIndex(energy, sum => sum / sample.Length >= 0.5) + 1;
        if (half > 0)
            share.Note($"half of it in the {half} largest");
    }

    private static void Accumulate(ReportData data, int image, double[] pearson, int[] counted, double[] energy)
    {
        var (indices, values) = data.Table.Codes[image];
        float[] x = data.Image(image), y = new float[x.Length];
        int[] order = [.. Enumerable.Range(0, indices.Length).OrderByDescending(slot => Math.Abs(values.Span[slot]))];
        double total = order.Sum(slot => (double)values.Span[slot] * values.Span[slot]), sum = 0;
        for (int n = 0; n < order.Length; n++)
        {
            ReadOnlySpan<float> row = data.Shown.Feature(indices.Span[order[n]]);
            float value = values.Span[order[n]];
            for (int pixel = 0; pixel < y.Length; pixel++)
                y[pixel] += value * row[pixel];
            sum += (double)value * value;
            energy[n] += total > 0 ? sum / total : 0;
            double correlation = Correlation.Pearson(x, y);
            if (!double.IsFinite(correlation))
                continue;
            pearson[n] += correlation;
            counted[n]++;
        }
    }
}
