using System.Globalization;

namespace Tangram;

/// <summary>One evaluation during training: a row of history.csv. Losses are means over the steps since the row before; scores are means over the members.</summary>
public sealed record HistoryRow
{
    /// <summary>Epochs done.</summary>
    public int Epoch { get; init; }

    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>L, the sum over members of the reconstruction term, plus λ times the consistency term, plus α times the auxiliary term.</summary>
    public double Loss { get; init; }

    /// <summary>The reconstruction term: the sum over members of the batches' MSE.</summary>
    public double Reconstruction { get; init; }

    /// <summary>The consistency term, not multiplied by λ.</summary>
    public double Consistency { get; init; }

    /// <summary>MSE on a fixed sample of the training images.</summary>
    public double TrainMse { get; init; }

    /// <summary>MSE on the images held out.</summary>
    public double TestMse { get; init; }

    /// <summary>Mean Pearson on a fixed sample of the training images.</summary>
    public double TrainPearson { get; init; }

    /// <summary>Mean Pearson on the images held out.</summary>
    public double TestPearson { get; init; }

    /// <summary>Features that no held-out image activates, mean over members.</summary>
    public double DeadFeatures { get; init; }

    /// <summary>Features re-initialised since the row before, over all members.</summary>
    public int Reinitialised { get; init; }

    /// <summary>Seconds spent in steps so far.</summary>
    public double TrainSeconds { get; init; }

    /// <summary>The auxiliary term: the sum over members, not multiplied by α.</summary>
    public double Auxiliary { get; init; }

    /// <summary>Adam's rate in the last step.</summary>
    public double LearningRate { get; init; }

    /// <exception cref="InputException">Rows or times aren't what a training has.</exception>
    internal static void Check(IReadOnlyList<HistoryRow> rows, double trainSeconds, double wallSeconds)
    {
        static bool IsTime(double seconds) => seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds;
        if (!IsTime(trainSeconds) || !IsTime(wallSeconds) || !rows.All(row => IsTime(row.TrainSeconds)))
            throw new InputException("a time is negative or no number");
        if (rows.Any(row => row.Epoch < 1 || row.Step < row.Epoch || row.Reinitialised < 0) || rows.Zip(rows.Skip(1)).Any(pair => pair.First.Step >= pair.Second.Step))
            throw new InputException("the history has impossible rows");
    }
}

/// <summary>history.csv: a header, then one line per evaluation, invariant culture, shortest digits that read back the same.</summary>
internal static class HistoryFile
{
    private static readonly (string Name, Func<HistoryRow, double> Value)[] Columns =
    [
        ("epoch", row => row.Epoch),
        ("step", row => row.Step),
        ("loss", row => row.Loss),
        ("reconstruction", row => row.Reconstruction),
        ("consistency", row => row.Consistency),
        ("train_mse", row => row.TrainMse),
        ("test_mse", row => row.TestMse),
        ("train_pearson", row => row.TrainPearson),
        ("test_pearson", row => row.TestPearson),
        ("dead_features", row => row.DeadFeatures),
        ("reinitialised", row => row.Reinitialised),
        ("train_seconds", row => row.TrainSeconds),
        ("auxiliary", row => row.Auxiliary),
        ("learning_rate", row => row.LearningRate),
    ];

    public static void Write(string path, IReadOnlyList<HistoryRow> rows) => AtomicFile.WriteText(path, string.Concat(
        rows.Select(row => string.Join(',', Columns.Select(column => column.Value(row).ToString(CultureInfo.InvariantCulture))) + "\n")
            .Prepend(string.Join(',', Columns.Select(column => column.Name)) + "\n")));
}
