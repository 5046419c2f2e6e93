using Spectre.Console;

namespace Tangram.Cli;

/// <summary>What <c>train</c> shows: a live line on a terminal, a line per epoch elsewhere, and the result.</summary>
internal sealed class TrainingDisplay(Terminal terminal)
{
    /// <summary>Narrower terminals have no room for a bar beside the figures.</summary>
    private const int BarWidth = 120;

    private IReadOnlyList<string> _headline = [];
    private string _unit = "images";

    /// <summary>What will be trained; shown when the training begins, for the options may yet turn out wrong.</summary>
    public void Announce(TrainingOptions options, ImageSet train, ImageSet heldOut, string folder, DataFindings? found = null, Uri? page = null)
    {
        _unit = Unit(train.Shape);
        string rule = options.Rule is SparsityRule.TopK topK ? $"k = {topK.K}" : $"{options.Rule}";
        string more = string.Join(", ", BeyondPlain(options));
        _headline =
        [
            $"Preset {options.Preset}: {options.Members} × {train.Shape.Length} → {options.Features}, {rule}, λ = {options.Consistency}, " +
                $"{options.Epochs} epochs of {train.Shape.Items(train.Count)} ({train.Name}), evaluated on {heldOut.Count:N0} ({heldOut.Name}); into {folder}",
            .. more.Length > 0 ? [$"With {more}"] : Array.Empty<string>(),
            .. page is not null ? [$"Watch it at {page}"] : Array.Empty<string>(),
            .. found is not null ? Lines(found, train, heldOut) : [],
            .. options.WarningsFor(train).Select(warning => $"Warning: {warning}"),
        ];
    }

    /// <summary>What was found when the images were opened.</summary>
    public static IEnumerable<string> Lines(DataFindings found, ImageSet train, ImageSet heldOut) =>
        found.Classes is { } classes ? [classes, .. found.Lines(train, heldOut)] : found.Lines(train, heldOut);

    /// <summary>What sets a training apart from the plain one: tied weights, no bias, a constant rate.</summary>
    private static IEnumerable<string> BeyondPlain(TrainingOptions options)
    {
        if (options.Rule is SparsityRule.TopK { Rectified: true })
            yield return "ReLU";
        if (options.Untied)
            yield return options.TiedUntil > 0 ? $"weights tied for the first {Number.Of(100 * options.TiedUntil, "0.##")} %" : "untied weights";
        if (options.PreBias != PreBiasStart.None)
            yield return $"a pre-bias from the {(options.PreBias == PreBiasStart.Mean ? "mean" : "median")}";
        if (options.EncoderBias)
            yield return options.EncoderBiasRate == 1 ? "an encoder bias" : $"an encoder bias at {Number.Of(options.EncoderBiasRate)} times the rate";
        if (options.UnitRows)
            yield return "unit rows";
        if (options.Initialisation == Initialisation.DataPoints)
            yield return "features from images";
        if (options.Initialisation == Initialisation.Components)
            yield return "features from principal components";
        if (options.Auxiliary.Weight > 0)
            yield return $"an auxiliary term ({Number.Of(options.Auxiliary.Weight)}, {options.Auxiliary.K} activations, after {options.Auxiliary.DeadAfter} steps)";
        if (options.WarmUp > 0)
            yield return $"warm-up {Number.Of(100 * options.WarmUp, "0.##")} %";
        if (options.Decay > 0)
            yield return $"decay {Number.Of(100 * options.Decay, "0.##")} %";
        if (options.MaximumNorm > 0)
            yield return $"gradients of norm {Number.Of(options.MaximumNorm)} at most";
        if (options.AverageDecay > 0)
            yield return $"parameters averaged at {Number.Of(options.AverageDecay)}";
    }

    public async Task<Run> ShowAsync(Func<IProgress<TrainingProgress>, Task<Run>> train)
    {
        if (!terminal.IsLive)
            return await train(new Direct<TrainingProgress>(LogRow));
        // The bar starts with the first report, after the headline: what is written under a bar leaves pieces of it behind.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<TrainingProgress>? show = null;
        Task<Run> training = train(new Direct<TrainingProgress>(progress =>
        {
            ShowHeadline(terminal.Log, progress);
            started.TrySetResult();
            Volatile.Read(ref show)?.Invoke(progress);
        }));
        await Task.WhenAny(started.Task, training);
        if (training.IsCompleted)
            return await training;
        ProgressColumn[] columns = [new TaskDescriptionColumn { Alignment = Justify.Left }, new PercentageColumn(), new ProgressBarColumn()];
        return await terminal.Error.Progress().AutoClear(true)
            .Columns(columns[..(terminal.Error.Profile.Width < BarWidth ? 2 : 3)])
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask("starting");
                Volatile.Write(ref show, progress => Show(task, progress));
                return await training;
            });
    }

    public static void WriteResult(Terminal terminal, Run run)
    {
        RunRecord record = run.Record;
        Scores scores = record.Evaluation!;
        ScoresDisplay.Write(terminal, scores, record.Start?.Consistency, "step 0");
        if (PaperClaims.Fits(record, document: 1))
            WriteClaims(terminal, record);
        foreach (Finding finding in Findings.Of(record).Where(finding => finding.Topic != FindingTopic.Images && (finding.Topic == FindingTopic.Advice || !PaperClaims.Fits(record, document: 1))))
            terminal.WriteLine(finding.Text);
        terminal.WriteLine($"{record.Steps:N0} steps in {record.TrainSeconds:F1} s ({record.Train.Images * (double)record.Options.Epochs / record.TrainSeconds:N0} {Unit(record.Shape)}/s, " +
            $"{(record.Engine.DeviceName is null ? $"{record.Threads} threads" : $"{record.Engine.Device}, {record.Engine.Precision}")}), {record.WallSeconds:F1} s with evaluation; {record.Reinitialised:N0} features re-initialised. The run is in {run.Folder}");
        if (record.EarlierEngines.Count > 0)
        {
            string later = string.Join(", then with ", record.EarlierEngines.Skip(1).Append(record.Engine).Select(engine => $"({engine})"));
            terminal.WriteLine($"The run began on another engine ({record.EarlierEngines[0]}) and went on with {later}: its scores hold, its bits can't be had again.");
        }
    }

    private static void WriteClaims(Terminal terminal, RunRecord record)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle("The paper's claims and this run") };
        table.AddColumns("section", "claim", "this run", "verdict");
        if (PaperClaims.Differences(record) is { Count: > 0 } differences)
            terminal.WriteLine($"This run differs from the paper: {string.Join("; ", differences)}.");
        foreach (PaperClaim claim in PaperClaims.Check(record))
        {
            string verdict = claim.Verdict switch
            {
                Verdict.Reproduced => "[green]reproduced[/]",
                Verdict.NotReproduced => "[yellow]not reproduced[/]",
                Verdict.NotMeasured => "[grey]not measured[/]",
                Verdict.NotComparable => "[blue]not comparable[/]",
                _ => "[blue]inconsistent in the source[/]",
            };
            table.AddRow(claim.Section, claim.Claim.EscapeMarkup(), claim.Measured.EscapeMarkup(), verdict);
        }
        terminal.Output.Write(table);
    }

    private void Show(ProgressTask task, TrainingProgress progress)
    {
        task.MaxValue = Math.Max(1, progress.Steps);
        task.Value = progress.Step;
        task.Description = progress.Activity == "training"
            ? $"epoch {progress.Epoch}/{progress.Epochs}  loss {Number.Of(progress.Loss, "F4")}  Pearson {Number.Of(progress.Pearson, "F3")}  {progress.ImagesPerSecond:N0} {_unit}/s  " +
              $"{progress.DeadFeatures:N0} dead  {Duration(progress.Remaining)} left"
            : $"epoch {progress.Epoch}/{progress.Epochs}  {progress.Activity}";
    }

    private void ShowHeadline(Action<string> write, TrainingProgress progress)
    {
        if (_headline.Count == 0)
            return;
        foreach (string line in _headline)
            write(line);
        _headline = [];
        if (progress.Note is { } note)
            write(note);
    }

    private void LogRow(TrainingProgress progress)
    {
        ShowHeadline(terminal.Log, progress);
        if (progress.Evaluation is not { } row)
            return;
        terminal.Log($"epoch {row.Epoch}/{progress.Epochs}: loss {Number.Error(row.Loss)}, train MSE {Number.Error(row.TrainMse)} Pearson {Number.Of(row.TrainPearson, "F4")}, " +
            $"held-out MSE {Number.Error(row.TestMse)} Pearson {Number.Of(row.TestPearson, "F4")}, {Number.Of(row.DeadFeatures, "N0")} dead features, " +
            $"{row.Reinitialised} re-initialised, {Number.Of(progress.ImagesPerSecond, "N0")} {_unit}/s, {Duration(progress.Remaining)} left");
    }

    private static string Unit(ImageShape shape) => shape.IsImage ? "images" : "rows";

    public static string Duration(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:m\\:ss}";
}
