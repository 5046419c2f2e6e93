namespace Tangram;

/// <summary>The pipeline with this run's numbers.</summary>
internal static class ArchitectureFigure
{
    private const double BoxWidth = 152, BoxHeight = 92, Gap = 32, Top = 88;

    public static Figure Create(ReportData data)
    {
        ModelOptions model = data.Ensemble.Options;
        int inputs = model.Shape.Length, most = model.MaximumNonZeros;
        double nonZeros = model.IsRectified ? data.Record.Evaluation!.L0.Mean : most;
        var (biases, biasWords) = (model.PreBias, model.EncoderBias) switch
        {
            (true, true) => ("(x − b) Wᵀ + c", "b, c: learned biases"),
            (true, false) => ("(x − b) Wᵀ", "b: a learned bias"),
            (false, true) => ("x Wᵀ + c", "c: a learned bias"),
            _ => ("x Wᵀ", "no bias"),
        };
        string decoder = model.Untied ? "V" : "W", added = model.PreBias ? " + b" : "";
        (string Title, string[] Lines)[] boxes =
        [
            (data.Shape.IsImage ? "Image x" : "Row x", [$"{model.Shape}", $"flattened: {inputs:N0} values", model.Shape.IsImage ? "pixels / 255" : "as they are"]),
            ("Encoder W", [$"[{model.Features:N0} × {inputs:N0}]", $"pre = {biases}", biasWords]),
            ("Selection", [$"the {most} largest of {model.Features:N0}", model.IsRectified ? "kept where positive," : "kept as they are,", "the rest become 0"]),
            ("Code z", [model.IsRectified ? $"{nonZeros:F1} non-zeros, mean" : $"{nonZeros} non-zeros", $"{nonZeros / model.Features:P1} of the features",
                $"{nonZeros / inputs:P1} of the {inputs:N0} inputs"]),
            (model.Untied ? "Decoder V" : "Decoder Wᵀ", [model.Untied ? $"[{model.Features:N0} × {inputs:N0}], own" : "the same W (tied)",
                $"x̂ = z {decoder}{added}", model.PreBias ? "the same b" : "no bias"]),
            ("Reconstruction x̂", [$"{inputs:N0} values", model.Shape.IsImage ? $"reshaped: {model.Shape}" : $"{model.Shape}", model.Shape.IsImage ? "shown clamped to [0, 1]" : "not clamped"]),
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
        string[] notes = [.. Notes(data)];
        foreach (string note in notes)
        {
            svg.Text(note, 24, y, 13);
            y += 24;
        }
        svg.Height = y - 4;
        return new Figure("architecture", "Architecture",
            $"The encoder compares the {data.ItemWord} with every feature (an inner product each), the selection keeps the best matches, and the decoder adds the kept features up, " +
            "each times its activation. " + (model.Untied ? "Encoder and decoder have a matrix each: what a feature looks for, and what it adds." : "Encoder and decoder share one matrix."),
            svg);
    }

    private static IEnumerable<string> Notes(ReportData data)
    {
        ModelOptions model = data.Ensemble.Options;
        TrainingOptions options = data.Record.Options;
        long matrix = (long)model.Features * model.Shape.Length, biases = (model.EncoderBias ? model.Features : 0) + (model.PreBias ? model.Shape.Length : 0);
        long all = (model.Untied ? 2 * matrix : matrix) + biases;
        string ofBiases = biases > 0 ? $", {biases:N0} of them biases" : "";
        yield return model.Untied
            ? $"Parameters of a member: {all:N0}, encoder and decoder {matrix:N0} each{ofBiases}. Tied weights would save {matrix:N0}."
            : $"Parameters of a member: {all:N0} with tied weights{ofBiases}; an encoder and a decoder of their own would take {all + matrix:N0}. Tying saves " +
              $"{matrix:N0}{(biases > 0 ? "." : ", one half.")}";
        yield return $"Ensemble: {PaperClaims.Plural(model.Members, "member")} of {all:N0} = {model.Members * all:N0} parameters; the same batches go " +
            "through every member.";
        yield return model.Members == 1 ? "Loss: mean (x − x̂)²."
            : "Loss: the sum over members of mean (x − x̂)² + λ · ½ · mean over the other members of mean (z − z′)², z′ their codes; λ = " +
              $"{options.Consistency}.";
        if (options.Auxiliary.Weight > 0)
            yield return $"Auxiliary loss: α · mean (x − x̂ − a)², a what at most {options.Auxiliary.K} features inactive for {options.Auxiliary.DeadAfter} steps make; " +
                $"α = {options.Auxiliary.Weight}.";
        yield return $"Training: Adam, rate {options.LearningRate}, batches of {options.Batch}, " +
            $"{PaperClaims.Plural(options.Epochs, "epoch")} of {data.Shape.Items(data.Record.Train.Images)}, " +
            $"{data.Record.Steps:N0} steps, features that start as {InitialisationWords.Of(options.Initialisation)}, " +
            $"seed {options.Seed}.";
        if (options.WarmUp > 0 || options.Decay > 0)
            yield return options switch
            {
                { WarmUp: 0 } => $"The rate falls over the last {options.Decay * 100:0.##} % of the steps.",
                { Decay: 0 } => $"The rate rises over the first {options.WarmUp * 100:0.##} % of the steps.",
                _ => $"The rate rises over the first {options.WarmUp * 100:0.##} % of the steps and falls over the last {options.Decay * 100:0.##} %.",
            };
        string[] more =
        [
            .. model.EncoderBias && options.EncoderBiasRate != 1 ? [$"c learns at {options.EncoderBiasRate} times the rate"] : Array.Empty<string>(),
            .. model.UnitRows ? ["decoder rows have length 1"] : Array.Empty<string>(),
            .. options.MaximumNorm > 0 ? [$"gradients have a norm of at most {options.MaximumNorm}"] : Array.Empty<string>(),
            .. options.AverageDecay > 0 ? [$"the model is the average of its parameters, decay {options.AverageDecay}"] : Array.Empty<string>(),
        ];
        if (more.Length > 0)
            yield return $"Besides: {string.Join("; ", more)}.";
    }

    private static void Arrow(Svg svg, double from, double to, double y)
    {
        svg.Line(from, y, to - 4, y, "axis");
        svg.Path(Svg.Invariant($"M{to - 8:0.##} {y - 4:0.##}L{to:0.##} {y:0.##}L{to - 8:0.##} {y + 4:0.##}"), "axis");
    }
}
