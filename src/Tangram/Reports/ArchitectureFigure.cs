namespace Tangram;

/// <summary>The pipeline with this run's numbers.</summary>
internal static class ArchitectureFigure
{
    private const double BoxWidth = 152, BoxHeight = 92, Gap = 32, Top = 88;

    public static Figure Create(ReportData data)
    {
        ModelOptions model = data.Ensemble.Options;
        int inputs = model.Shape.Length, nonZeros = model.MaximumNonZeros;
        long tied = (long)model.Features * inputs;
        (string Title, string[] Lines)[] boxes =
        [
            ("Image x", [$"{model.Shape}", $"flattened: {inputs:N0} values", "pixels / 255"]),
            ("Encoder W", [$"[{model.Features:N0} × {inputs:N0}]", "pre = x Wᵀ", "no bias"]),
            ("Selection", [$"the {nonZeros} largest of {model.Features:N0}", "kept as they are,", "the rest become 0"]),
            ("Code z", [$"{nonZeros} non-zeros", $"{(double)nonZeros / model.Features:P1} of the features",
                $"{(double)nonZeros / inputs:P1} of the {inputs:N0} inputs"]),
            ("Decoder Wᵀ", ["the same W (tied)", "x̂ = z W", "no bias"]),
            ("Reconstruction x̂", [$"{inputs:N0} values", $"reshaped: {model.Shape}", "shown clamped to [0, 1]"]),
        ];
        double width = 48 + (boxes.Length * BoxWidth) + ((boxes.Length - 1) * Gap);
        var svg = new Svg(width, 316, "Architecture",
            $"{(model.Members == 1 ? "The only member" : $"One member of {model.Members}")}; every number is this run's.");
        for (int index = 0; index < boxes.Length; index++)
        {
            double x = 24 + (index * (BoxWidth + Gap));
            svg.Rectangle(x, Top, BoxWidth, BoxHeight, "panel");
            svg.Rectangle(x, Top, BoxWidth, 4, index is 1 or 4 ? "f0" : index is 2 or 3 ? "f1" : "f4");
            svg.Text(boxes[index].Title, x + (BoxWidth / 2), Top + 26, 14, "middle", bold: true);
            for (int line = 0; line < boxes[index].Lines.Length; line++)
                svg.Text(boxes[index].Lines[line], x + (BoxWidth / 2), Top + 46 + (line * 17), 12, "middle", "muted");
            if (index + 1 < boxes.Length)
                Arrow(svg, x + BoxWidth + 5, x + BoxWidth + Gap - 5, Top + (BoxHeight / 2));
        }
        double y = Top + BoxHeight + 44;
        string[] notes =
        [
            $"Parameters of a member: {tied:N0} with tied weights; an encoder and a decoder of their own would take {2 * tied:N0}. Tying saves {tied:N0}, one half.",
            $"Ensemble: {PaperClaims.Plural(model.Members, "member")} of {tied:N0} = {model.Members * tied:N0} parameters; the same batches go " +
                $"through every member.",
            $"Loss: the sum over members of mean (x − x̂)² + λ · ½ · mean over the other members of mean (z − z′)², z′ their codes; λ = " +
                $"{data.Record.Options.Consistency}.",
            $"Training: Adam, rate {data.Record.Options.LearningRate}, batches of {data.Record.Options.Batch}, " +
                $"{PaperClaims.Plural(data.Record.Options.Epochs, "epoch")} of {data.Record.Train.Images:N0} images, " +
                $"{data.Record.Steps:N0} steps, orthogonal initialisation, seed {data.Record.Options.Seed}.",
        ];
        foreach (string note in notes)
        {
            svg.Text(note, 24, y, 13);
            y += 24;
        }
        return new Figure("architecture", "Architecture",
            "The encoder compares the image with every feature (an inner product each), the selection keeps the best matches, and the decoder adds the kept features up, " +
            "each times its activation. Encoder and decoder share one matrix.", svg);
    }

    private static void Arrow(Svg svg, double from, double to, double y)
    {
        svg.Line(from, y, to - 4, y, "axis");
        svg.Path(Svg.Invariant($"M{to - 8:0.##} {y - 4:0.##}L{to:0.##} {y:0.##}L{to - 8:0.##} {y + 4:0.##}"), "axis");
    }
}
