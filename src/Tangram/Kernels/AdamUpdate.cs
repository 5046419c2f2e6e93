using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>What Adam needs for one row at one step: rate / (1 − β₁ᵗ) and 1 / √(1 − β₂ᵗ), t counted from the row's birth.</summary>
internal readonly record struct AdamScale(float Rate, float InverseRoot);

/// <summary>
/// What happens to a row beside Adam: it counts as Length·w; its gradient g becomes Clip·(g − Along·Length·w); its average goes Share of the way to its new value.
/// </summary>
internal readonly record struct RowStep(AdamScale Adam, float Length = 1, float Along = 0, float Clip = 1, float Share = 0);

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
        private readonly TSimd _beta1, _beta2, _rest1, _rest2, _epsilon, _tinyGradient, _tinyMoment, _rate, _inverseRoot, _length, _along, _clip, _share, _keep;

        [MethodImpl(MethodImplOptions.AggressiveInlining)] // or its fields live in memory, not in registers
        public Lanes(RowStep step)
        {
            (_beta1, _beta2) = (TSimd.Broadcast((float)Beta1), TSimd.Broadcast((float)Beta2));
            (_rest1, _rest2) = (TSimd.Broadcast((float)(1 - Beta1)), TSimd.Broadcast((float)(1 - Beta2)));
            (_epsilon, _tinyGradient, _tinyMoment) = (TSimd.Broadcast((float)Epsilon), TSimd.Broadcast(TinyGradient), TSimd.Broadcast(TinyMoment));
            (_rate, _inverseRoot) = (TSimd.Broadcast(step.Adam.Rate), TSimd.Broadcast(step.Adam.InverseRoot));
            (_length, _along, _clip) = (TSimd.Broadcast(step.Length), TSimd.Broadcast(-step.Along), TSimd.Broadcast(step.Clip));
            (_share, _keep) = (TSimd.Broadcast(step.Share), TSimd.Broadcast(1 - step.Share));
        }

        /// <summary>The gradient of the row as it counts, before it's clipped.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TSimd Project(float* w, TSimd gradient) => TSimd.MultiplyAdd(_along, _length * TSimd.Load(w), gradient);

        /// <summary><paramref name="average"/> may be null.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Step(float* w, float* m, float* v, float* average, TSimd gradient)
        {
            TSimd weight = _length * TSimd.Load(w);
            TSimd g = TSimd.ZeroBelow(_clip * TSimd.MultiplyAdd(_along, weight, gradient), _tinyGradient);
            TSimd first = TSimd.ZeroBelow(TSimd.MultiplyAdd(_beta1, TSimd.Load(m), _rest1 * g), _tinyMoment);
            TSimd second = TSimd.ZeroBelow(TSimd.MultiplyAdd(_beta2, TSimd.Load(v), _rest2 * g * g), _tinyMoment);
            first.Store(m);
            second.Store(v);
            TSimd denominator = TSimd.MultiplyAdd(TSimd.Sqrt(second), _inverseRoot, _epsilon);
            weight -= _rate * first / denominator;
            weight.Store(w);
            if (average is not null)
                TSimd.MultiplyAdd(_share, weight, _keep * TSimd.Load(average)).Store(average);
        }
    }

    /// <summary>The update of a row whose gradient lies in memory; <paramref name="columns"/> is a padded length, <paramref name="average"/> may be null.</summary>
    public static void Run<TSimd>(float* w, float* m, float* v, float* average, float* gradient, int columns, RowStep step) where TSimd : struct, ISimd<TSimd>
    {
        var lanes = new Lanes<TSimd>(step);
        for (int column = 0; column < columns; column += TSimd.Width)
            lanes.Step(w + column, m + column, v + column, average is null ? null : average + column, TSimd.Load(gradient + column));
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
