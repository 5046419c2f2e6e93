namespace Tangram;

/// <summary>What may change from step to step.</summary>
/// <param name="LearningRate">Adam's rate.</param>
/// <param name="Consistency">λ, the weight of the consistency term.</param>
internal readonly record struct StepSettings(double LearningRate, double Consistency);

/// <summary>A step's losses, before its update.</summary>
/// <param name="Reconstruction">Per member, mean over images and pixels of (x − x̂)².</param>
/// <param name="Consistency">½ Σ_a mean_{b≠a} mean_{i,f} (z_a − z_b)²; 0 with one member.</param>
internal sealed record StepLosses(double[] Reconstruction, double Consistency)
{
    /// <summary>L = Σ_a reconstruction_a + λ · consistency.</summary>
    public double Total(double consistencyWeight) => Reconstruction.Sum() + (consistencyWeight * Consistency);
}

/// <summary>
/// Owns the parameters and moments of an ensemble in training. One step: codes and reconstructions of a batch, the gradient of DESIGN.md's loss, Adam.
/// Not thread-safe; a session runs its own threads.
/// </summary>
internal abstract class TrainingSession(ModelOptions options, int batchCapacity) : IDisposable
{
    /// <summary>Images per step at most; see <see cref="ModelOptions.MaximumFeatures"/>.</summary>
    public const int MaximumBatch = 1 << 24;

    private readonly BiasCorrection _correction1 = new(AdamUpdate.Beta1), _correction2 = new(AdamUpdate.Beta2);

    public ModelOptions Options { get; } = options;

    public int BatchCapacity { get; } = batchCapacity;

    /// <summary>Steps done.</summary>
    public long Steps => State.Steps;

    protected SessionState State { get; } = new(options);

    /// <summary>One step on a batch of at most <see cref="BatchCapacity"/> images.</summary>
    /// <exception cref="ArithmeticException">A pre-activation or a loss isn't finite; the message names the step, which left the parameters as they were.</exception>
    public StepLosses Step(Batch batch, StepSettings settings)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, BatchCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Count, 1);
        State.Steps++;
        try
        {
            return Compute(batch, settings);
        }
        catch (ArithmeticException)
        {
            State.Steps--;
            throw;
        }
    }

    /// <summary>What a step is made of, where the session measures it.</summary>
    public virtual IReadOnlyList<string> PhaseNames => [];

    /// <summary>How long each phase of the last step took.</summary>
    public virtual IReadOnlyList<double> PhaseMilliseconds => [];

    /// <summary>Squared error Σ_d e² of each image of the last step's batch.</summary>
    public abstract ReadOnlySpan<float> SampleErrors(int member);

    /// <summary>Writes x − x̂ [D] of an image of the last step's batch.</summary>
    public abstract void CopyResidual(int member, int sample, Span<float> destination);

    /// <summary>When each feature was last active, in steps done; never before its birth.</summary>
    public ReadOnlySpan<long> LastActive(int member) => State.Members[member].LastActive;

    /// <summary>A feature's weights [D].</summary>
    public ReadOnlySpan<float> Feature(int member, int feature) => State.Members[member].Weights.Row(feature);

    /// <summary>Gives a feature new weights; its moments, activity and bias correction start anew.</summary>
    public void ReplaceFeature(int member, int feature, ReadOnlySpan<float> weights)
    {
        MemberState state = State.Members[member];
        weights.CopyTo(state.Weights.Row(feature));
        state.FirstMoments.Row(feature).Clear();
        state.SecondMoments.Row(feature).Clear();
        state.Births[feature] = state.LastActive[feature] = State.Steps;
    }

    /// <summary>The state between steps, in logical layout; valid until the next step.</summary>
    public SessionState Save() => State;

    public void Load(SessionState state) => State.CopyFrom(state);

    /// <summary>Lets <paramref name="fill"/> write the state where it is, without a copy of it.</summary>
    public void Fill(Action<SessionState> fill) => fill(State);

    /// <summary>A model with copies of the current weights.</summary>
    public Ensemble Snapshot() => new(Options, State.Members.Select(member =>
    {
        var copy = new FloatMatrix(Options.Features, Options.Shape.Length);
        copy.CopyFrom(member.Weights);
        return copy;
    }).ToArray());

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => State.Dispose();

    protected abstract StepLosses Compute(Batch batch, StepSettings settings);

    /// <summary>1 − β₁ᵗ and 1 − β₂ᵗ of a row at the step being done.</summary>
    protected (double First, double Second) Corrections(MemberState member, int feature)
    {
        long age = State.Steps - member.Births[feature];
        return (_correction1[age], _correction2[age]);
    }

    /// <summary>To be called before anything is updated. What is beyond float32 counts as infinite, in float64 engines too.</summary>
    protected void ThrowIfNotFinite(StepLosses losses)
    {
        for (int member = 0; member < losses.Reconstruction.Length; member++)
        {
            if (!float.IsFinite((float)losses.Reconstruction[member]) || !float.IsFinite((float)losses.Consistency))
                throw NotFinite(member);
        }
    }

    protected ArithmeticException NotFinite(int member) => new(
        $"Step {State.Steps:N0}: member {member} has a pre-activation or a loss that is not a finite number; training diverged. Use a lower learning rate.");
}
