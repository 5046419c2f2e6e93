namespace Tangram;

/// <summary>
/// How good reconstructions are: over images, by brightness and colour, by frequency; and what the choice of features and their number are worth.
/// </summary>
internal static class QualityFigure
{
    private const int Bins = 40;
    private const double Left = 24, Right = 552, Width = 500, Height = 300, Gap = 318;

    public static Figure Create(ReportData data)
    {
        ReconstructionQuality quality = data.ReconstructionQuality;
        string components = PaperClaims.Plural(quality.ComponentCount, "principal component");
        var svg = new Svg(1080, 0, "Quality of reconstruction",
            $"Member 0 on {data.Images.Name}. Orange stands for {components}: a linear code of so many numbers.");
        double y = 76;
        PearsonHistogram(new Plot(svg, Left, y, Width, Height, $"How alike {data.ItemsWord} and reconstructions are ({data.Shape.Items(data.Images.Count)})"), quality, data);
        if (data.Shape.IsImage)
        {
            Complexity(new Plot(svg, Right, y, Width, Height, "Complex images and reconstruction"), quality);
            svg.Break(y += Gap);
            string images = data.Shape.Items(quality.Images);
            if (data.Shape.Channels == 3)
            {
                Planes(new Plot(svg, Left, y, Width, Height, $"Brightness and colour ({images})"), quality);
                Bands(new Plot(svg, Right, y, Width, Height, "Which detail is lost: luma by spatial frequency"), quality);
            }
            else
            {
                Bands(new Plot(svg, Left, y, Right + Width - Left, Height, $"What is lost: brightness in all, and by spatial frequency ({images})"), quality, withWhole: true);
            }
        }
        svg.Break(y += Gap);
        y += Selections(svg, data, y);
        svg.Break(y);
        if (data.SparsityCurve.Count > 0)
        {
            var pearson = new Plot(svg, Left, y, Width, Height, "Pearson with other k, same dictionary");
            var error = new Plot(svg, Right, y, Width, Height, "Error with other k, same dictionary");
            Curve(pearson, data.SparsityCurve, point => point.Pearson, "mean Pearson", 0.02);
            Curve(error, data.SparsityCurve, point => point.Mse, "MSE", 0.05);
            y += Gap;
        }
        svg.Height = y + 6;
        return new Figure("quality", "Quality of reconstruction",
            $"Where reconstructions are good and what they lose, beside {components}, fitted to {data.LearnedWords}. " +
            (data.Shape.IsImage
                ? "Lost: squared error over squared deviation from the mean image, so that 0 % is perfect and 100 % no better than the mean image; over bars of " +
                  "codes the peak signal-to-noise ratio. Frequencies are in periods per image: 1 is as wide as the image. Complexity is the effective number of " +
                  "waves (cosines) that an image consists of; Spearman's coefficient below 0 says that complex images are rebuilt worse. "
                : "") +
            $"The choice of features: the same dictionary and as many features for each {data.ItemWord}, chosen by the encoder, at random, or by pursuits that look for " +
            "the best fit step by step; 'fitted' activations are those of least squares. With other k, " + $"{data.ItemsWord} are encoded anew without training.", svg);
    }

    private static void PearsonHistogram(Plot plot, ReconstructionQuality quality, ReportData data)
    {
        Scale x = Scale.Linear(quality.Pearson.Append(1).Append(0.8), plot.XFrom, plot.XTo);
        double low = x.Ticks[0], width = (x.Ticks[^1] - low) / Bins;
        var counts = new double[Bins];
        foreach (double value in quality.Pearson)
            counts[Math.Clamp((int)((value - low) / width), 0, Bins - 1)]++;
        Scale y = Scale.Linear(counts.Append(1), plot.YFrom, plot.YTo + 18, includeZero: true);
        plot.Axes(x, y, $"Pearson of {data.ItemWord} and reconstruction", data.ItemsWord);
        plot.Bars(x, y, counts.Select((count, bin) => (low + (bin * width), low + ((bin + 1) * width), count)), "f0");
        plot.Line(x, y, [(0.9, y.Ticks[0]), (0.9, y.Ticks[^1])], "s4 dash");
        plot.Note($"{Figure.Number(quality.Above90, "P1")} above .9");
    }

    private static void Complexity(Plot plot, ReconstructionQuality quality)
    {
        (double X, double Y)[] points =
            [.. quality.Complexity.Zip(quality.Codes.Pearson).Where(one => double.IsFinite(one.First) && double.IsFinite(one.Second))];
        Scale x = Scale.Logarithmic(points.Select(one => one.X), plot.XFrom, plot.XTo);
        Scale y = Scale.Linear(points.Select(one => one.Y).Append(1), plot.YFrom, plot.YTo + 18);
        plot.Axes(x, y, "complexity: effective number of waves (log)", "Pearson");
        plot.Points(x, y, points, "f0");
        plot.Note($"Spearman {Figure.Number(quality.ComplexityPearson, "F2")} (components {Figure.Number(quality.ComponentsComplexityPearson, "F2")})");
    }

    private static void Planes(Plot plot, ReconstructionQuality quality)
    {
        IReadOnlyList<PlaneError> codes = quality.Codes.Planes, components = quality.Components.Planes;
        Pairs(plot, [.. codes.Select(plane => plane.Name)], [.. codes.Select(plane => plane.Lost)], [.. components.Select(plane => plane.Lost)], "plane of the picture",
            [.. codes.Select(Decibels)]);
    }

    /// <summary>Bars for each band of luma; of grey images, whose only plane this is, before them those for all of it.</summary>
    private static void Bands(Plot plot, ReconstructionQuality quality, bool withWhole = false)
    {
        IReadOnlyList<BandError> codes = quality.Codes.Bands, components = quality.Components.Bands;
        PlaneError[] whole = withWhole ? [quality.Codes.Planes[0]] : [];
        Pairs(plot, [.. whole.Select(_ => "all"), .. codes.Select(Label)], [.. whole.Select(plane => plane.Lost), .. codes.Select(band => band.Lost)],
            [.. whole.Select(_ => quality.Components.Planes[0].Lost), .. components.Select(band => band.Lost)], "periods per image", [.. whole.Select(Decibels)]);
        static string Label(BandError band) => band.To == 0 ? "mean" : band.From == 0 ? "<1" : $"{band.From:0}–{band.To:0}";
    }

    private static string Decibels(PlaneError plane) => double.IsFinite(plane.Psnr) ? $"{Figure.Number(plane.Psnr, "F1")} dB" : "";

    /// <summary>Bars side by side for codes and components, as percentages; <paramref name="notes"/> over them.</summary>
    private static void Pairs(Plot plot, string[] labels, double[] codes, double[] components, string xLabel, string[] notes)
    {
        Scale x = Scale.Linear([0, labels.Length], plot.XFrom, plot.XTo);
        Scale y = Scale.Linear(codes.Concat(components).Select(value => 100 * value), plot.YFrom, plot.YTo + 34, includeZero: true);
        double unit = (x.Ticks[^1] - x.Ticks[0]) / labels.Length;
        plot.Axes(x, y, xLabel, "lost, %", [.. labels.Select((label, index) => ((index + 0.5) * unit, label))]);
        plot.Bars(x, y, codes.Select((value, index) => ((index + 0.1) * unit, (index + 0.5) * unit, 100 * value)), "f0");
        plot.Bars(x, y, components.Select((value, index) => ((index + 0.5) * unit, (index + 0.9) * unit, 100 * value)), "f1");
        foreach (var (note, index) in notes.Select((note, index) => (note, index)))
            plot.Text(note, x[(index + 0.3) * unit], y[double.IsFinite(codes[index]) ? 100 * codes[index] : 0] - 5);
        plot.Legend(("codes", "f0"), ("components", "f1"));
    }

    /// <summary>A bar of Pearson, and a point of MSE on a logarithmic axis, for each way to choose; returns the height taken.</summary>
    private static double Selections(Svg svg, ReportData data, double y)
    {
        const double Bar = 22, Labels = 300, Extent = 240, Second = 700;
        string images = data.Selection is { } made ? $" ({data.Shape.Items(made.Images)})" : "";
        svg.Text($"The choice of features, by the same dictionary{images}", Left, y + 14, 13, bold: true);
        if (data.Selection is not { } selection)
        {
            svg.Text("not measured: the dictionary is too large for pursuits", Left, y + 40, 12, cssClass: "muted");
            return 60;
        }
        (string Name, SelectionScore Score, string CssClass)[] ways =
        [
            ("random features, the encoder's activations", selection.Random, "f4"),
            ("random features, fitted", selection.RandomFitted, "f4"),
            ("the encoder's features and activations", selection.Encoder, "f0"),
            ("the encoder's features, fitted", selection.EncoderFitted, "f0"),
            ("matching pursuit", selection.Matching, "f2"),
            ("orthogonal matching pursuit", selection.Orthogonal, "f2"),
        ];
        svg.Text("mean Pearson", Labels + Left, y + 36, 12);
        svg.Text("MSE (log)", Second + Left, y + 36, 12);
        Scale pearson = Scale.Linear([0, 1], 0, Extent), mse = Scale.Logarithmic(ways.Select(way => way.Score.Mse), 0, Extent);
        for (int index = 0; index < ways.Length; index++)
        {
            var (name, score, css) = ways[index];
            double top = y + 46 + (index * (Bar + 6));
            svg.Text(name, Labels + Left - 10, top + 15, 12, "end");
            Row(svg, Labels + Left, top, Figure.Number(score.Pearson));
            if (double.IsFinite(score.Pearson))
                svg.Rectangle(Labels + Left, top, pearson[score.Pearson], Bar, css);
            Row(svg, Second + Left, top, ErrorText.Of(score.Mse));
            if (score.Mse > 0)
                svg.Circle(Second + Left + mse[score.Mse], top + (Bar / 2), 6, css);
        }
        double bottom = y + 46 + (ways.Length * (Bar + 6));
        Ticks(svg, Labels + Left, bottom, pearson);
        Ticks(svg, Second + Left, bottom, mse);
        return bottom + 40 - y;

        static void Row(Svg svg, double x, double top, string text)
        {
            svg.Rectangle(x, top, Extent, Bar, "panel");
            svg.Text(text, x + Extent + 12, top + 15, 12);
        }

        static void Ticks(Svg svg, double x, double y, Scale scale)
        {
            svg.Line(x, y, x + Extent, y, "axis");
            foreach (double tick in scale.Ticks)
            {
                svg.Line(x + scale[tick], y, x + scale[tick], y + 4, "axis");
                svg.Text(scale.Label(tick), x + scale[tick], y + 17, 11, "middle", "muted");
            }
        }
    }

    private static void Curve(Plot plot, IReadOnlyList<SparsityPoint> points, Func<SparsityPoint, double> value, string label, double leastSpan)
    {
        Scale x = Scale.Linear(points.Select(point => Math.Log2(point.K)), plot.XFrom, plot.XTo);
        Scale y = Scale.Linear(points.Select(value), plot.YFrom, plot.YTo, leastSpan: leastSpan);
        plot.Axes(x, y, "k (log)", label, [.. points.Select(point => (Math.Log2(point.K), $"{point.K}"))]);
        plot.Line(x, y, points.Select(point => (Math.Log2(point.K), value(point))), "s0", dots: true);
    }
}
