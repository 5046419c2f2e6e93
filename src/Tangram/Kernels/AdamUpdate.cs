using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>What Adam needs for one row at one step: rate / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ), t counted from the row's birth.</summary>
internal readonly record struct AdamScale(float Rate, float InverseRoot);

/// <summary>
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate/(1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε). Source: Kingma and Ba, "Adam", 2015, in the order of
/// operations that PyTorch uses. Gradients below 2⁻⁵⁰ and moments below 2⁻¹⁰⁰ count as 0, so that idle rows never become denormal.
/// </summary>
internal static unsafe class AdamUpdate
{
    public const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private const float TinyGradient = 1f / (1L << 50), TinyMoment = TinyGradient * TinyGradient;

    /// <summary>The plain update; arithmetic in float64, state in float32.</summary>
    public static void Reference(Span<float> w, Span<float> m, Span<float> v, ReadOnlySpan<double> gradient, double rate, double correction1, double correction2)
    {
        for (int column = 0; column < w.Length; column++)
        {
            double g = Math.Abs(gradient[column]) < TinyGradient ? 0 : gradient[column];
            m[column] = Flush((float)((Beta1 * m[column]) + ((1.0 - Beta1) * g)));
            v[column] = Flush((float)((Beta2 * v[column]) + ((1.0 - Beta2) * g * g)));
            w[column] = (float)(w[column] - (rate / correction1 * m[column] / ((Math.Sqrt(v[column]) / Math.Sqrt(correction2)) + Epsilon)));
        }
    }

    /// <summary>The update of one vector of columns, for kernels that have its gradient in a register.</summary>
    public readonly struct Lanes<TSimd> where TSimd : struct, ISimd<TSimd>
    {
        private readonly TSimd _beta1, _beta2, _rest1, _rest2, _epsilon, _tinyGradient, _tinyMoment, _rate, _inverseRoot;

        [MethodImpl(MethodImplOptions.AggressiveInlining)] // or its fields live in memory, not in registers
        public Lanes(AdamScale scale)
        {
            (_beta1, _beta2) = (TSimd.Broadcast((float)Beta1), TSimd.Broadcast((float)Beta2));
            (_rest1, _rest2) = (TSimd.Broadcast((float)(1 - Beta1)), TSimd.Broadcast((float)(1 - Beta2)));
            (_epsilon, _tinyGradient, _tinyMoment) = (TSimd.Broadcast((float)Epsilon), TSimd.Broadcast(TinyGradient), TSimd.Broadcast(TinyMoment));
            (_rate, _inverseRoot) = (TSimd.Broadcast(scale.Rate), TSimd.Broadcast(scale.InverseRoot));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step(float* w, float* m, float* v, TSimd gradient)
        {
            TSimd g = TSimd.ZeroBelow(gradient, _tinyGradient);
            TSimd first = TSimd.ZeroBelow(TSimd.MultiplyAdd(_beta1, TSimd.Load(m), _rest1 * g), _tinyMoment);
            TSimd second = TSimd.ZeroBelow(TSimd.MultiplyAdd(_beta2, TSimd.Load(v), _rest2 * g * g), _tinyMoment);
            first.Store(m);
            second.Store(v);
            TSimd denominator = TSimd.MultiplyAdd(TSimd.Sqrt(second), _inverseRoot, _epsilon);
            (TSimd.Load(w) - (_rate * first / denominator)).Store(w);
        }
    }

    private static float Flush(float moment) => Math.Abs(moment) < TinyMoment ? 0 : moment;
}

/// <summary>1 − βᵗ for t = 1, 2, …, by repeated multiplication: the C library's power differs between platforms.</summary>
internal sealed class BiasCorrection(double beta)
{
    private readonly List<double> _powers = [1];

    public double this[long steps]
    {
        get
        {
            // βᵗ has underflowed against 1 long before the list grows large.
            while (_powers.Count <= steps && _powers[^1] > 1e-17)
                _powers.Add(_powers[^1] * beta);
            return 1 - (steps < _powers.Count ? _powers[(int)steps] : 0);
        }
    }
}
