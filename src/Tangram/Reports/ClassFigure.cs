namespace Tangram;

/// <summary>Classes and their key features.</summary>
internal static class ClassFigure
{
    private const int PerClass = 5, PicturesPerClass = 10, RowsOfPart = 24;

    public static Figure Create(ReportData data)
    {
        const string Name = "digit_representations", Title = "Classes and their key features";
        if (data.Table.Profile is not { } profile || !profile.Comparable)
        {
            var empty = new Svg(960, 110, Title, "");
            empty.Text(data.Images.HasLabels ? $"The {data.ItemsWord} have one class only: nothing to compare." : $"The {data.ItemsWord} have no labels: nothing to compare.", 24, 80, 13);
            return new Figure(Name, Title, $"This figure compares classes, and needs labelled {data.ItemsWord} of at least two.", empty);
        }
        int[] keys = [.. profile.Present.SelectMany(label => profile.KeyFeatures(label, PerClass)).Distinct()];
        var svg = new Svg(1120, 0, Title,
            $"{data.Images.Name}, member 0. Score: (P(active | class) − P(active | other classes)) × mean activation in the class; " +
            $"key: above 0, and at least {ClassProfile.LeastActivations} activations.");
        double y = HeatMap(svg, profile, keys, 84);
        svg.Break(y + 4);
        y = Pictures(svg, data, profile, y + 20);
        svg.Break(y + 4);
        svg.Height = Counts(svg, data, profile, y + 10);
        return new Figure(Name, Title,
            "Which features are typical of which class, without any label seen in training. The heat map shows how often each class activates the key features; a row of its own pattern means the classes can be told apart by their codes.", svg);
    }

    private static double HeatMap(Svg svg, ClassProfile profile, int[] keys, double y)
    {
        if (keys.Length == 0)
        {
            svg.Text("No feature is key to a class.", 24, y, 13);
            return y;
        }
        svg.Text($"P(active | class) of the classes' {PerClass} best features each, in the classes' order", 24, y, 13, bold: true);
        double left = 168, width = Math.Min(20, 850.0 / Math.Max(1, keys.Length));
        ColourBar.DrawShares(svg, 820, y - 10, 160);
        y += 16;
        svg.Text("class", 34, y + 24, 12, "middle", rotate: -90);
        for (int row = 0; row < profile.Present.Count; row++)
        {
            int label = profile.Present[row];
            if (row > 0 && row % RowsOfPart == 0)
                svg.Break(y + (row * 20));
            svg.Text(Svg.Shortened(profile.Classes[label], 12, left - 56), left - 8, y + (row * 20) + 14, 12, "end");
            for (int column = 0; column < keys.Length; column++)
            {
                double frequency = profile.Frequency(label, keys[column]);
                svg.Rectangle(left + (column * width), y + (row * 20), width + 0.3, 20.3, fill: ColourMap.Sequential(frequency).ToString(),
                    tooltip: $"class {profile.Classes[label]}, feature {keys[column]}: {frequency:P1}");
            }
        }
        double bottom = y + (profile.Present.Count * 20);
        for (int column = 0; column < keys.Length; column++)
            svg.Text($"{keys[column]}", left + ((column + 0.5) * width) + 4, bottom + 8, 10, "end", "muted", rotate: -90);
        svg.Text("feature", left - 8, bottom + 22, 11, "end", "muted");
        return bottom + 44;
    }

    private static double Pictures(Svg svg, ReportData data, ClassProfile profile, double y)
    {
        var size = new PictureSize(data.Drawn, 56);
        int side = Math.Max(size.Width, size.Height);
        svg.Text($"Each class's {PicturesPerClass} key features at most, the best first: number and score; {data.FeatureWords}", 24, y, 13, bold: true);
        y += 16;
        (int Unique, int Keys)[] unique = DictionaryAnalysis.UniqueKeys(profile);
        for (int row = 0; row < profile.Present.Count; row++)
        {
            int label = profile.Present[row];
            svg.Text(Svg.Shortened(profile.Classes[label], 14, 108), 112, y + (side / 2.0), 13, "end", bold: true);
            IReadOnlyList<int> keys = profile.KeyFeatures(label, PicturesPerClass);
            for (int index = 0; index < keys.Count; index++)
            {
                double x = 124 + (index * (side + 26));
                svg.Image(size.Of(data.DrawFeature(keys[index])), x, y, $"feature {keys[index]}");
                svg.Text($"#{keys[index]}  {Figure.Number(profile.Score(label, keys[index]), "F2")}", x, y + side + 13, 10, cssClass: "muted");
            }
            svg.Text(unique[row].Keys == 0 ? "none is key" : $"{unique[row].Unique} of {unique[row].Keys} are key", 124
                + (PicturesPerClass * (side + 26)) + 4, y + (side / 2.0), 11, cssClass: "muted");
            svg.Text(unique[row].Keys == 0 ? "to this class" : "to no other class", 124 + (PicturesPerClass * (side + 26)) + 4, y + (side / 2.0) + 15,
                11, cssClass: "muted");
            y += side + 24;
            if (row + 1 < profile.Present.Count)
                svg.Break(y - 4);
        }
        return y;
    }

    /// <summary>How many classes features are about, trained beside untrained.</summary>
    private static double Counts(Svg svg, ReportData data, ClassProfile profile, double y)
    {
        var plot = new Plot(svg, 24, y, 640, 280, "In how many classes features are active");
        int classes = profile.Present.Count;
        double[] Shares(ClassProfile of)
        {
            double[] about = [.. Enumerable.Range(0, of.Features).Select(of.EffectiveClassesAtMost).Where(double.IsFinite)];
            return [.. Enumerable.Range(1, classes).Select(count => about.Length == 0 ? 0 : (double)about.Count(value => (int)Math.Clamp(Math.Round(value), 1, classes) == count) / about.Length)];
        }
        double[] trained = Shares(profile), untrained = data.UntrainedTable.Profile is { } other ? Shares(other) : new double[classes];
        Scale x = Scale.Linear([0.5, classes + 0.5], plot.XFrom, plot.XTo), share = Scale.Linear(trained.Concat(untrained), plot.YFrom, plot.YTo + 18, includeZero: true);
        int every = Math.Max(1, classes / 15);
        plot.Axes(x, share, "classes (effective number: uneven use counts for less)", "share of rated features",
            [.. Enumerable.Range(1, classes).Where(count => count % every == 0).Select(count => ((double)count, $"{count}"))]);
        plot.Bars(x, share, trained.Select((value, index) => (index + 0.62, index + 1.0, value)), "f0");
        plot.Bars(x, share, untrained.Select((value, index) => (index + 1.0, index + 1.38, value)), "f4");
        plot.Legend(("trained", "f0"), ("untrained", "f4"));
        DictionaryStatistics statistics = data.Statistics[0];
        string[] lines =
        [
            $"rated (at least {ClassProfile.LeastActivations} activations): {statistics.Rated:N0} of {data.Table.Alive.Length:N0} alive",
            $"specific (active in at most 2 classes): {Figure.Number(statistics.Specific ?? double.NaN, "P1")}",
            $"shared (active in at least {classes / 2.0:0.#} classes): {Figure.Number(statistics.Shared ?? double.NaN, "P1")}",
            $"median selectivity: {Figure.Number(statistics.Selectivity?.P50 ?? double.NaN, "F3")} (untrained " +
                $"{Figure.Number(data.UntrainedMean(one => one.Selectivity?.P50), "F3")})",
            $"key features unique to a class: {Figure.Number(statistics.UniqueKeyFeatures ?? double.NaN, "F1")} of " +
                $"{Figure.Number(statistics.ClassKeyFeatures ?? double.NaN, "F1")} (untrained " +
                $"{Figure.Number(data.UntrainedMean(one => one.UniqueKeyFeatures), "F1")})",
        ];
        for (int line = 0; line < lines.Length; line++)
            svg.Text(lines[line], 690, y + 60 + (line * 24), 12);
        return y + 290;
    }
}
