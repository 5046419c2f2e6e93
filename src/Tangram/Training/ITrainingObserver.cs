namespace Tangram;

/// <summary>
/// Sees a training from inside, on its thread and between its steps, so that it can read features without copies being kept for it. It must not change the session;
/// what is learned is the same with one and without. It is waited for: it has to be quick.
/// </summary>
internal interface ITrainingObserver
{
    /// <summary>A step was done.</summary>
    /// <param name="session">May be read until the call returns.</param>
    /// <param name="losses">Before the step's update.</param>
    /// <param name="settings">The step's.</param>
    void Stepped(TrainingSession session, StepLosses losses, StepSettings settings);

    /// <summary>A feature of a member was given a new row after a step; told before <see cref="Stepped"/>.</summary>
    void Reinitialised(long step, int member, int feature);
}
