namespace Tangram;

/// <summary>Originals, reconstructions and errors: one of each class, then the best, the median and the worst of the set.</summary>
internal static class ReconstructionsFigure
{
    private const int Shown = 10;
    private const double Left = 118;

    public static Figure Create(ReportData data)
    {
        var size = new PictureSize(data.Drawn, 84, most: 84);
        int cell = Math.Max(size.Width, 84) + 12;
        var svg = new Svg(Left + 24 + (Shown * cell), 0, "Reconstructions",
            $"{data.Images.Name}, member 0. Error: reconstruction minus {(data.Shape.IsImage ? "image, orange where too bright, blue where too dark" : "row, orange where too high, blue where too low")}, " +
            "same scale everywhere.");
        int[] middle = [.. Enumerable.Range(0, Math.Min(4, data.ByQuality.Length)).Select(step => data.ByQuality[Math.Clamp((data.ByQuality.Length / 2) - 2 + step, 0, data.ByQuality.Length - 1)]).Distinct()];
        int[] examples = data.Examples(Shown), extremes = [.. data.ByQuality.Take(3).Concat(middle).Concat(data.ByQuality.TakeLast(3)).Distinct()];
        double limit = Math.Max(examples.Concat(extremes).SelectMany(image => Errors(data, image)).Select(Math.Abs).Max(), 1e-9f);
        double y = Row(svg, data, examples, data.Images.HasLabels ? $"the first {data.ItemWord} of each class" : $"{data.ItemsWord} spread over the set", 84, size, cell,
            limit);
        svg.Break(y);
        y = Row(svg, data, extremes, "by Pearson: the worst, the median, the best", y + 24, size, cell, limit);
        svg.Text("error", 24, y + 10, 12);
        ColourBar.Draw(svg, Left + 44, y, 240, -limit, limit);
        svg.Height = y + 40;
        return new Figure("reconstructions", "Reconstructions",
            $"Each column: {data.AnItem}, its reconstruction from its code, and the error. " +
                (data.Shape.IsImage ? "Numbers are measured before clamping to what a picture can show." : data.DrawnWords), svg);
    }

    private static float[] Errors(ReportData data, int image)
    {
        float[] x = data.Image(image), y = data.Reconstruction(image);
        for (int pixel = 0; pixel < x.Length; pixel++)
            y[pixel] -= x[pixel];
        return y;
    }

    private static double Row(Svg svg, ReportData data, int[] images, string title, double y, PictureSize size, int cell, double limit)
    {
        double height = size.Height + 8;
        svg.Text(title, 24, y, 13, bold: true);
        y += 26;
        string[] rows = [data.ItemWord, "reconstruction", "error"];
        for (int row = 0; row < rows.Length; row++)
            svg.Text(rows[row], 24, y + ((row + 0.5) * height), 12);
        for (int column = 0; column < images.Length; column++)
        {
            double x = Left + (column * cell);
            int image = images[column];
            svg.Text(Svg.Shortened(data.ClassOf(image), 11, cell - 6), x, y - 5, 11, cssClass: "muted");
            float[] original = data.Image(image);
            Raster[] pictures =
            [
                data.Draw(original, original),
                data.Draw(data.Reconstruction(image), original),
                Mosaic.Picture(Errors(data, image), data.Drawn, Stretch.Signed, limit),
            ];
            for (int row = 0; row < pictures.Length; row++)
            {
                svg.Image(size.Of(pictures[row]), x, y + (row * height), $"{rows[row]} {image}");
                svg.Rectangle(x - 0.5, y + (row * height) - 0.5, size.Width + 1, size.Height + 1, "frame"); // white pictures end somewhere
            }
            svg.Text($"MSE {ErrorText.Of(data.Quality[image].Mse, "F4")}", x, y + (3 * height) + 10, 11, cssClass: "muted");
            svg.Text($"Pearson {Figure.Number(data.Quality[image].Pearson)}", x, y + (3 * height) + 25, 11, cssClass: "muted");
        }
        return y + (3 * height) + 44;
    }
}
