namespace Tangram;

/// <summary>What is kept of a parameter during training.</summary>
internal enum Slot
{
    /// <summary>The parameter. Rows that shall have length 1 are kept at any length: what counts is their direction.</summary>
    Value,

    /// <summary>Adam's m.</summary>
    FirstMoment,

    /// <summary>Adam's v.</summary>
    SecondMoment,

    /// <summary>The average of the values so far.</summary>
    Average,
}

/// <summary>One of the tensors that a member's training keeps: rows [F, D] of a matrix, or one row of a bias.</summary>
internal readonly record struct StateTensor(Parameter Parameter, Slot Slot = Slot.Value)
{
    public bool IsMatrix => Parameter is Parameter.Encoder or Parameter.Decoder;

    public int Rows(ModelOptions options) => IsMatrix ? options.Features : 1;

    public int Columns(ModelOptions options) => Parameter == Parameter.EncoderBias ? options.Features : options.Shape.Length;

    public string Name(int member) => Ensemble.NameOf(member, Parameter) + Slot switch
    {
        Slot.FirstMoment => ".first_moment",
        Slot.SecondMoment => ".second_moment",
        Slot.Average => Ensemble.AverageSuffix,
        _ => "",
    };

    /// <summary>What a model learns.</summary>
    public static Parameter[] ParametersOf(ModelOptions options) =>
    [
        Parameter.Encoder,
        .. options.Untied ? [Parameter.Decoder] : Array.Empty<Parameter>(),
        .. options.EncoderBias ? [Parameter.EncoderBias] : Array.Empty<Parameter>(),
        .. options.PreBias ? [Parameter.PreBias] : Array.Empty<Parameter>(),
    ];

    /// <summary>What the training of a model keeps.</summary>
    public static StateTensor[] Of(ModelOptions options, bool averages) =>
    [
        .. from parameter in ParametersOf(options)
           from slot in Enum.GetValues<Slot>()
           where averages || slot != Slot.Average
           select new StateTensor(parameter, slot),
    ];
}

/// <summary>What is remembered of a member's features beside the matrices, in steps done.</summary>
internal sealed class FeatureAges(int features)
{
    /// <summary>When each feature was initialised or last replaced.</summary>
    public long[] Births { get; } = new long[features];

    /// <summary>When each feature was last active, or its birth.</summary>
    public long[] LastActive { get; } = new long[features];

    /// <summary>Whether every feature was born at 0 or later, active no earlier than that, and neither after so many steps.</summary>
    public bool AreWithin(long steps) =>
        Enumerable.Range(0, Births.Length).All(feature => Births[feature] >= 0 && Births[feature] <= LastActive[feature] && LastActive[feature] <= steps);

    public void CopyFrom(FeatureAges source)
    {
        source.Births.CopyTo(Births, 0);
        source.LastActive.CopyTo(LastActive, 0);
    }
}

/// <summary>One member's part of a <see cref="SessionState"/>.</summary>
internal sealed class MemberState(ModelOptions options, bool averages) : IDisposable
{
    private readonly Dictionary<StateTensor, FloatMatrix> _tensors =
        StateTensor.Of(options, averages).ToDictionary(tensor => tensor, tensor => new FloatMatrix(tensor.Rows(options), tensor.Columns(options)));

    public IEnumerable<StateTensor> Tensors => _tensors.Keys;

    /// <summary>W.</summary>
    public FloatMatrix Weights => this[Parameter.Encoder];

    public FeatureAges Ages { get; } = new(options.Features);

    public FloatMatrix this[Parameter parameter, Slot slot = Slot.Value] => this[new StateTensor(parameter, slot)];

    public FloatMatrix this[StateTensor tensor] => _tensors[tensor];

    public void Dispose()
    {
        foreach (FloatMatrix matrix in _tensors.Values)
            matrix.Dispose();
    }
}

/// <summary>The raw state of a training session in logical layout: parameters, moments, averages, ages, steps.</summary>
internal sealed class SessionState(ModelOptions options, bool averages) : IDisposable
{
    public ModelOptions Options { get; } = options;

    public MemberState[] Members { get; } = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberState(options, averages))];

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    public void Dispose()
    {
        foreach (MemberState member in Members)
            member.Dispose();
    }
}
