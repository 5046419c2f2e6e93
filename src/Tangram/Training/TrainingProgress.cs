namespace Tangram;

/// <summary>Where a training stands.</summary>
public sealed record TrainingProgress
{
    /// <summary>What is being done: training, evaluating, saving.</summary>
    public required string Activity { get; init; }

    /// <summary>Epoch in progress, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Epochs in all.</summary>
    public int Epochs { get; init; }

    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Steps in all.</summary>
    public long Steps { get; init; }

    /// <summary>L of the last step.</summary>
    public double Loss { get; init; }

    /// <summary>Mean Pearson of the last step's batch, before its update, of member 0.</summary>
    public double Pearson { get; init; }

    /// <summary>Features inactive over the last epoch's worth of steps, mean over members.</summary>
    public double DeadFeatures { get; init; }

    /// <summary>Images per second of training, steps alone; each counts once however many members.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Estimated time left.</summary>
    public TimeSpan Remaining { get; init; }

    /// <summary>Where it trains, if that isn't the CPU, and why no GPU was taken that is there: a sentence, the same in every report; null: nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>The evaluation just made, at the end of an epoch.</summary>
    public HistoryRow? Evaluation { get; init; }
}
