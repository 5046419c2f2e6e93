namespace Tangram;

/// <summary>What codes are worth as compression: rate and PSNR beside other ways, with and without the dictionary's own bytes.</summary>
internal static class CompressionFigure
{
    private const double Left = 118;
    private static readonly string[] s_series = ["s0", "s1", "s2", "s3"];

    public static Figure Create(ReportData data)
    {
        Compression compression = data.Compression;
        var size = new PictureSize(data.Drawn, 84);
        int cell = Math.Max(size.Width, 108) + 14;
        var svg = new Svg(Math.Max(1120, Left + 24 + (compression.Examples.Count * cell)), 0, "Compression",
            $"{data.Images.Name}, member 0. Bytes that can be decoded, and PSNR of what is decoded: mean over {data.Shape.Items(compression.Images)}, each compressed by itself.");
        Curves(svg, compression.Curves, compression.Own.Bytes, compression, 24, "Without what a receiver needs once (ring: this run's k)", data.ItemWord);
        Curves(svg, compression.CurvesWithShared, compression.Own.Bytes + ((double)compression.Own.SharedBytes / compression.Sharing), compression, 568,
            $"With it, shared by {data.Shape.Items(compression.Sharing)}", data.ItemWord);
        svg.Break(432);
        double y = Table(svg, data, 450);
        svg.Break(y + 12);
        y = Words(svg, data, y + 32);
        svg.Break(y + 12);
        svg.Height = Examples(svg, data, size, cell, y + 32);
        return new Figure("compression", "Compression",
            "A code is counted as what it takes to send it: an arithmetic coder makes bytes of which features are active and of their quantised activations, by probabilities fitted to " + data.LearnedWords + ", " +
            "and PSNR is measured on what is decoded from those bytes. Principal components (PCA) go through the same quantisation and the same coder; " + (data.Shape.IsImage ? "WebP and JPEG are whole files without metadata. " : "") +
            "The second document's “about 96 %, from 12,288 to 128” is the sparsity of a code (1 − 128 / 3,072), and fewer features than values are not overcomplete. " +
            "What a receiver needs once (the dictionary and the probabilities, or the components) counts on the right, spread over the " + $"{data.ItemsWord} of the set.", svg);
    }

    private static void Curves(Svg svg, IReadOnlyList<RateCurve> curves, double ownBytes, Compression compression, double left, string title, string item)
    {
        var plot = new Plot(svg, left, 76, 528, 350, title);
        Scale x = Scale.Logarithmic(curves.SelectMany(curve => curve.Points).Select(point => point.Bytes), plot.XFrom, plot.XTo);
        Scale y = Scale.Linear(curves.SelectMany(curve => curve.Points).Select(point => point.Psnr), plot.YFrom, plot.YTo + 20);
        plot.Axes(x, y, $"bytes per {item} (log)", "PSNR (dB)");
        for (int series = curves.Count - 1; series >= 0; series--)
            plot.Line(x, y, curves[series].Points.Select(point => (point.Bytes, point.Psnr)), s_series[series], dots: true);
        svg.Path(Svg.Invariant($"M{x[ownBytes] - 8:0.##} {y[compression.Own.Psnr]:0.##}a8 8 0 1 0 16 0a8 8 0 1 0 -16 0"), "line s0");
        plot.Legend([.. curves.Select((curve, series) => (curve.Name, s_series[series]))]);
    }

    /// <summary>The ways beside the dictionary at the run's own k.</summary>
    private static double Table(Svg svg, ReportData data, double y)
    {
        Compression compression = data.Compression;
        double[] columns = [24, 130, 390, 560];
        RatePoint own = compression.Own;
        string[] header = ["", $"PSNR at {Bytes(own.Bytes)} bytes", $"bytes for {Psnr(own.Psnr)}", $"fewer bytes in all by the dictionary, its own included, from so many {data.ItemsWord} on"];
        for (int column = 0; column < columns.Length; column++)
            svg.Text(header[column], columns[column], y, 12, bold: true);
        svg.Line(24, y + 6, 1096, y + 6, "axis");
        IEnumerable<string[]> rows = compression.Comparisons.Select(other => (string[])
        [
            other.Name,
            other.Psnr is { } psnr ? Psnr(psnr) : $"can't: needs {Bytes(other.LeastBytes)} ({Psnr(other.LeastPsnr)})",
            other.Bytes is { } bytes ? Bytes(bytes) : "doesn't reach it",
            other.PaidBack is { } images ? $"{images:N0}" : other.Bytes is null ? "any number: it doesn't reach this PSNR" : $"never: it needs no more bytes per {data.ItemWord}",
        ]);
        foreach (string[] row in rows.Prepend(["dictionary", Psnr(own.Psnr), Bytes(own.Bytes), "–"]))
        {
            y += 22;
            for (int column = 0; column < columns.Length; column++)
                svg.Text(row[column], columns[column], y, 12);
        }
        return y;
    }

    private static double Words(Svg svg, ReportData data, double y)
    {
        Compression compression = data.Compression;
        CodeCounts counts = compression.Counts;
        RatePoint own = compression.Own;
        string pixels = data.Shape.IsImage ? $", {8 * own.Bytes / (data.Shape.Width * data.Shape.Height):F2} bits per pixel" : "";
        string[] lines =
        [
            $"k / D = {counts.Active:N0} / {counts.Inputs:N0} = {counts.OfInputs:P2}: activations beside the values of {data.AnItem}. It takes as many indices to say whose they are: {2 * counts.OfInputs:P2}.",
            $"k / F = {counts.Active:N0} / {counts.Features:N0} = {counts.OfFeatures:P2}: features that are active.",
            $"1 − k / F = {counts.Sparsity:P2}: zeros in a code, its sparsity. It is no rate of compression; neither is 1 − k / D = {1 - counts.OfInputs:P2}, which counts numbers, not bytes.",
            $"F = {counts.Features:N0} features for D = {counts.Inputs:N0} values: the dictionary is {(counts.IsOvercomplete ? "overcomplete" : counts.Features == counts.Inputs ? "complete, not overcomplete" : "not overcomplete")}.",
            $"At {own.Setting.Replace("k' =", "k =", StringComparison.Ordinal)}, a code takes {Bytes(own.Bytes)} bytes{pixels}: {Bytes(compression.WhichBytes)} for which features are active, the others for how strongly; "
                + $"as floats and indices it would take {counts.PlainBytes:N0}.",
            $"The dictionary and its probabilities take {own.SharedBytes:N0} bytes, once. Not quantised, the codes' PSNR is {Psnr(compression.Unquantised)}.",
            Missing(data.Shape, compression),
        ];
        svg.Text("What the numbers are", 24, y, 13, bold: true);
        foreach (string line in lines.Where(line => line.Length > 0))
            svg.Text(line, 24, y += 22, 12);
        return y;
    }

    /// <summary>Why there are no picture formats; "" where there are.</summary>
    public static string Missing(ImageShape shape, Compression compression) =>
        !shape.IsImage ? "Rows aren't pictures: there are no picture formats to compare with, and PSNR is of the range of the rows learned from."
            : compression.Comparisons.Any(other => other.Name != Compressor.ComponentsName) ? ""
            : "WebP and JPEG aren't compared: that takes libvips, which isn't installed (the NuGet package NetVips.Native, or Debian's libvips42).";

    /// <summary>Images as each way brings them back from the bytes of their code.</summary>
    private static double Examples(Svg svg, ReportData data, PictureSize size, int cell, double y)
    {
        double height = size.Height + 22;
        svg.Text($"At equal bytes: the best of each way within the bytes of the {data.ItemWord}'s code; “needs”: it can't, and is shown with the fewest it can", 24, y, 13, bold: true);
        y += 26;
        string[] names = [data.ItemWord, .. data.Compression.Curves.Select(curve => curve.Name)];
        for (int row = 0; row < names.Length; row++)
            svg.Text(names[row], 24, y + (row * height) + (size.Height / 2.0) + 4, 12);
        for (int column = 0; column < data.Compression.Examples.Count; column++)
        {
            CompressionExample example = data.Compression.Examples[column];
            double x = Left + (column * cell);
            svg.Text(Svg.Shortened(example.Name, 11, cell - 4), x, y - 5, 11, cssClass: "muted");
            Draw(example.Original, 0, "");
            int budget = example.Ways[0].Bytes;
            for (int way = 0; way < example.Ways.Count; way++)
            {
                CompressedImage image = example.Ways[way];
                Draw(image.Values, way + 1, $"{(image.Bytes > budget ? "needs " : "")}{image.Bytes:N0} B, {Psnr(image.Psnr)}");
            }

            void Draw(float[] values, int row, string caption)
            {
                svg.Image(size.Of(data.Draw(values, example.Original)), x, y + (row * height), $"{names[row]}, {example.Name}");
                svg.Text(caption, x, y + ((row + 1) * height) - 8, 10, cssClass: "muted");
            }
        }
        return y + (names.Length * height) + 12;
    }

    private static string Bytes(double bytes) => Figure.Number(bytes, bytes < 100 ? "N1" : "N0");

    private static string Psnr(double psnr) => psnr >= CompressionSample.MaximumPsnr ? "no error" : $"{Figure.Number(psnr, "F2")} dB";
}
