using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary>Scores as tables and as JSON.</summary>
internal static class ScoresDisplay
{
    /// <summary>Runs an evaluation under a progress bar, where there is a terminal.</summary>
    public static T Measure<T>(Terminal terminal, ImageSet images, Func<IProgress<int>?, T> evaluate) => !terminal.IsLive
        ? evaluate(null)
        : terminal.Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask($"evaluating {images.Name.EscapeMarkup()}", maxValue: images.Count);
                return evaluate(new Direct<int>(done => task.Value = done));
            });

    /// <summary>The documented keys; per feature only on request, as that is long.</summary>
    public static JsonObject Document(Scores scores, bool perFeature)
    {
        JsonObject document = JsonSerializer.SerializeToNode(scores, Json.Options)!.AsObject();
        for (int member = 0; perFeature && member < scores.Members.Count; member++)
            document["members"]![member]!["features"] = JsonSerializer.SerializeToNode(scores.Members[member].Features, Json.Options);
        return document;
    }

    public static void Write(Terminal terminal, Scores scores)
    {
        terminal.WriteLine($"{scores.Data}: {scores.Images:N0} images");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("", "MSE", "PSNR", "SSIM", "Pearson", "5 % of images below", "above .9", "FVU", "L0", "dead features");
        foreach (int column in Enumerable.Range(1, 9))
            table.Columns[column].RightAligned();
        for (int member = 0; member < scores.Members.Count; member++)
            AddRow(table, $"member {member}", scores.Members[member]);
        if (scores.Members.Count > 1)
            AddRow(table, "mean", scores);
        terminal.Output.Write(table);
        if (scores.Consistency is { } consistency)
        {
            terminal.WriteLine($"between members: code MSE {consistency.CodeMse:G4}, cosine of codes {consistency.CodeCosine:F3}, cosine of matched features {consistency.MatchedCosine:F3} " +
                $"over {consistency.Alive:N0} alive in both");
        }
        if (scores.PerClass.Count == 0)
            return;
        var classes = new Table { Border = TableBorder.Simple };
        classes.AddColumns("class", "images", "MSE", "Pearson");
        foreach (int column in Enumerable.Range(1, 3))
            classes.Columns[column].RightAligned();
        foreach (ClassScores one in scores.PerClass)
            classes.AddRow(one.Class.EscapeMarkup(), $"{one.Images:N0}", Error(one.Mse), $"{one.Pearson:F4}");
        terminal.Output.Write(classes);
    }

    /// <summary>Errors of pixels in [0, 1] to five decimals; where these say nothing, as with rows of another scale, four digits.</summary>
    public static string Error(double error) => error.ToString(error is 0 or (>= 1e-4 and < 1000) ? "F5" : "G4", CultureInfo.InvariantCulture);

    private static void AddRow(Table table, string name, MemberScores scores) => table.AddRow(name, Error(scores.Mse),
        scores.Psnr is { } psnr ? $"{psnr:F2} dB" : "–", scores.Ssim is { } ssim ? $"{ssim:F4}" : "–",
        $"{scores.Pearson:F4}", $"{scores.PearsonPerImage.P05:F4}", $"{scores.PearsonAbove90:P1}", $"{scores.Fvu:F4}", $"{scores.L0.Mean:F1}", $"{scores.DeadFraction:P1}");
}
