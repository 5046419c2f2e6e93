namespace Tangram;

/// <summary>
/// Owns the parameters and moments of an ensemble in training. One step: codes and reconstructions of a batch, the gradient of DESIGN.md's loss, Adam.
/// Not thread-safe; a session runs its own threads.
/// </summary>
internal abstract class TrainingSession(ModelOptions options, int batchCapacity, SessionExtras extras) : IDisposable
{
    /// <summary>Images per step at most; see <see cref="ModelOptions.MaximumFeatures"/>.</summary>
    public const int MaximumBatch = 1 << 24;

    /// <summary>
    /// Parallel loops that a step can't do without: codes need all columns, pulls all features, the gradient all pulls; sums over a feature's entries need all of
    /// them, b_pre's gradient those sums, and clipping all gradients.
    /// </summary>
    public static int LoopsPerStep(ModelOptions options, StepSettings settings) =>
        4 + (options.EncoderBias || options.PreBias || options.UnitRows ? 1 : 0) + (options.PreBias ? 1 : 0) + (settings.MaximumNorm > 0 ? 1 : 0);

    private readonly BiasCorrection _correction1 = new(AdamUpdate.Beta1), _correction2 = new(AdamUpdate.Beta2);
    private readonly StateTensor[] _tensors = StateTensor.Of(options, extras.Averages);
    private readonly FeatureAges[] _ages = [.. Enumerable.Range(0, options.Members).Select(_ => new FeatureAges(options.Features))];
    private ImageBatch? _first, _second;

    public ModelOptions Options { get; } = options;

    public int BatchCapacity { get; } = batchCapacity;

    public SessionExtras Extras { get; } = extras;

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>How sums are cut: bits depend on it.</summary>
    public abstract string Partition { get; }

    /// <summary>What a step is made of, where the session measures it.</summary>
    public virtual IReadOnlyList<string> PhaseNames => [];

    /// <summary>What each phase of the last step took: the mean over the threads.</summary>
    public virtual IReadOnlyList<double> PhaseMilliseconds => [];

    /// <summary>Which share of an image's columns the encoder's product took, of the images it met last: those that were 0 in all of them may be left out.</summary>
    public virtual double ProductShare => 1;

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

    /// <summary>Writes a row of one of a member's tensors, as it is kept.</summary>
    public abstract void CopyRow(int member, StateTensor tensor, int row, Span<float> destination);

    /// <summary>Sets a row of one of a member's tensors.</summary>
    public void SetRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values)
    {
        WriteRow(member, tensor, row, values);
        if (tensor.Slot == Slot.Value)
            ValueChanged(member, tensor.Parameter, row);
    }

    /// <summary>Writes a feature's row [D] of the decoder as the model has it: of length 1 where rows shall have that.</summary>
    public void CopyFeature(int member, int feature, Span<float> destination)
    {
        CopyRow(member, new StateTensor(Options.Untied ? Parameter.Decoder : Parameter.Encoder), feature, destination);
        if (Options.UnitRows)
            UnitRow(destination).CopyTo(destination);
    }

    /// <summary>The lengths of a member's features, as <see cref="CopyFeature"/> gives them.</summary>
    public virtual double[] FeatureNorms(int member)
    {
        var row = new float[Options.Shape.Length];
        return [.. Enumerable.Range(0, Options.Features).Select(feature =>
        {
            CopyFeature(member, feature, row);
            return Math.Sqrt(PlainDot.Run(row, row));
        })];
    }

    /// <summary>
    /// Gives a feature new weights, the same for encoder and decoder, and no bias; its moments, average, activity and bias correction start anew.
    /// </summary>
    public void ReplaceFeature(int member, int feature, ReadOnlySpan<float> weights)
    {
        foreach (StateTensor tensor in _tensors)
        {
            if (tensor is { IsMatrix: true, Slot: Slot.Value })
                ReplaceRow(member, tensor.Parameter, feature, weights);
            else if (tensor.Parameter == Parameter.EncoderBias)
                SetEncoderBias(member, tensor.Slot, feature, 0);
        }
        _ages[member].Births[feature] = _ages[member].LastActive[feature] = Steps;
    }

    /// <summary>A copy of the state between steps, in logical layout.</summary>
    public SessionState Save()
    {
        var state = new SessionState(Options, Extras.Averages) { Steps = Steps };
        ForRows((member, tensor, row) => CopyRow(member, tensor, row, state.Members[member][tensor].Row(row)));
        for (int member = 0; member < _ages.Length; member++)
            state.Members[member].Ages.CopyFrom(_ages[member]);
        return state;
    }

    public void Load(SessionState state)
    {
        Forget();
        ForRows((member, tensor, row) => SetRow(member, tensor, row, state.Members[member][tensor].Row(row)));
        for (int member = 0; member < _ages.Length; member++)
            _ages[member].CopyFrom(state.Members[member].Ages);
        Steps = state.Steps;
    }

    /// <summary>Adds the state but for <see cref="Steps"/>, the parameters under the names they have in a model; it is read as the file is written.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        for (int member = 0; member < Options.Members; member++)
        {
            int own = member;
            foreach (StateTensor tensor in _tensors)
            {
                if (tensor.IsMatrix)
                {
                    writer.Add(tensor.Name(member), Options.Features, Options.Shape.Length, (feature, row) => CopyRow(own, tensor, feature, row));
                    continue;
                }
                var vector = new float[tensor.Columns(Options)];
                CopyRow(member, tensor, 0, vector);
                writer.Add<float>(tensor.Name(member), vector);
            }
            writer.Add<long>(BirthsName(member), _ages[member].Births).Add<long>(LastActiveName(member), _ages[member].LastActive);
        }
    }

    /// <summary>
    /// Reads what <see cref="AddTo"/> wrote; where the file's decoder has no weights of its own and this session's has, it goes on from the encoder's, moments included.
    /// </summary>
    public void ReadFrom(SafetensorsFile file, long steps)
    {
        Forget();
        bool untie = Options.Untied && !file.Contains(new StateTensor(Parameter.Decoder).Name(0));
        for (int member = 0; member < Options.Members; member++)
        {
            int own = member;
            foreach (StateTensor tensor in _tensors)
            {
                if (tensor.IsMatrix)
                {
                    StateTensor source = untie ? tensor with { Parameter = Parameter.Encoder } : tensor;
                    // Tied rows of length 1 are kept at any length, but an encoder's own count as they are.
                    bool rescale = untie && Options.UnitRows && (tensor.Slot is Slot.Value or Slot.Average);
                    file.Read(source.Name(member), Options.Features, Options.Shape.Length, (feature, row) => SetRow(own, tensor, feature, rescale ? UnitRow(row) : row));
                    continue;
                }
                var vector = new float[tensor.Columns(Options)];
                file.Read(tensor.Name(member), vector);
                SetRow(member, tensor, 0, vector);
            }
            file.Read(BirthsName(member), _ages[member].Births);
            file.Read(LastActiveName(member), _ages[member].LastActive);
            if (!_ages[member].AreWithin(steps))
                throw new InputException($"'{file.Path}' is damaged: it has features that were born or active after its {steps:N0} steps; restore it from a copy.");
        }
        Steps = steps;
    }

    /// <summary>A model with copies of the current parameters, or of their averages where these are kept.</summary>
    public Ensemble Snapshot()
    {
        Slot slot = Extras.Averages ? Slot.Average : Slot.Value;
        FloatMatrix Matrix(int member, Parameter parameter)
        {
            var copy = new FloatMatrix(Options.Features, Options.Shape.Length);
            for (int feature = 0; feature < copy.Rows; feature++)
                CopyRow(member, new StateTensor(parameter, slot), feature, copy.Row(feature));
            return copy;
        }
        float[] Vector(int member, Parameter parameter, int length)
        {
            var copy = new float[length];
            CopyRow(member, new StateTensor(parameter, slot), 0, copy);
            return copy;
        }
        return new Ensemble(Options, [.. Enumerable.Range(0, Options.Members).Select(member =>
        {
            var weights = new MemberWeights(
                Matrix(member, Parameter.Encoder),
                Options.Untied ? Matrix(member, Parameter.Decoder) : null,
                Options.EncoderBias ? Vector(member, Parameter.EncoderBias, Options.Features) : null,
                Options.PreBias ? Vector(member, Parameter.PreBias, Options.Shape.Length) : null);
            if (Options.UnitRows)
                (weights.Decoder ?? weights.Encoder).NormaliseRows();
            return weights;
        })]);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>Steps on <paramref name="batch"/>; may prepare <paramref name="next"/>, which then comes with the next call.</summary>
    protected abstract StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings);

    /// <summary>Sets a row of the session's own storage.</summary>
    protected abstract void WriteRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values);

    /// <summary>A matrix's row begins anew: it and its average take the weights, its moments are zero.</summary>
    protected virtual void ReplaceRow(int member, Parameter parameter, int feature, ReadOnlySpan<float> weights)
    {
        foreach (StateTensor tensor in _tensors.Where(tensor => tensor.Parameter == parameter))
            SetRow(member, tensor, feature, tensor.Slot is Slot.Value or Slot.Average ? weights : new float[weights.Length]);
    }

    /// <summary>Sets one number of b_enc or of what is kept of it.</summary>
    protected abstract void SetEncoderBias(int member, Slot slot, int feature, float value);

    /// <summary>What was prepared with former values of a parameter's row no longer holds.</summary>
    protected virtual void ValueChanged(int member, Parameter parameter, int row) { }

    /// <summary>Nothing that was prepared holds.</summary>
    protected virtual void Forget() { }

    /// <summary>1 / ‖row‖; 0 for a row of zeros, which stays one until it is updated.</summary>
    protected static double UnitScale(ReadOnlySpan<float> row)
    {
        double squared = 0;
        foreach (float value in row)
            squared += (double)value * value;
        return squared == 0 ? 0 : 1 / Math.Sqrt(squared);
    }

    /// <summary>What an average takes of a new value at an age.</summary>
    protected static double AverageShare(StepSettings settings, long age) => Math.Max(1 - settings.AverageDecay, 1.0 / age);

    protected FeatureAges Ages(int member) => _ages[member];

    /// <summary>1 − β₁ᵗ and 1 − β₂ᵗ of a row of age t.</summary>
    protected (double First, double Second) Corrections(long age) => (_correction1[age], _correction2[age]);

    /// <summary>To be called before anything is updated. What is beyond float32 counts as infinite, in float64 engines too.</summary>
    protected void ThrowIfNotFinite(StepLosses losses)
    {
        for (int member = 0; member < losses.Reconstruction.Length; member++)
        {
            if (!float.IsFinite((float)losses.Reconstruction[member]) || !float.IsFinite((float)losses.Auxiliary[member]) ||
                !float.IsFinite((float)losses.Consistency))
                throw NotFinite(member);
        }
    }

    protected ArithmeticException NotFinite(int member) => new(
        $"Step {Steps:N0}: member {member} has a pre-activation or a loss that is not a finite number; training diverged. Use a lower learning rate.");

    private static float[] UnitRow(ReadOnlySpan<float> row)
    {
        double scale = UnitScale(row);
        float[] unit = row.ToArray();
        foreach (ref float weight in unit.AsSpan())
            weight = (float)(weight * scale);
        return unit;
    }

    private static string BirthsName(int member) => $"members.{member}.births";

    private static string LastActiveName(int member) => $"members.{member}.last_active";

    private void ForRows(Action<int, StateTensor, int> body)
    {
        for (int member = 0; member < Options.Members; member++)
        {
            foreach (StateTensor tensor in _tensors)
            {
                for (int row = 0; row < tensor.Rows(Options); row++)
                    body(member, tensor, row);
            }
        }
    }
}
