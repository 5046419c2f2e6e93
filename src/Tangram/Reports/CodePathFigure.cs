namespace Tangram;

/// <summary>One image's way through the model, step by step, with its numbers.</summary>
internal static class CodePathFigure
{
    private const double Left = 24, PageWidth = 1120;
    private const int Strongest = 8;

    public static Figure Create(ReportData data)
    {
        int image = data.Examples(3)[^1];
        string title = $"One {data.ItemWord} through the model";
        ModelOptions model = data.Ensemble.Options;
        var svg = new Svg(PageWidth, 0, title, $"{data.Images.Name}, {data.ItemWord} {image}{(data.Images.HasLabels ? $" ({Svg.Shortened(data.ClassOf(image), 12, 300)})" : "")}, member 0: every number is this {data.ItemWord}'s.");
        float[] x = data.Image(image), pre = PreActivations(data.Shown, x);
        var (features, activations) = data.Table.Codes[image];
        int[] order = [.. Enumerable.Range(0, features.Length).OrderByDescending(slot => Math.Abs(activations.Span[slot]))];
        double y = Steps(svg, data, image, x, pre, 84);
        svg.Break(y + 8);
        y = Selection(svg, data, image, pre, y + 20);
        svg.Break(y + 8);
        y = Sum(svg, data, image, [.. order.Select(slot => features.Span[slot])], [.. order.Select(slot => activations.Span[slot])], y + 20);
        svg.Height = y + 8;
        return new Figure("code_path", title,
            (data.Shape.IsImage ? "The image becomes a vector; its" : "The row is a vector; its") + " inner product with each feature is a pre-activation; the largest stay, and are the code; each active feature times its activation is added up. " +
            (model.PreBias ? $"The bias that all {data.ItemsWord} share is taken off first and added last. " : "") + "The features stand one by one; below, apart from them, what is there after the 1, 2, 4, … strongest are added up.", svg);
    }

    /// <summary>x Wᵀ and the biases' share, as the encoder has it before selection, [F].</summary>
    private static float[] PreActivations(SparseAutoencoder autoencoder, float[] x)
    {
        using var row = new FloatMatrix(1, x.Length);
        x.CopyTo(row.Row(0));
        using var workers = new Workers(1);
        using FloatMatrix products = RowProducts.Of(autoencoder.Encoder, row, workers);
        return [.. Enumerable.Range(0, products.Rows).Select(feature => products.Row(feature)[0] + (autoencoder.PreActivationOffsets?[feature] ?? 0))];
    }

    private static double Steps(Svg svg, ReportData data, int image, float[] x, float[] pre, double y)
    {
        ModelOptions model = data.Ensemble.Options;
        var size = new PictureSize(data.Drawn, 112);
        int side = size.Height;
        svg.Image(size.Of(data.Draw(x, x)), Left, y, $"image {image}");
        svg.Image(size.Of(data.Draw(data.Reconstruction(image), x)), PageWidth - Left - Math.Max(size.Width, 112), y, $"reconstruction {image}");
        svg.Text("the reconstruction", PageWidth - Left - Math.Max(size.Width, 112), y + side + 15, 11, cssClass: "muted");
        svg.Text($"the {data.ItemWord}", Left, y + side + 15, 11, cssClass: "muted");
        int active = data.Table.Codes[image].Features.Length;
        int[] largest = [.. Enumerable.Range(0, pre.Length).OrderByDescending(feature => pre[feature]).ThenBy(feature => feature).Take(3)];
        double text = Left + Math.Max(size.Width, 112) + 28;
        string matrix = model.Untied ? "V" : "W";
        string[] lines =
        [
            $"1  {(data.Shape.IsImage ? "Flattened" : "As it is")}: {data.Shape} → x, {x.Length:N0} values: {string.Join(", ", x.Take(4).Select(Value))}, …",
            $"2  Encoder: pre = {(model.PreBias ? "(x − b)" : "x")} Wᵀ{(model.EncoderBias ? " + c" : "")}, W [{model.Features:N0} × {x.Length:N0}]: pre of feature 0, 1, 2 is {string.Join(", ", pre.Take(3).Select(Value))}, …",
            $"3  Selection: the {model.MaximumNonZeros} largest of {model.Features:N0} {(model.IsRectified ? "that are positive " : "")}stay, the rest become 0; largest: {string.Join(", ", largest.Select(feature => $"#{feature} {Value(pre[feature])}"))}",
            $"4  Code: {active} features and their activations, the representation of this {data.ItemWord}",
            $"5  Decoder: x̂ = z {matrix}{(model.PreBias ? " + b" : "")}: MSE {ErrorText.Of(data.Quality[image].Mse)}, Pearson {Figure.Number(data.Quality[image].Pearson)}",
        ];
        for (int line = 0; line < lines.Length; line++)
            svg.Text(Svg.Shortened(lines[line], 12, 1.18 * (PageWidth - text - 170)), text, y + 16 + (line * 24), 12);
        return y + Math.Max(side, 120) + 20;
    }

    /// <summary>All pre-activations by rank, with the line that selection draws.</summary>
    private static double Selection(Svg svg, ReportData data, int image, float[] pre, double y)
    {
        float[] sorted = [.. pre.OrderDescending()];
        int chosen = data.Table.Codes[image].Features.Length;
        var plot = new Plot(svg, Left, y, PageWidth - (2 * Left), 230, "Pre-activations of all features, the largest first");
        Scale across = Scale.Logarithmic([1, sorted.Length], plot.XFrom, plot.XTo), up = Scale.Linear(sorted.Select(value => (double)value), plot.YFrom, plot.YTo + 18, includeZero: true);
        plot.Axes(across, up, "rank (log)", "pre-activation");
        int every = Math.Max(1, sorted.Length / 800);
        plot.Line(across, up, Enumerable.Range(1, sorted.Length).Where(rank => rank <= chosen || rank % every == 0).Select(rank => ((double)rank, (double)sorted[rank - 1])), "s4");
        plot.Line(across, up, Enumerable.Range(1, chosen).Select(rank => ((double)rank, (double)sorted[rank - 1])), "s1");
        plot.Legend(($"the {chosen} that stay", "s1"), ("become 0", "s4"));
        return y + 236;
    }

    /// <summary>The strongest features one by one; under a heading of their own, and closer together than these, the sums of the first so many.</summary>
    private static double Sum(Svg svg, ReportData data, int image, int[] features, float[] activations, double y)
    {
        var size = new PictureSize(data.Drawn, 84);
        int height = size.Height, shown = Math.Min(Strongest, features.Length);
        double cell = (PageWidth - (2 * Left)) / Strongest;
        float[] original = data.Image(image);
        double limit = shown == 0 ? 1 : Enumerable.Range(0, shown).Max(place => data.Shown.Feature(features[place]).Max(weight => Math.Abs(weight * activations[place])));
        svg.Text($"The {shown} strongest active features one by one, each times its activation: orange adds, blue takes away", Left, y + 14, 13, bold: true);
        ColourBar.Draw(svg, PageWidth - Left - 260, y + 4, 160, -limit, limit);
        y += 34;
        for (int place = 0; place < shown; place++)
        {
            double x = Left + (place * cell);
            float[] part = Array.ConvertAll(data.Shown.Feature(features[place]), weight => weight * activations[place]);
            svg.Image(size.Of(Mosaic.Picture(part, data.Drawn, Stretch.Signed, limit)), x, y, $"feature {features[place]} times its activation");
            svg.Text($"rank {place + 1}: feature #{features[place]}", x, y + height + 15, 11);
            svg.Text($"activation {Value(activations[place])}", x, y + height + 30, 11, cssClass: "muted");
        }
        y += height + 44;
        int[] terms = [.. Enumerable.Range(0, Strongest + 1).Select(step => step == Strongest ? features.Length : Math.Min(1 << step, features.Length)).Distinct()];
        svg.Line(Left, y, PageWidth - Left, y, "grid");
        svg.Break(y + 4);
        y += 18;
        string bias = data.Ensemble.Options.PreBias ? ", and the bias" : "";
        svg.Text($"What is there after adding up the first so many of the ranking{bias}", Left, y + 14, 13, bold: true);
        y += 28;
        cell = (PageWidth - (2 * Left)) / (Strongest + 1);
        for (int index = 0; index < terms.Length; index++)
        {
            double x = Left + (index * cell);
            float[] sum = data.Shown.Decode(features.AsSpan(0, terms[index]), activations.AsSpan(0, terms[index]));
            svg.Image(size.Of(data.Draw(sum, original)), x, y, $"sum of the {terms[index]} strongest");
            svg.Text(terms[index] == features.Length ? $"sum of all {terms[index]}" : terms[index] == 1 ? "rank 1 alone" : $"sum of ranks 1–{terms[index]}", x, y + height + 15, 11);
            svg.Text($"Pearson {Figure.Number(Correlation.Pearson(original, sum), "F3")}", x, y + height + 30, 11, cssClass: "muted");
        }
        return y + height + 42;
    }

    private static string Value(float value) => value == 0 ? "0" : Svg.Invariant($"{value:G3}");
}
