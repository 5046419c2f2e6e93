namespace Tangram;

/// <summary>
/// Quality against sparsity: circles and a line where each k was trained, squares and a dashed line where one dictionary encoded with each k.
/// </summary>
internal static class SweepFigure
{
    private const double Width = 500, Height = 300, Gap = 318, Top = 104;

    /// <summary>Tick labels closer than this, in pixels, would run into each other.</summary>
    private const double LabelRoom = 40;

    public static Svg Create(SweepRecord record)
    {
        (string Name, SweepSeries Series, string CssClass, bool Trained)[] all =
        [
            .. record.Trained is { Results.Count: > 0 } trained ? new[] { ($"trained for each k: {Words(trained)}", trained, "s0", true) } : [],
            .. record.Encoded is { Results.Count: > 0 } encoded ? new[] { ($"one dictionary, encoded with each k: {Words(encoded)}", encoded, "s1", false) } : [],
        ];
        var svg = new Svg(1080, Top + (3 * Gap) + 6, "Quality against sparsity",
            "How well k features of a dictionary of F rebuild images: the smaller k, the sparser the code.");
        for (int index = 0; index < all.Length; index++)
        {
            double y = 74 + (18 * index);
            svg.Line(24, y - 4, 52, y - 4, $"line {all[index].CssClass}{(all[index].Trained ? "" : " dash")}");
            Mark(svg, 38, y - 4, all[index].CssClass, all[index].Trained);
            svg.Text(Svg.Shortened(all[index].Name, 12, 990), 62, y, 12);
        }
        (string Title, string Label, bool OfShare, Func<SweepResult, double> Value)[] charts =
        [
            ("Correlation against k", "mean Pearson", false, result => result.Pearson),
            ("Error against k", "MSE", false, result => result.Mse),
            ("Good reconstructions", "images with Pearson above .9, %", false, result => 100 * result.PearsonAbove90),
            ("Dead features", "features that no image activates, %", false, result => 100 * result.DeadFraction),
            ("Correlation against the share of active features", "mean Pearson", true, result => result.Pearson),
            ("Error against the share of active features", "MSE", true, result => result.Mse),
        ];
        for (int index = 0; index < charts.Length; index++)
        {
            var (title, label, ofShare, value) = charts[index];
            var plot = new Plot(svg, index % 2 == 0 ? 24 : 552, Top + (index / 2 * Gap), Width, Height, title);
            Draw(svg, plot, [.. all.Select(one => (one.Series, one.CssClass, one.Trained))], label, ofShare, value);
        }
        return svg;
    }

    private static void Draw(Svg svg, Plot plot, (SweepSeries Series, string CssClass, bool Trained)[] all, string label, bool ofShare,
        Func<SweepResult, double> value)
    {
        SweepResult[] results = [.. all.SelectMany(one => one.Series.Results)];
        double[] places = [.. results.Select(Place).Distinct().Order()];
        Scale x = Scale.Linear(places, plot.XFrom, plot.XTo), y = Scale.Linear(results.Select(value), plot.YFrom, plot.YTo, leastSpan: 0.02);
        plot.Axes(x, y, ofShare ? "k / F, % (log)" : "k (log)", label, Ticks());
        foreach (var (series, css, trained) in all)
        {
            (double X, double Y)[] points = [.. series.Results.Select(result => (Place(result), value(result))).Where(point => double.IsFinite(point.Item2))];
            plot.Line(x, y, points, trained ? css : $"{css} dash");
            foreach (var (px, py) in points)
                Mark(svg, x[px], y[py], css, trained);
        }

        double Place(SweepResult result) => Math.Log2(ofShare ? 100.0 * result.K / result.Features : result.K);

        static string Label(double value) => value switch
        {
            < 0.1 => Svg.Invariant($"{value:0.00##}"),
            < 1 => Svg.Invariant($"{value:0.00}"),
            _ => Svg.Invariant($"{value:#,0.##}"),
        };

        // At each k, as far as there is room.
        List<(double, string)> Ticks()
        {
            var ticks = new List<(double Value, string Label)>();
            foreach (double place in places)
            {
                if (ticks.Count == 0 || x[place] - x[ticks[^1].Value] >= LabelRoom)
                    ticks.Add((place, Label(Math.Pow(2, place))));
            }
            return ticks;
        }
    }

    private static void Mark(Svg svg, double x, double y, string cssClass, bool circle)
    {
        string fill = cssClass.Replace('s', 'f');
        if (circle)
            svg.Circle(x, y, 4, fill);
        else
            svg.Rectangle(x - 4, y - 4, 8, 8, fill);
    }

    private static string Words(SweepSeries series) =>
        $"F = {Svg.Invariant($"{series.Options.Features:N0}")}, learned from {series.Train.Name}, evaluated on {series.Evaluated.Name}";
}
