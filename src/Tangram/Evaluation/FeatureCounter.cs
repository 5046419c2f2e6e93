namespace Tangram;

/// <summary>Counts each feature's activations and adds them up; an activation of exactly 0 is none.</summary>
internal sealed class FeatureCounter(int features)
{
    private readonly long[] _active = new long[features];
    private readonly double[] _sum = new double[features], _squares = new double[features];

    /// <summary>Features that an image activates, ascending.</summary>
    public int[] Alive => [.. Enumerable.Range(0, _active.Length).Where(feature => _active[feature] > 0)];

    /// <summary>Activations of all features.</summary>
    public long Activations => _active.Sum();

    /// <summary>Each feature's use in the codes of a set, [F].</summary>
    public static FeatureUse[] UseIn(SparseCodes codes)
    {
        var counter = new FeatureCounter(codes.Features);
        ReadOnlySpan<int> features = codes.Feature.Span;
        ReadOnlySpan<float> values = codes.Value.Span;
        for (int entry = 0; entry < features.Length; entry++)
            counter.Add(features[entry], values[entry]);
        return counter.Use(codes.Count);
    }

    /// <summary>Adds one entry of a code; says whether it is an activation.</summary>
    public bool Add(int feature, float activation)
    {
        if (activation == 0)
            return false;
        _active[feature]++;
        _sum[feature] += activation;
        _squares[feature] += (double)activation * activation;
        return true;
    }

    /// <summary>Images that activate a feature.</summary>
    public long Active(int feature) => _active[feature];

    /// <summary>Σ of its activations.</summary>
    public double Sum(int feature) => _sum[feature];

    /// <summary>Σ of their squares.</summary>
    public double Squares(int feature) => _squares[feature];

    /// <summary>Each feature's use over <paramref name="images"/> images, [F].</summary>
    public FeatureUse[] Use(int images) =>
        [.. _active.Select((active, feature) => new FeatureUse((double)active / images, active == 0 ? 0 : _sum[feature] / active))];
}
