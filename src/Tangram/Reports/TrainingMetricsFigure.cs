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
            $"fixed sample of {data.Record.Train.Name}; held out: {data.Trained.Test.Name}.");
        Chart(svg, 24, 76, history, "Loss (mean over the epoch's steps)", "loss",
            [.. LossTerms(data.Record.Options)]);
        Chart(svg, 492, 76, history, "Mean squared error", "MSE", ("train", "s0", row => row.TrainMse), ("held out", "s1 dash", row => row.TestMse));
        svg.Break(348);
        Chart(svg, 24, 356, history, $"Pearson correlation of {data.ItemWord} and reconstruction", "Pearson", ("train", "s0", row => row.TrainPearson), ("held out", "s1 dash", row => row.TestPearson));
        Counts(svg, 492, 356, history);
        return new Figure("training_metrics", "Training",
            $"Quality on {data.ItemsWord} that were learned from and on {data.ItemsWord} that weren't: lines that run together mean no overfitting. A feature is dead when no held-out {data.ItemWord} activates it; " +
            "a bar, with its number, stands for the features that were re-initialised during an epoch.", svg);
    }

    private static IEnumerable<(string Label, string CssClass, Func<HistoryRow, double> Value)> LossTerms(TrainingOptions options)
    {
        yield return (options.Members == 1 ? "reconstruction" : "reconstruction, Σ members", "s0", row => row.Reconstruction);
        if (options.Members > 1)
            yield return ("λ · consistency", "s1 dash", row => options.Consistency * row.Consistency);
        if (options.Auxiliary.Weight > 0)
            yield return ("α · auxiliary", "s2", row => options.Auxiliary.Weight * row.Auxiliary);
    }

    /// <summary>Dead features as a line, those re-initialised during an epoch as a bar of its width with their number.</summary>
    private static void Counts(Svg svg, double x, double y, IReadOnlyList<HistoryRow> history)
    {
        var plot = new Plot(svg, x, y, 444, 264, "Features");
        Scale epochs = Epochs(plot, history);
        // Room for the legend and the bars' numbers.
        Scale values = Scale.Linear(history.SelectMany(row => new[] { row.DeadFeatures, row.Reinitialised }), plot.YFrom, plot.YTo + 34, includeZero: true, LeastSpan);
        plot.Axes(epochs, values, "epoch", "features", EpochTicks(history));
        plot.Bars(epochs, values, history.Select(row => (row.Epoch - 0.8, row.Epoch - 0.2, (double)row.Reinitialised)), "f1");
        plot.Line(epochs, values, history.Select(row => ((double)row.Epoch, row.DeadFeatures)), "s0", dots: true);
        foreach (HistoryRow row in history.Where(row => row.Reinitialised > 0))
        {
            string number = $"{row.Reinitialised:N0}";
            if (Svg.TextWidth(number, 10) < epochs[1] - epochs[0])
                svg.Text(number, epochs[row.Epoch - 0.5], values[row.Reinitialised] - 4, 10, "middle");
        }
        bool replaced = history.Any(row => row.Reinitialised > 0);
        plot.Legend([("dead, per member", "s0"), .. replaced ? [("re-initialised, in all", "f1")] : Array.Empty<(string, string)>()]);
    }

    /// <summary>From 0, where training starts; a single evaluation stands in the middle.</summary>
    private static Scale Epochs(Plot plot, IReadOnlyList<HistoryRow> history) => Scale.Linear(
        history.Select(row => (double)row.Epoch).Append(0).Append(history.Count == 1 ? 2 * history[0].Epoch : 0), plot.XFrom, plot.XTo);

    private static (double, string)[] EpochTicks(IReadOnlyList<HistoryRow> history)
    {
        int every = Math.Max(1, history.Count / 10);
        return [.. history.Where(row => row.Epoch % every == 0).Select(row => ((double)row.Epoch, $"{row.Epoch}"))];
    }

    private static void Chart(Svg svg, double x, double y, IReadOnlyList<HistoryRow> history, string title, string unit, params (string Label, string CssClass, Func<HistoryRow, double> Value)[] series)
    {
        var plot = new Plot(svg, x, y, 444, 264, title);
        Scale epochs = Epochs(plot, history);
        // Room for the legend above the marks.
        Scale values = Scale.Linear(series.SelectMany(one => history.Select(one.Value)), plot.YFrom, plot.YTo + 18,
            includeZero: unit == "loss", LeastSpan);
        plot.Axes(epochs, values, "epoch", unit, EpochTicks(history));
        foreach (var (_, cssClass, value) in series)
            plot.Line(epochs, values, history.Select(row => ((double)row.Epoch, value(row))), cssClass, dots: true);
        plot.Legend([.. series.Select(one => (one.Label, one.CssClass))]);
    }
}
