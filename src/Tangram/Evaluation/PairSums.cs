namespace Tangram;

/// <summary>What two members' codes of the same images have in common, added up image by image in float64.</summary>
internal sealed class PairSums(int features)
{
    private readonly double[] _products = new double[features];
    private double _distance;
    private long _inCommon, _active;

    /// <summary>Σ over images of ‖z_a − z_b‖².</summary>
    public double Distance => _distance;

    /// <summary>Of the features active in an image's two codes, the share active in both: 2 Σ |a ∩ b| / Σ (|a| + |b|); NaN where nothing is active.</summary>
    public double InCommon => _active == 0 ? double.NaN : 2.0 * _inCommon / _active;

    /// <summary>Σ over images of z_a z_b of each feature, [F].</summary>
    public ReadOnlySpan<double> Products => _products;

    /// <summary>Adds an image's codes, features ascending; an activation of exactly 0 is none.</summary>
    public void Add(ReadOnlySpan<int> featuresA, ReadOnlySpan<float> a, ReadOnlySpan<int> featuresB, ReadOnlySpan<float> b)
    {
        double aa = 0, bb = 0, ab = 0;
        foreach (float value in a)
        {
            aa += (double)value * value;
            _active += value == 0 ? 0 : 1;
        }
        int other = 0;
        for (int slot = 0; slot < b.Length; slot++)
        {
            bb += (double)b[slot] * b[slot];
            _active += b[slot] == 0 ? 0 : 1;
            while (other < a.Length && featuresA[other] < featuresB[slot])
                other++;
            if (other == a.Length || featuresA[other] != featuresB[slot])
                continue;
            double product = (double)a[other] * b[slot];
            ab += product;
            _products[featuresB[slot]] += product;
            _inCommon += product == 0 ? 0 : 1;
        }
        _distance += aa + bb - (2 * ab);
    }
}
