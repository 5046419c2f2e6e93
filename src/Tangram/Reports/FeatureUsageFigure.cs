namespace Tangram;

/// <summary>How often and how strongly features are active.</summary>
internal static class FeatureUsageFigure
{
    private const int Bins = 40, MostActive = DictionaryAnalysis.MostActive;

    public static Figure Create(ReportData data)
    {
        FeatureUse[] use = data.Table.Use;
        DictionaryStatistics statistics = data.Statistics[0];
        int[] alive = data.Table.Alive;
        var svg = new Svg(1080, 1060, "Feature usage",
            $"{use.Length:N0} features of member 0 over {data.Shape.Items(data.Images.Count)} of {data.Images.Name}; {use.Length - alive.Length:N0} are dead.");

        var frequency = new Plot(svg, 24, 76, 500, 300, "How often features are active");
        Histogram(frequency, [.. alive.Select(feature => use[feature].Frequency)], $"activation frequency (share of {data.ItemsWord})", "features (log)");
        frequency.Note($"{alive.Length:N0} alive; {use.Length - alive.Length:N0} dead (frequency 0) not drawn");

        var rank = new Plot(svg, 552, 76, 500, 300, "Frequency by rank");
        double[] sorted = [.. use.Select(one => one.Frequency).Where(value => value > 0).OrderDescending()];
        Scale x = Scale.Logarithmic(sorted.Select((_, index) => index + 1.0), rank.XFrom, rank.XTo), y = Scale.Logarithmic(sorted, rank.YFrom, rank.YTo + 18);
        rank.Axes(x, y, "rank (log)", "activation frequency (log)");
        rank.Line(x, y, sorted.Select((value, index) => (index + 1.0, value)), "s0");
        rank.Note($"Gini {Figure.Number(statistics.Gini, "F3")} (untrained {Figure.Number(data.UntrainedMean(one => one.Gini), "F3")}); the first tenth has {Figure.Number(statistics.HeadShare, "P0")} of all");

        svg.Break(388);
        Most(svg, data, 400);
        svg.Break(716);

        var scatter = new Plot(svg, 24, 724, 500, 300, "Frequency against mean activation");
        Scale log = Scale.Logarithmic(alive.Select(feature => use[feature].Frequency), scatter.XFrom, scatter.XTo);
        Scale activation = Scale.Linear(alive.Select(feature => use[feature].MeanActivation), scatter.YFrom, scatter.YTo + 18, includeZero: true);
        scatter.Axes(log, activation, "activation frequency (log)", "mean activation when active");
        scatter.Points(log, activation, alive.Select(feature => (use[feature].Frequency, use[feature].MeanActivation)), "f0");
        scatter.Note($"Spearman {Figure.Number(statistics.FrequencyActivationRank, "F3")} (untrained " +
            $"{Figure.Number(data.UntrainedMean(one => one.FrequencyActivationRank), "F3")})");

        var values = new Plot(svg, 552, 724, 500, 300, "Activation values of all codes");
        Histogram(values, [.. data.Table.Codes.Value.ToArray().Select(value => (double)value)], "activation", "activations (log)");
        ActivationShape shape = statistics.Activations;
        values.Note($"skewness {Figure.Number(shape.Skewness, "F2")} (untrained {Figure.Number(data.UntrainedMean(one => one.Activations.Skewness), "F2")}), " +
            $"excess kurtosis {Figure.Number(shape.Kurtosis, "F1")} ({Figure.Number(data.UntrainedMean(one => one.Activations.Kurtosis), "F1")})");
        svg.Height = 1048;
        return new Figure("feature_usage_statistics", "Feature usage",
            "Use is uneven: the rank curve would be flat, and Gini 0, if all features were used alike. Spearman's coefficient says whether features that are active more often are also active more strongly. " +
            "The values of activations are skewed where many are small and few are large; a normal distribution has skewness 0 and excess kurtosis 0. " +
            (data.Ensemble.Options.IsRectified ? "Only positive activations are kept."
                : "TopK keeps values as they are, so some activations may be negative."), svg);
    }

    private static void Histogram(Plot plot, double[] values, string xLabel, string yLabel)
    {
        Scale x = Scale.Linear(values, plot.XFrom, plot.XTo, includeZero: true);
        double low = x.Ticks[0], width = (x.Ticks[^1] - low) / Bins;
        var counts = new double[Bins];
        foreach (double value in values)
            counts[Math.Clamp((int)((value - low) / width), 0, Bins - 1)]++;
        // Points, for a logarithmic axis has no 0 for bars to start at; half a count below it, so that a bin of one stands off it; room for a note above.
        Scale y = Scale.Logarithmic(counts, plot.YFrom, plot.YTo + 18, lowest: 0.5);
        plot.Axes(x, y, xLabel, yLabel);
        plot.Points(x, y, counts.Select((count, bin) => (low + ((bin + 0.5) * width), count)).Where(bin => bin.count > 0), "f0", radius: 3.5, opacity: 1);
    }

    /// <summary>The most active features: their pictures and frequencies.</summary>
    private static void Most(Svg svg, ReportData data, double y)
    {
        int[] most = [.. data.Table.ByFrequency.Take(MostActive)];
        svg.Text($"The {most.Length} most active features: number and frequency; {data.FeatureWords}", 24, y + 14, 13,
            bold: true);
        var size = new PictureSize(data.Drawn, 56);
        int width = size.Width;
        double cell = 1028.0 / 13;
        for (int index = 0; index < most.Length; index++)
        {
            double x = 24 + (index % 13 * cell), top = y + 30 + (index / 13 * (size.Height + 84));
            double share = data.Table.Use[most[index]].Frequency;
            svg.Image(size.Of(data.DrawFeature(most[index])), x, top, $"feature {most[index]}");
            svg.Text($"#{most[index]}", x, top + size.Height + 15, 11);
            svg.Rectangle(x, top + size.Height + 21, width, 6, "panel");
            svg.Rectangle(x, top + size.Height + 21, width * share, 6, "f0");
            svg.Text($"{share:P1}", x, top + size.Height + 41, 11, cssClass: "muted");
        }
    }
}
