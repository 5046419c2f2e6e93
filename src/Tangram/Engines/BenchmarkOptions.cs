namespace Tangram;

/// <summary>What a benchmark measures beside the model.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>Images to step on, in random order; null: noise without a 0, the most work that images can be.</summary>
    public ImageSet? Images { get; init; }

    /// <summary>Images per step.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Threads; 0: one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Steps measured, after some to warm up.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Mebibytes that pre-activations may take; null: as many as a training's may.</summary>
    public int? Workspace { get; init; }

    /// <summary>Activations per image of an auxiliary reconstruction from all features, the most that it can cost; 0: none.</summary>
    public int AuxiliaryK { get; init; }

    /// <summary>The norm that gradients are scaled down to; 0: never.</summary>
    public double MaximumNorm { get; init; }

    /// <summary>The decay of averages of the parameters; 0: none.</summary>
    public double AverageDecay { get; init; }

    /// <summary><c>auto</c>, <c>fp32</c> or <c>mixed</c>, unless a <see cref="DeviceChoice"/> says it.</summary>
    public string Precision { get; init; } = Precisions.Auto;

    internal long WorkspaceBytes => Workspace is { } mebibytes ? (long)mebibytes << 20 : MemoryPlan.DefaultBudget;

    internal StepSettings Settings => new(1e-3, 0.1)
    {
        Auxiliary = AuxiliaryK > 0 ? 1.0 / 32 : 0,
        DeadAfter = 0, // that is every feature
        MaximumNorm = MaximumNorm,
        AverageDecay = AverageDecay,
    };

    internal SessionExtras ExtrasOf(ModelOptions model) => new(Math.Min(AuxiliaryK, model.Features), AverageDecay > 0);

    /// <exception cref="InputException">An option is out of range.</exception>
    internal void Check(ModelOptions model)
    {
        model.Check();
        if (Batch is < 1 or > TrainingSession.MaximumBatch || Steps < 1)
            throw new InputException($"A benchmark needs a batch of 1 … {TrainingSession.MaximumBatch} images and at least 1 step.");
        if (2L * Batch * model.Shape.Length > Array.MaxLength)
            throw new InputException($"A batch of {Batch} images of {model.Shape.Length} values is too large (two are more than {Array.MaxLength} values); give a smaller batch.");
        if (Images is { } images && (images.Shape != model.Shape || images.Count < Batch))
            throw new InputException($"'{images.Name}' holds {images.Count} images of {images.Shape}; a benchmark of {model.Shape} with batches of {Batch} needs as many, and of that shape.");
        if (AuxiliaryK < 0 || !double.IsFinite(MaximumNorm) || MaximumNorm < 0 || AverageDecay is not (>= 0 and < 1))
            throw new InputException("A benchmark needs 0 or more auxiliary activations, a norm of 0 or more, and an average's decay in 0 … 1, 1 excluded.");
        if (Workspace < 0)
            throw new InputException($"A workspace of {Workspace} MiB can't be had; give 0 or more.");
    }
}
