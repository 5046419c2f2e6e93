namespace Tangram;

/// <summary>Where and how a training runs; nothing here decides what is learned, so a resumed run may change it.</summary>
public sealed record Execution
{
    /// <summary>
    /// <c>auto</c>: the first GPU whose memory fits the model, else the CPU, and where a run is resumed the device that it was on; <c>gpu</c>: the first GPU whose memory
    /// fits; or the name of one of <see cref="Tangram.Device.All"/>.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// <c>auto</c>: mixed on a GPU and fp32 on everything else, and where a run is resumed what it was in; <c>fp32</c>; <c>mixed</c>: images and a copy of the weights in half
    /// precision, on OpenCL devices.
    /// </summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Threads to use; 0: one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Mebibytes that a step's pre-activations may take. Where they suffice, an update computes the next batch's; it decides how fast a step is, not what it computes.
    /// </summary>
    public int Workspace { get; init; } = (int)(MemoryPlan.DefaultBudget >> 20);

    /// <summary>A checkpoint is written when this much time has passed since the last one, and writing has cost at most 5 % of it.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Least time between two reports of progress; zero lets a test stop after a certain step.</summary>
    internal TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Sees each step; null: nobody does.</summary>
    internal ITrainingObserver? Observer { get; init; }

    /// <summary>The devices to choose from.</summary>
    internal DeviceCatalog Devices { get; init; } = DeviceCatalog.ThisMachine;

    internal long WorkspaceBytes => (long)Workspace << 20;

    internal int ThreadCount => Workers.CountFor(Threads);

    /// <summary>Checks a number of threads before work begins that would come to it late.</summary>
    /// <exception cref="InputException">Negative, or more than 1024.</exception>
    public static void CheckThreads(int threads) => Workers.CountFor(threads);

    /// <exception cref="InputException">No such device or precision, or no such number of threads.</exception>
    internal void Check()
    {
        Devices.CheckName(Device);
        Precisions.Parse(Precision);
        CheckThreads(Threads);
        if (Workspace < 0)
            throw new InputException($"A workspace of {Workspace} MiB can't be had; give 0 or more.");
        if (CheckpointInterval < TimeSpan.Zero)
            throw new InputException("The time between checkpoints can't be negative.");
    }
}
