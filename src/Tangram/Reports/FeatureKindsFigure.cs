namespace Tangram;

/// <summary>What features respond to: galleries of each kind, and the measures behind them beside an untrained dictionary's.</summary>
internal static class FeatureKindsFigure
{
    private const int Shown = 8;
    private const double Left = 24, Names = 148, PageWidth = 1120;
    private const string Name = "feature_kinds", Title = "What features respond to";

    public static Figure Create(ReportData data)
    {
        if (data.Table.Measures.Length == 0)
        {
            var empty = new Svg(960, 110, Title, "");
            empty.Text("All features are dead: there is none to measure.", 24, 80, 13);
            return new Figure(Name, Title, "This figure needs features that are alive.", empty);
        }
        bool colour = data.Shape.Channels == 3;
        var svg = new Svg(PageWidth, 0, Title, $"Member 0, the {data.Table.Alive.Length:N0} features that {data.Images.Name} activates. The first kind whose condition holds names a feature; docs/how-it-works.md has the formulas.");
        double y = 84;
        foreach (FeatureKind kind in new[] { FeatureKind.Colour, FeatureKind.Edge, FeatureKind.Texture, FeatureKind.Region, FeatureKind.Other })
        {
            if (kind == FeatureKind.Colour && !colour)
                continue;
            y = Gallery(svg, data, kind, y);
            svg.Break(y);
        }
        svg.Text("signed pictures: weight", Left, y + 10, 11, cssClass: "muted");
        ColourBar.Draw(svg, Left + Names + 64, y, 160, -1, 1, ("−max", "+max"));
        y += 28;
        y = Charts(svg, data, y + 8);
        svg.Height = y + 16;
        return new Figure(Name, Title,
            "Each feature is measured on its weights, and named by the first condition that it meets. " + (colour ? "Of each feature: in colour, the mean of its channels, and that mean with its sign. " : "") +
            "The charts show the measures behind the names, and the same of an untrained dictionary: what both have, training hasn't brought about.", svg);
    }

    /// <summary>The condition of a kind, and the number that says most about a feature of it.</summary>
    private static (string[] Words, Func<FeatureMeasures, string> Number) Describe(FeatureKind kind) => kind switch
    {
        FeatureKind.Colour => (["a third of the squared weight", "is colour, on one axis"], one => $"{NamedHue.All[NamedHue.Of(one.Hue)].Name}, {one.Hue:F0}°"),
        FeatureKind.Edge => (["gradients agree in direction", "(coherence ≥ 0.4)"], one => $"{one.Orientation:F0}°, {one.Coherence:F2}"),
        FeatureKind.Texture => (["few waves, half of it in ≥ 4", "periods per image"], one => $"{one.Frequency:0.#} periods"),
        FeatureKind.Region => (["half of the squared weight", "in a quarter of the area"], one => $"at {one.CentreX:F2}, {one.CentreY:F2}"),
        _ => (["none of these", ""], one => $"{one.Frequency:0.#} periods"),
    };

    private static double Gallery(Svg svg, ReportData data, FeatureKind kind, double y)
    {
        FeatureTable table = data.Table;
        int[] places = [.. Enumerable.Range(0, table.Alive.Length).Where(place => FeatureKinds.Of(table.Measures[place]) == kind)
            .OrderByDescending(place => table.Use[table.Alive[place]].Frequency).Take(Shown)];
        var (words, number) = Describe(kind);
        string key = kind.ToString().ToLowerInvariant();
        svg.Text(char.ToUpperInvariant(key[0]) + key[1..], Left, y + 14, 14, bold: true);
        svg.Text($"{Share(data.Statistics[0].Kinds[key])} of features", Left, y + 32, 12);
        svg.Text($"untrained {Share(data.UntrainedMean(one => one.Kinds[key]))}", Left, y + 48, 12, cssClass: "muted");
        for (int line = 0; line < words.Length; line++)
            svg.Text(words[line], Left, y + 66 + (line * 13), 10, cssClass: "muted");
        Stretch[] stretches = data.Shape.Channels == 3 ? [Stretch.MinMax, Stretch.ChannelMean, Stretch.Signed] : [Stretch.MinMax, Stretch.Signed];
        var size = new PictureSize(data.Drawn, 60);
        int cell = (int)((PageWidth - Left - Names - 32) / Shown), height = size.Height;
        if (places.Length == 0)
            svg.Text("none", Left + Names + 28, y + 32, 12, cssClass: "muted");
        for (int index = 0; index < places.Length; index++)
        {
            int feature = table.Alive[places[index]];
            double x = Left + Names + 28 + (index * cell);
            float[] weights = data.Shown.Feature(feature);
            for (int row = 0; row < stretches.Length; row++)
                svg.Image(size.Of(Mosaic.Picture(weights, data.Drawn, stretches[row])), x, y + (row * (height + 3)), $"feature {feature}");
            double bottom = y + (stretches.Length * (height + 3));
            svg.Text($"#{feature}", x, bottom + 11, 10);
            svg.Text(number(table.Measures[places[index]]), x, bottom + 24, 10, cssClass: "muted");
        }
        return y + Math.Max((places.Length == 0 ? 0 : stretches.Length * (height + 3)) + 44, 96);
    }

    private static double Charts(Svg svg, ReportData data, double y)
    {
        FeatureMeasures[] trained = data.Table.Measures, untrained = data.UntrainedTable.Measures;
        svg.Text("The measures, trained and untrained", Left, y + 14, 14, bold: true);
        y += 24;
        Histogram(svg, Left, y, "Coherence of gradients", "0 all directions … 1 one direction", one => one.Coherence);
        Histogram(svg, Left + 362, y, "Median frequency", "periods per image", one => one.Frequency);
        if (data.Shape.Channels == 3)
            Histogram(svg, Left + 724, y, "Colour", "share of squared weight in colour", one => one.ChromaShare);
        else
            Histogram(svg, Left + 724, y, "Extent", "share of area with half the squared weight", one => one.Extent);
        svg.Break(y += 262);
        Orientations(svg, data, Left, y);
        Places(svg, data, Left + 362, y);
        if (data.Shape.Channels == 3)
            Hues(svg, data, Left + 724, y);
        return y + 262;

        void Histogram(Svg target, double x, double top, string title, string label, Func<FeatureMeasures, double> value)
        {
            const int Bins = 20;
            double[] ours = [.. trained.Select(value).Where(double.IsFinite)], theirs = [.. untrained.Select(value).Where(double.IsFinite)];
            var plot = new Plot(target, x, top, 356, 250, title);
            Scale across = Scale.Linear(ours.Concat(theirs), plot.XFrom, plot.XTo, includeZero: true);
            double width = across.Ticks[^1] / Bins;
            double[] Shares(double[] values)
            {
                var counts = new double[Bins];
                foreach (double one in values)
                    counts[Math.Clamp((int)(one / width), 0, Bins - 1)] += 1.0 / values.Length;
                return counts;
            }
            double[] a = Shares(ours), b = Shares(theirs);
            Scale up = Scale.Linear(a.Concat(b), plot.YFrom, plot.YTo + 18, includeZero: true);
            plot.Axes(across, up, label, "share of features");
            plot.Bars(across, up, a.Select((share, bin) => (bin * width, (bin + 0.5) * width, share)), "f0");
            plot.Bars(across, up, b.Select((share, bin) => ((bin + 0.5) * width, (bin + 1) * width, share)), "f4");
            plot.Legend(("trained", "f0"), ("untrained", "f4"));
        }
    }

    private static void Orientations(Svg svg, ReportData data, double x, double y)
    {
        const int Bins = 12;
        var counts = new double[Bins];
        foreach (FeatureMeasures one in data.Table.Measures.Where(one => FeatureKinds.Of(one) == FeatureKind.Edge))
            counts[(int)(((one.Orientation + 7.5) % 180) / 15)]++;
        if (counts.Sum() == 0)
        {
            svg.Text("No feature is an edge.", x + 72, y + 40, 12, cssClass: "muted");
            return;
        }
        var plot = new Plot(svg, x, y, 356, 250, "Orientation of edge features");
        Scale across = Scale.Linear([-10, 180], plot.XFrom, plot.XTo), up = Scale.Linear(counts, plot.YFrom, plot.YTo + 18, includeZero: true);
        plot.Axes(across, up, "degrees: 0 lies, 90 stands", "features", [.. Enumerable.Range(0, 5).Select(step => (step * 45.0, $"{step * 45}"))]);
        plot.Bars(across, up, counts.Select((count, bin) => ((bin * 15) - 7.5, (bin * 15) + 7.5, count)), "f0");
    }

    /// <summary>Where local features look: the centre of each one's squared weight, in the image's own frame.</summary>
    private static void Places(Svg svg, ReportData data, double x, double y)
    {
        FeatureMeasures[] local = [.. data.Table.Measures.Where(one => one.IsLocal)];
        if (local.Length == 0)
        {
            svg.Text("No feature is local: none has half of its", x + 72, y + 40, 12, cssClass: "muted");
            svg.Text("squared weight in a quarter of the area.", x + 72, y + 57, 12, cssClass: "muted");
            return;
        }
        var plot = new Plot(svg, x, y, 356, 250, $"Where the {local.Length:N0} local features look");
        Scale across = Scale.Linear([0, 1], plot.XFrom, plot.XTo), down = Scale.Linear([0, 1], plot.YTo, plot.YFrom); // rows count downwards
        plot.Axes(across, down, "0 left … 1 right", "1 bottom … 0 top");
        plot.Points(across, down, local.Select(one => (one.CentreX, one.CentreY)), "f0");
    }

    private static void Hues(Svg svg, ReportData data, double x, double y)
    {
        var counts = new double[NamedHue.All.Count];
        foreach (FeatureMeasures one in data.Table.Measures.Where(one => FeatureKinds.Of(one) == FeatureKind.Colour))
            counts[NamedHue.Of(one.Hue)]++;
        var plot = new Plot(svg, x, y, 356, 250, "Hues of colour features");
        Scale up = Scale.Linear(counts, plot.YFrom, plot.YTo + 18, includeZero: true);
        double cell = (plot.XTo - plot.XFrom) / counts.Length;
        plot.Axes(Scale.Linear([0, 1], plot.XFrom, plot.XTo), up, "hue that the weights add (against its opposite)", "features", [.. NamedHue.All.Select((hue, index) => ((index + 0.5) / counts.Length, hue.Name))]);
        for (int hue = 0; hue < counts.Length; hue++)
        {
            if (counts[hue] > 0)
                svg.Rectangle(plot.XFrom + (hue * cell) + 4, up[counts[hue]], cell - 8, plot.YFrom - up[counts[hue]], fill: ColourMap.Of(NamedHue.All[hue]).ToString());
        }
    }

    private static string Share(double share) => Figure.Number(share, "P1");
}
