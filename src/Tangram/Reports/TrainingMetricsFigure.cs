namespace Tangram;

/// <summary>Loss, MSE, Pearson and dead features over training.</summary>
internal static class TrainingMetricsFigure
{
    /// <summary>Of an axis, as a share of its values: less is noise.</summary>
    private const double LeastSpan = 0.05;

    public static Figure Create(ReportData data)
    {
        IReadOnlyList<HistoryRow> history = data.Record.History;
        var svg = new Svg(960, 640, "Training",
            $"{PaperClaims.Plural(history.Count, "evaluation")}, means over {PaperClaims.Plural(data.Record.Options.Members, "member")}. Train: a " +
            $"fixed sample of {data.Record.Train.Name}; held out: {data.Record.Test.Name}.");
        Chart(svg, 24, 76, history, "Loss (mean over the epoch's steps)", "loss",
            ("reconstruction, Σ members", "s0", row => row.Reconstruction),
            ("λ · consistency", "s1 dash", row => row.Loss - row.Reconstruction));
        Chart(svg, 492, 76, history, "Mean squared error", "MSE", ("train", "s0", row => row.TrainMse), ("held out", "s1 dash", row => row.TestMse));
        Chart(svg, 24, 356, history, "Pearson correlation of image and reconstruction", "Pearson", ("train", "s0", row => row.TrainPearson), ("held out", "s1 dash", row => row.TestPearson));
        Chart(svg, 492, 356, history, "Features", "features",
            ("dead, per member", "s0", row => row.DeadFeatures),
            ("re-initialised, in all", "s1 dash", row => row.Reinitialised));
        return new Figure("training_metrics", "Training",
            "Quality on images that were learned from and on images that weren't: lines that run together mean no overfitting. A feature is dead when no held-out image activates it; " +
            "re-initialised features are counted in the epoch before each point.", svg);
    }

    private static void Chart(Svg svg, double x, double y, IReadOnlyList<HistoryRow> history, string title, string unit, params (string Label, string CssClass, Func<HistoryRow, double> Value)[] series)
    {
        var plot = new Plot(svg, x, y, 444, 264, title);
        // From 0, where training starts; a single evaluation stands in the middle.
        Scale epochs = Scale.Linear(history.Select(row => (double)row.Epoch).Append(0).Append(history.Count == 1 ? 2 * history[0].Epoch : 0),
            plot.XFrom, plot.XTo);
        // Room for the legend above the marks.
        Scale values = Scale.Linear(series.SelectMany(one => history.Select(one.Value)), plot.YFrom, plot.YTo + 18,
            includeZero: unit is "features" or "loss", LeastSpan);
        int every = Math.Max(1, history.Count / 10);
        plot.Axes(epochs, values, "epoch", unit,
            [.. history.Where(row => row.Epoch % every == 0).Select(row => ((double)row.Epoch, $"{row.Epoch}"))]);
        foreach (var (_, cssClass, value) in series)
            plot.Line(epochs, values, history.Select(row => ((double)row.Epoch, value(row))), cssClass, dots: true);
        plot.Legend([.. series.Select(one => (one.Label, one.CssClass))]);
    }
}
