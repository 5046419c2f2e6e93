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

    /// <param name="terminal">Where.</param>
    /// <param name="scores">What was measured.</param>
    /// <param name="yardstick">The members' agreement without training; null: it isn't known.</param>
    /// <param name="yardstickName">What that is of.</param>
    public static void Write(Terminal terminal, Scores scores, ConsistencyScores? yardstick, string yardstickName)
    {
        terminal.WriteLine($"{scores.Data}: {scores.Images:N0} {(scores.Psnr is null ? "row" : "image")}{(scores.Images == 1 ? "" : "s")}; the mean of them alone has Pearson {Number.Of(scores.PearsonOfMean, "F4")}");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("", "MSE", "PSNR", "SSIM", "Pearson", "5 % below", "above .9", "FVU", "L0", "dead features");
        foreach (int column in Enumerable.Range(1, 9))
            table.Columns[column].RightAligned();
        for (int member = 0; member < scores.Members.Count; member++)
            AddRow(table, $"member {member}", scores.Members[member]);
        if (scores.Members.Count > 1)
            AddRow(table, "mean", scores);
        terminal.Output.Write(table);
        if (scores.Consistency is { } consistency)
            WriteAgreement(terminal, consistency, yardstick, yardstickName);
        if (scores.PerClass.Count == 0)
            return;
        var classes = new Table { Border = TableBorder.Simple };
        classes.AddColumns("class", "images", "MSE", "Pearson");
        foreach (int column in Enumerable.Range(1, 3))
            classes.Columns[column].RightAligned();
        foreach (ClassScores one in scores.PerClass)
            classes.AddRow(one.Class.EscapeMarkup(), $"{one.Images:N0}", Number.Error(one.Mse), Number.Of(one.Pearson, "F4"));
        terminal.Output.Write(classes);
    }

    private static void WriteAgreement(Terminal terminal, ConsistencyScores consistency, ConsistencyScores? yardstick, string yardstickName)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("between members", "trained", yardstickName);
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        Add("code MSE", "G4", one => one.CodeMse);
        Add("correlation of a feature's activations over the set", "F3", one => one.ActivationCorrelation);
        Add("features of a code active in both, by number", "P1", one => one.ActiveInCommon);
        Add("  the same by chance, of features as frequent", "P1", one => one.ActiveInCommonByChance);
        Add("|cosine| of features matched one to one (PW-MCC)", "F3", one => one.PwMcc);
        Add("  matched to their own number", "P1", one => one.MatchedToOwnNumber);
        Add("cosine of features of the same number", "F3", one => one.OwnCosine);
        Add("features alive in both", "N0", one => one.Alive);
        terminal.Output.Write(table);

        void Add(string name, string format, Func<ConsistencyScores, double> value) =>
            table.AddRow(name, Number.Of(value(consistency), format), yardstick is null ? "–" : Number.Of(value(yardstick), format));
    }

    private static void AddRow(Table table, string name, MemberScores scores) => table.AddRow(name, Number.Error(scores.Mse),
        scores.Psnr is { } psnr && double.IsFinite(psnr) ? $"{psnr:F2} dB" : "–", scores.Ssim is { } ssim ? $"{ssim:F4}" : "–",
        Number.Of(scores.Pearson, "F4"), Number.Of(scores.PearsonPerImage.P05, "F4"), Number.Of(scores.PearsonAbove90, "P1"), Number.Of(scores.Fvu, "F4"),
        $"{scores.L0.Mean:F1}", $"{scores.DeadFraction:P1}");
}
