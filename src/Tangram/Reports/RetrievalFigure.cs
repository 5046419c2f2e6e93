namespace Tangram;

/// <summary>What lies nearest to a few images by their codes and by their pixels, and how often it has their class.</summary>
internal static class RetrievalFigure
{
    private const int Examples = 5;
    private const double Width = 1120, Left = 24, Words = 58, Gap = 6, Mark = 12;

    public static Figure Create(ReportData data)
    {
        const string Name = "retrieval";
        string title = $"{(data.Shape.IsImage ? "Images" : "Rows")} with similar codes";
        string spread = data.Images.HasLabels ? $"the first {data.ItemWord} of some classes" : $"some {data.ItemsWord}";
        var svg = new Svg(Width, 0, title, $"{data.Images.Name}, member 0. The nearest of {data.Shape.Items(data.Images.Count)} to {spread}, " +
            $"by cosine of codes and by cosine of centred {data.ValuesWord}; variants of the query itself are left out.");
        double y = Neighbours(svg, data, data.Examples(Examples), 84);
        if (data.Retrieval is { } retrieval)
        {
            Precision(svg, retrieval, y + 10);
            Differences(svg, retrieval, y + 10);
            y += 340;
        }
        else
        {
            svg.Text(data.Images.HasLabels ? $"Precision isn't measured: it takes two classes of {data.ItemsWord} with ten others each." : $"The {data.ItemsWord} have no labels: precision isn't measured.", Left, y + 20, 13);
            y += 40;
        }
        svg.Height = y;
        return new Figure(Name, title,
            $"Do {data.ItemsWord} with similar codes belong together, though no label was seen in training? " +
            $"Precision@{Retrieval.Neighbours}: of {data.AnItem}'s ten nearest, the share that has its class, a mean within each class and then over classes. Beside codes stand what needs no training, " +
            "codes of an untrained dictionary, " + $"{data.ValuesWord} less the mean {data.ItemWord}, and their principal components. Bars and points carry 95 % intervals (bootstrap over queries, paired for differences): " +
            "where a difference's interval holds 0, nothing is shown." + (data.DrawnWords.Length > 0 ? " " + data.DrawnWords : ""), svg);
    }

    /// <summary>Each query with two rows of neighbours.</summary>
    private static double Neighbours(Svg svg, ReportData data, int[] queries, double y)
    {
        var size = new PictureSize(data.Drawn, 64);
        double width = size.Width, height = size.Height;
        double words = Left + Math.Max(width, 96) + 16, first = words + Words;
        int shown = Math.Clamp((int)((Width - Left - first) / (width + Gap)), 1, Retrieval.Neighbours);
        (string Words, int[][] Nearest)[] rows =
        [
            ("by codes", Nearest(data, data.Spaces[0], queries, shown)),
            ($"by {data.ValuesWord}", Nearest(data, data.Spaces[2], queries, shown)),
        ];
        svg.Text("query", Left, y, 13, bold: true);
        svg.Text($"its nearest {data.ItemsWord}, the nearest first", first, y, 13, bold: true);
        if (data.Images.HasLabels)
            Legend(svg, first + 270, y);
        y += 14;
        for (int query = 0; query < queries.Length; query++)
        {
            float[] values = data.Image(queries[query]);
            svg.Image(size.Of(data.Draw(values, values)), Left, y, $"image {queries[query]}");
            svg.Text(Svg.Shortened(data.ClassOf(queries[query]), 11, words - Left - 8), Left, y + height + 14, 11, cssClass: "muted");
            foreach (var (text, nearest) in rows)
            {
                svg.Text(text, words, y + (height / 2) + 4, 11, cssClass: "muted");
                Row(svg, data, queries[query], nearest[query], size, first, y);
                y += height + Mark + 6;
            }
            y += 14;
            svg.Break(y - 6);
        }
        return y + 10;
    }

    private static int[][] Nearest(ReportData data, VectorSpace space, int[] queries, int count) =>
        data.WithWorkers(workers => NearestImages.Of(space, data.Images, queries, count, workers, data.Cancellation));

    private static void Row(Svg svg, ReportData data, int query, int[] nearest, PictureSize size, double x, double y)
    {
        double width = size.Width, height = size.Height;
        if (nearest.Length == 0)
            svg.Text($"There is no other {data.ItemWord}.", x, y + (height / 2) + 4, 11, cssClass: "muted");
        foreach (int image in nearest)
        {
            float[] values = data.Image(image);
            svg.Image(size.Of(data.Draw(values, values)), x, y, $"{data.ItemWord} {image}, {data.ClassOf(image)}");
            if (data.Images.HasLabels)
                Draw(svg, data.Images.Label(image) == data.Images.Label(query), x, y + height + 2, width);
            x += width + Gap;
        }
    }

    /// <summary>A bar for the query's class, a cross for another: they differ in form as in colour.</summary>
    private static void Draw(Svg svg, bool same, double x, double y, double width)
    {
        if (same)
        {
            svg.Rectangle(x, y + 2, width, 5, "f0");
            return;
        }
        double middle = x + (width / 2);
        svg.Line(middle - 4, y, middle + 4, y + 8, "line s1");
        svg.Line(middle - 4, y + 8, middle + 4, y, "line s1");
    }

    private static void Legend(Svg svg, double x, double y)
    {
        Draw(svg, same: true, x, y - 9, 28);
        svg.Text("of the query's class", x + 34, y, 11, cssClass: "muted");
        Draw(svg, same: false, x + 176, y - 9, 28);
        svg.Text("of another class", x + 208, y, 11, cssClass: "muted");
    }

    private static void Precision(Svg svg, Retrieval retrieval, double y)
    {
        var plot = new Plot(svg, Left, y, 540, 310, $"Precision@{Retrieval.Neighbours}, {retrieval.Queries:N0} queries of {retrieval.Classes} classes");
        int count = retrieval.Spaces.Count;
        Scale x = Scale.Linear([0, count], plot.XFrom, plot.XTo);
        Scale precision = Scale.Linear(retrieval.Spaces.Select(space => space.Precision.High).Append(retrieval.Chance), plot.YFrom, plot.YTo + 36, includeZero: true);
        plot.Axes(x, precision, "vectors that are compared", "class-balanced precision", [.. retrieval.Spaces.Select((space, index) => (index + 0.5, space.Space))]);
        for (int index = 0; index < count; index++)
        {
            Estimate estimate = retrieval.Spaces[index].Precision;
            plot.Bars(x, precision, [(index + 0.2, index + 0.8, estimate.Mean)], index == 0 ? "f0" : "f4");
            plot.Interval(x[index + 0.5], precision, estimate.Low, estimate.High);
            svg.Text(Figure.Number(estimate.Mean, "F3"), x[index + 0.5], precision[estimate.High] - 7, 11, "middle");
        }
        svg.Line(plot.XFrom, precision[retrieval.Chance], plot.XTo, precision[retrieval.Chance], "line dash s1");
        plot.Note($"dashed: by chance, {Figure.Number(retrieval.Chance, "F3")}");
    }

    private static void Differences(Svg svg, Retrieval retrieval, double y)
    {
        var plot = new Plot(svg, 572, y, 524, 310, "Precision of codes less that of …");
        int count = retrieval.Differences.Count;
        Scale x = Scale.Linear([0, count], plot.XFrom, plot.XTo);
        Scale difference = Scale.Linear(retrieval.Differences.SelectMany(one => new[] { one.Low, one.High }), plot.YFrom, plot.YTo + 44, includeZero: true);
        plot.Axes(x, difference, "vectors that codes are compared with", "difference", [.. retrieval.Differences.Select((_, index) => (index + 0.5, retrieval.Spaces[index + 1].Space))]);
        svg.Line(plot.XFrom, difference[0], plot.XTo, difference[0], "axis");
        if (!difference.Ticks.Any(tick => Math.Abs(tick) < 1e-12))
            svg.Text("0", plot.XFrom - 6, difference[0] + 4, 11, "end", "muted");
        for (int index = 0; index < count; index++)
        {
            Estimate estimate = retrieval.Differences[index];
            double middle = x[index + 0.5];
            plot.Interval(middle, difference, estimate.Low, estimate.High);
            svg.Circle(middle, difference[estimate.Mean], 5, "f0");
            svg.Text(Signed(estimate.Mean), middle, plot.YTo + 12, 12, "middle", bold: true);
            svg.Text($"{Signed(estimate.Low)} … {Signed(estimate.High)}", middle, plot.YTo + 27, 11, "middle", "muted");
        }
    }

    private static string Signed(double value) => Figure.Number(value, "+0.000;−0.000;0.000");
}
