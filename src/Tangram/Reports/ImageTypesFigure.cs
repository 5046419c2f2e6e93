namespace Tangram;

/// <summary>Which features follow a colour, and what codes tell of images, beside an untrained dictionary's codes, pixels and principal components.</summary>
internal static class ImageTypesFigure
{
    private const double Left = 24, PageWidth = 1120;
    private const int Examples = 6;
    private static readonly string[] s_fills = ["f0", "f4", "f1", "f2"];

    public static Figure Create(ReportData data)
    {
        ImageTypes types = data.Types;
        string title = $"Kinds of {data.ItemsWord} and their codes";
        var svg = new Svg(PageWidth, 0, title, $"{data.Images.Name}, member 0. Read-outs are linear, fitted to {data.Shape.Items(types.Readouts.Learned)} of {data.Learned.Name}, measured on {types.Readouts.Images:N0}.");
        double y = 84;
        if (types.Attributes.HasHues)
        {
            y = Colours(svg, data, y) + 16;
            svg.Break(y);
        }
        y = Readouts(svg, data, y);
        if (types.Separability.Length > 0)
        {
            svg.Break(y + 8);
            y = Classes(svg, data, y + 16);
        }
        svg.Height = y + 12;
        return new Figure("image_types", title,
            (types.Attributes.HasHues ? $"A colour-sensitive feature is found on {(data.Learned == data.Images ? "one half of the images" : "images learned from")}, by the correlation of its activation with the share of an image's pixels that have the hue; everything said of it is measured on {(data.Learned == data.Images ? "the other" : "the report's")}. " : "") +
            "A read-out guesses an attribute from vectors by a linear function; that codes do better than " + $"{data.ValuesWord} may be due to selection alone, so an untrained dictionary's codes stand beside them. Whiskers are 95 % intervals over the {data.ItemsWord} measured " +
            "(bootstrap over groups): where those of two bars overlap, another sample may turn them round. What the fit and the training add to that isn't in them.", svg);
    }

    private static double Colours(Svg svg, ReportData data, double y)
    {
        svg.Text("Colour-sensitive features: the one that follows each hue", Left, y + 14, 14, bold: true);
        y += 42;
        string[] heads = ["hue", "feature", "correlation with its share", "active in images with ≥ 25 % of it", "images that activate it most, of those it wasn't found on"];
        double[] xs = [Left, Left + 96, Left + 214, Left + 404, Left + 640];
        for (int column = 0; column < heads.Length; column++)
            svg.Text(heads[column], xs[column], y, 11, cssClass: "muted");
        y += 10;
        var size = new PictureSize(data.Drawn, 64, most: 64);
        int row = Math.Max(size.Height, 32) + 8;
        foreach (var (hue, own, untrained) in data.Types.Hues.Select((one, index) => (NamedHue.All[index], one, data.Types.UntrainedHues[index])))
        {
            if (hue != NamedHue.All[0])
                svg.Break(y - 4);
            double middle = y + (row / 2.0);
            svg.Rectangle(xs[0], middle - 8, 14, 14, fill: ColourMap.Of(hue).ToString());
            svg.Text(hue.Name, xs[0] + 22, middle + 4, 12);
            if (own.Feature < 0)
            {
                svg.Text("no feature is active often enough", xs[1], middle + 4, 12, cssClass: "muted");
                y += row;
                continue;
            }
            svg.Image(size.Of(Mosaic.Picture(data.Shown.Feature(own.Feature), data.Drawn, Stretch.MinMax)), xs[1], y, $"feature {own.Feature}");
            svg.Text($"#{own.Feature}", xs[1] + size.Width + 6, middle + 4, 11);
            svg.Text(Figure.Number(own.Correlation, "F2"), xs[2], middle - 4, 12, bold: true);
            svg.Text(untrained.Feature < 0 ? "untrained: none" : $"untrained {Figure.Number(untrained.Correlation, "F2")} (#{untrained.Feature})", xs[2], middle + 13, 11, cssClass: "muted");
            svg.Text(own.Images == 0 ? "no such images to tell by" : $"{Figure.Number(own.ActiveWith, "P0")} of {own.Images:N0}; others {Figure.Number(own.ActiveWithout, "P0")}", xs[3], middle - 4, 12);
            svg.Text(untrained.Images == 0 ? "" : $"untrained {Figure.Number(untrained.ActiveWith, "P0")}; {Figure.Number(untrained.ActiveWithout, "P0")}", xs[3], middle + 13, 11, cssClass: "muted");
            int[] strongest = own.Images == 0 ? [] : Strongest(data, own.Feature);
            for (int index = 0; index < strongest.Length; index++)
            {
                float[] image = data.Image(strongest[index]);
                svg.Image(size.Of(data.Draw(image, image)), xs[4] + (index * (size.Width + 8)), y, $"image {strongest[index]}");
            }
            y += row;
        }
        return y;
    }

    /// <summary>Of the images that the feature wasn't found on, those with its largest activations.</summary>
    private static int[] Strongest(ReportData data, int feature)
    {
        var found = new List<(int Image, float Activation)>();
        foreach (int image in data.Types.HueImages)
        {
            var (features, activations) = data.Table.Codes[image];
            int slot = features.Span.BinarySearch(feature);
            if (slot >= 0 && activations.Span[slot] > 0)
                found.Add((image, activations.Span[slot]));
        }
        return [.. found.OrderByDescending(one => one.Activation).ThenBy(one => one.Image).Take(Examples).Select(one => one.Image)];
    }

    private static double Readouts(Svg svg, ReportData data, double y)
    {
        const string Title = "What a linear read-out tells";
        Readouts readouts = data.Types.Readouts;
        if (readouts.All.Length == 0)
        {
            svg.Text(Title, Left, y + 14, 14, bold: true);
            svg.Text(data.Shape.IsImage ? "No attribute varies over these images: there is nothing to tell." : "These rows have no classes, of which a read-out could tell.", Left, y + 40, 12);
            return y + 52;
        }
        return Bars(svg, y, Title, "attribute (what its score is)", [.. readouts.All.Select(one => ($"{one.Attribute} ({(one.Measure == "R²" ? "R²" : $"right; chance {Figure.Number(one.Chance, "F2")}")})", one.Estimates, one.Chance))], readouts.Spaces);
    }

    private static double Classes(Svg svg, ReportData data, double y)
    {
        Separability[] all = data.Types.Separability;
        double chance = Separability.Chance(data.Images);
        return Bars(svg, y, "Whether classes lie apart", "measure of the distances between codes, or other vectors",
            [("silhouette (1 tight, 0 none)", [.. all.Select(one => one.SilhouetteEstimate)], 0), ($"nearest is of the class (chance {chance:F2})", [.. all.Select(one => one.PurityEstimate)], chance)],
            [.. all.Select(one => one.Space)]);
    }

    /// <summary>A group of bars for each question, one bar for each space, its interval over it and its number above that; a line where chance is.</summary>
    private static double Bars(Svg svg, double y, string title, string label, (string Name, Estimate[] Values, double Chance)[] questions, string[] spaces)
    {
        const double Height = 260, Least = -0.3;
        var plot = new Plot(svg, Left, y, PageWidth - (2 * Left), Height, title);
        Scale across = Scale.Linear([0, 1], plot.XFrom, plot.XTo);
        Scale up = Scale.Linear([.. questions.SelectMany(one => one.Values.SelectMany(value => new[] { Math.Max(value.Mean, Least), Math.Max(value.Low, Least) })), 1], plot.YFrom, plot.YTo + 34, includeZero: true);
        double group = 1.0 / questions.Length, bar = group / (spaces.Length + 1.5);
        plot.Axes(across, up, label, "score", [.. questions.Select((one, index) => ((index + 0.5) * group, one.Name))]);
        for (int question = 0; question < questions.Length; question++)
        {
            double start = (question * group) + (0.75 * bar);
            for (int space = 0; space < spaces.Length; space++)
            {
                Estimate value = questions[question].Values[space];
                double from = start + (space * bar), middle = across[from + (bar / 2)];
                plot.Bars(across, up, [(from, from + bar, Math.Max(value.Mean, Least))], s_fills[space]);
                bool known = double.IsFinite(value.Low);
                if (known && value.High >= Least)
                    plot.Interval(middle, up, Math.Max(value.Low, Least), value.High);
                svg.Text(Figure.Number(value.Mean, "F2"), middle, up[Math.Max(known ? value.High : value.Mean, 0)] - 5, 10, "middle");
            }
            double level = up[questions[question].Chance];
            svg.Line(across[start - (0.3 * bar)], level, across[start + ((spaces.Length + 0.3) * bar)], level, "axis");
        }
        plot.Legend([.. spaces.Select((space, index) => (space, s_fills[index]))]);
        return y + Height;
    }
}
