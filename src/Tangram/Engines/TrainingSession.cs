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

    /// <summary>Parallel loops that a step can't do without: codes need all columns, pulls all features, the gradient all pulls.</summary>
    public const int LoopsPerStep = 4;

    private readonly BiasCorrection _correction1 = new(AdamUpdate.Beta1), _correction2 = new(AdamUpdate.Beta2);
    private readonly FeatureAges[] _ages = [.. Enumerable.Range(0, options.Members).Select(_ => new FeatureAges(options.Features))];
    private ImageBatch? _first, _second;

    public ModelOptions Options { get; } = options;

    public int BatchCapacity { get; } = batchCapacity;

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>What a step is made of, where the session measures it.</summary>
    public virtual IReadOnlyList<string> PhaseNames => [];

    /// <summary>What each phase of the last step took: the mean over the threads.</summary>
    public virtual IReadOnlyList<double> PhaseMilliseconds => [];

    /// <summary>Names the batch to be stepped after those already queued; at most two wait. A step can prepare the one after it, so queue one ahead.</summary>
    public void Queue(ImageBatch batch)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Count, BatchCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.Count, 1);
        if (_second is not null)
            throw new InvalidOperationException("Two batches are queued already.");
        if (_first is null)
            _first = batch;
        else
            _second = batch;
    }

    /// <summary>One step on the batch queued first.</summary>
    /// <exception cref="ArithmeticException">
    /// A pre-activation or a loss isn't finite; the message names the step, which left the parameters as they were. The queue is empty then.
    /// </exception>
    public StepLosses Step(StepSettings settings)
    {
        ImageBatch batch = _first ?? throw new InvalidOperationException("No batch is queued.");
        (_first, _second, ImageBatch? next) = (_second, null, _second);
        Steps++;
        _ = (_correction1[Steps], _correction2[Steps]); // so that threads find them computed
        try
        {
            return Compute(batch, next, settings);
        }
        catch (Exception exception)
        {
            if (exception is ArithmeticException)
                Steps--;
            _first = null;
            Forget();
            throw;
        }
    }

    /// <summary>Squared error Σ_d e² of each image of the last step's batch.</summary>
    public abstract ReadOnlySpan<float> SampleErrors(int member);

    /// <summary>Writes x [D] of an image of the last step's batch.</summary>
    public abstract void CopyInput(int sample, Span<float> destination);

    /// <summary>Writes x − x̂ [D] of an image of the last step's batch.</summary>
    public abstract void CopyResidual(int member, int sample, Span<float> destination);

    /// <summary>When each feature was last active, in steps done; never before its birth.</summary>
    public ReadOnlySpan<long> LastActive(int member) => _ages[member].LastActive;

    /// <summary>Writes a feature's row [D] of one of a member's matrices.</summary>
    public abstract void CopyRow(int member, StateMatrix matrix, int feature, Span<float> destination);

    /// <summary>Sets a feature's row [D] of one of a member's matrices.</summary>
    public void SetRow(int member, StateMatrix matrix, int feature, ReadOnlySpan<float> values)
    {
        WriteRow(member, matrix, feature, values);
        if (matrix == StateMatrix.Weights)
            WeightsChanged(member, feature);
    }

    /// <summary>Gives a feature new weights; its moments, activity and bias correction start anew.</summary>
    public void ReplaceFeature(int member, int feature, ReadOnlySpan<float> weights)
    {
        SetRow(member, StateMatrix.Weights, feature, weights);
        float[] zeros = new float[weights.Length];
        SetRow(member, StateMatrix.FirstMoments, feature, zeros);
        SetRow(member, StateMatrix.SecondMoments, feature, zeros);
        _ages[member].Births[feature] = _ages[member].LastActive[feature] = Steps;
    }

    /// <summary>A copy of the state between steps, in logical layout.</summary>
    public SessionState Save()
    {
        var state = new SessionState(Options) { Steps = Steps };
        ForRows((member, matrix, feature) => CopyRow(member, matrix, feature, state.Members[member][matrix].Row(feature)));
        for (int member = 0; member < _ages.Length; member++)
            state.Members[member].Ages.CopyFrom(_ages[member]);
        return state;
    }

    public void Load(SessionState state)
    {
        Forget();
        ForRows((member, matrix, feature) => SetRow(member, matrix, feature, state.Members[member][matrix].Row(feature)));
        for (int member = 0; member < _ages.Length; member++)
            _ages[member].CopyFrom(state.Members[member].Ages);
        Steps = state.Steps;
    }

    /// <summary>Adds the state but for <see cref="Steps"/>, the weights under the names they have in a model; it is read as the file is written.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        for (int member = 0; member < Options.Members; member++)
        {
            int own = member;
            foreach (StateMatrix matrix in Enum.GetValues<StateMatrix>())
                writer.Add(NameOf(member, matrix), Options.Features, Options.Shape.Length, (feature, row) => CopyRow(own, matrix, feature, row));
            writer.Add<long>(BirthsName(member), _ages[member].Births).Add<long>(LastActiveName(member), _ages[member].LastActive);
        }
    }

    /// <summary>Reads what <see cref="AddTo"/> wrote.</summary>
    public void ReadFrom(SafetensorsFile file, long steps)
    {
        Forget();
        for (int member = 0; member < Options.Members; member++)
        {
            int own = member;
            foreach (StateMatrix matrix in Enum.GetValues<StateMatrix>())
                file.Read(NameOf(member, matrix), Options.Features, Options.Shape.Length, (feature, row) => SetRow(own, matrix, feature, row));
            file.Read(BirthsName(member), _ages[member].Births);
            file.Read(LastActiveName(member), _ages[member].LastActive);
            if (!_ages[member].AreWithin(steps))
                throw new InputException($"'{file.Path}' is damaged: it has features that were born or active after its {steps:N0} steps.");
        }
        Steps = steps;
    }

    /// <summary>A model with copies of the current weights.</summary>
    public Ensemble Snapshot() => new(Options, Enumerable.Range(0, Options.Members).Select(member =>
    {
        var copy = new FloatMatrix(Options.Features, Options.Shape.Length);
        for (int feature = 0; feature < copy.Rows; feature++)
            CopyRow(member, StateMatrix.Weights, feature, copy.Row(feature));
        return copy;
    }).ToArray());

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Steps on <paramref name="batch"/>; may prepare <paramref name="next"/>, which then comes with the next call.</summary>
    protected abstract StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings);

    /// <summary>Sets a row of the session's own storage.</summary>
    protected abstract void WriteRow(int member, StateMatrix matrix, int feature, ReadOnlySpan<float> values);

    /// <summary>What was prepared with a feature's former weights no longer holds.</summary>
    protected virtual void WeightsChanged(int member, int feature) { }

    /// <summary>Nothing that was prepared holds.</summary>
    protected virtual void Forget() { }

    protected FeatureAges Ages(int member) => _ages[member];

    /// <summary>1 − β₁ᵗ and 1 − β₂ᵗ of a row of age t.</summary>
    protected (double First, double Second) Corrections(long age) => (_correction1[age], _correction2[age]);

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
        $"Step {Steps:N0}: member {member} has a pre-activation or a loss that is not a finite number; training diverged. Use a lower learning rate.");

    private static string NameOf(int member, StateMatrix matrix) => matrix switch
    {
        StateMatrix.FirstMoments => $"members.{member}.first_moment",
        StateMatrix.SecondMoments => $"members.{member}.second_moment",
        _ => Ensemble.EncoderName(member),
    };

    private static string BirthsName(int member) => $"members.{member}.births";

    private static string LastActiveName(int member) => $"members.{member}.last_active";

    private void ForRows(Action<int, StateMatrix, int> body)
    {
        for (int member = 0; member < Options.Members; member++)
        {
            foreach (StateMatrix matrix in Enum.GetValues<StateMatrix>())
            {
                for (int feature = 0; feature < Options.Features; feature++)
                    body(member, matrix, feature);
            }
        }
    }
}
