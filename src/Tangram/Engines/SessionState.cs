namespace Tangram;

/// <summary>One of the matrices [F, D] that a member's training keeps.</summary>
internal enum StateMatrix
{
    /// <summary>W.</summary>
    Weights,

    /// <summary>Adam's m.</summary>
    FirstMoments,

    /// <summary>Adam's v.</summary>
    SecondMoments,
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
internal sealed class MemberState(int features, int inputs) : IDisposable
{
    private readonly FloatMatrix[] _matrices = [.. Enum.GetValues<StateMatrix>().Select(_ => new FloatMatrix(features, inputs))];

    public FloatMatrix Weights => this[StateMatrix.Weights];

    public FloatMatrix FirstMoments => this[StateMatrix.FirstMoments];

    public FloatMatrix SecondMoments => this[StateMatrix.SecondMoments];

    public FeatureAges Ages { get; } = new(features);

    public FloatMatrix this[StateMatrix matrix] => _matrices[(int)matrix];

    public void Dispose()
    {
        foreach (FloatMatrix matrix in _matrices)
            matrix.Dispose();
    }
}

/// <summary>The raw state of a training session in logical layout: parameters, moments, ages, steps.</summary>
internal sealed class SessionState(ModelOptions options) : IDisposable
{
    public ModelOptions Options { get; } = options;

    public MemberState[] Members { get; } = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberState(options.Features, options.Shape.Length))];

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    public void Dispose()
    {
        foreach (MemberState member in Members)
            member.Dispose();
    }
}
