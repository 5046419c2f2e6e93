namespace Tangram;

/// <summary>
/// Adam's rate over a training: it rises linearly from 0 over the warm-up, stays, and falls linearly to 0 over the decay; both are shares of all steps. The last
/// step still has a rate: the fall would end with the step after it.
/// </summary>
internal static class LearningRateSchedule
{
    /// <summary>The rate of step number <paramref name="step"/>, 1 … <paramref name="steps"/>.</summary>
    public static double Rate(TrainingOptions options, long step, long steps)
    {
        double rise = options.WarmUp * steps, fall = options.Decay * steps;
        double share = 1;
        if (step < rise)
            share = step / rise;
        if (steps - step + 1 < fall)
            share = Math.Min(share, (steps - step + 1) / fall);
        return options.LearningRate * share;
    }

    /// <summary>Whether a step's rate doesn't depend on how many steps there are, so that a training can be extended.</summary>
    public static bool IsConstant(TrainingOptions options) => options is { WarmUp: 0, Decay: 0 };
}
