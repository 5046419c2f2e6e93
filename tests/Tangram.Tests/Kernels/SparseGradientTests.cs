namespace Tangram.Tests;

public sealed class SparseGradientTests
{
    private const int Samples = 11;
    /// <summary>Short ones all, and longer ones with every tail.</summary>
    private static readonly int[] Lengths = [.. Enumerable.Range(1, 33), 47, 48, 63, 64, 65, 79, 80, 112, 144, 207, 256];

    public static TheoryData<int, Streams> Cases =>
        [.. from width in Widths.All.Select(row => row.Data) from streams in Enum.GetValues<Streams>() select (width, streams)];

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Entries_sum_to_the_plain_gradient(int width)
    {
        for (int columns = 1; columns <= 80; columns++)
        {
            int count = columns % 9;
            using FloatMatrix e = Numbers.Matrix(Samples, columns, 1), x = Numbers.Matrix(Samples, columns, 2);
            GradientEntry[] entries = Entries(count, (ulong)columns);
            var plain = new double[columns];
            SparseGradient.Reference(entries, sample => Array.ConvertAll(e.Row(sample).ToArray(), value => (double)value), x, plain);
            using FloatMatrix gradient = Gradient(width, entries, e, x);
            for (int column = 0; column < columns; column++)
            {
                double magnitude = entries.Sum(entry => Math.Abs((double)entry.Activation * e.Row(entry.Residual)[column])
                    + Math.Abs((double)entry.Pull * x.Row(entry.Input)[column]));
                Numbers.SumIsClose(plain[column], gradient.Row(0)[column], (2 * count) + 4, magnitude);
            }
            Numbers.PaddingIsZero(gradient);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void No_entries_give_a_gradient_of_zero(int width)
    {
        foreach (int columns in new[] { 1, 16, 64, 79 })
        {
            using FloatMatrix e = Numbers.Matrix(Samples, columns, 1), x = Numbers.Matrix(Samples, columns, 2), gradient = Gradient(width, [], e, x);
            Assert.False(gradient.Row(0).ContainsAnyExcept(0f));
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Rows_step_by_their_gradient_as_the_formula_says(int width, Streams streams)
    {
        foreach (int columns in Lengths)
        {
            using var given = new PlainRow(streams, columns, entries: columns % 9, origin: columns % 2 == 0);
            foreach (RowStep step in Steps(columns))
            {
                using FloatMatrix average = PlainRow.Copy(given.Average);
                AdamRow row = given.Kernel(columns % 3 == 0 ? null : average);
                KernelSet.Of(width).SparseGradient(streams, given.Inputs, row, step);
                given.CompareStep(row, step);
                Array.ForEach(row.Matrices, matrix => matrix.Dispose());
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_squared_norm_is_the_plain_one_of_the_gradient_before_clipping(int width, Streams streams)
    {
        foreach (int columns in Lengths)
        {
            using var given = new PlainRow(streams, columns, entries: columns % 9, origin: columns % 2 == 0);
            foreach (RowStep step in Steps(columns))
            {
                float norm = KernelSet.Of(width).SquaredNorm(streams, given.Inputs, given.W, step);
                given.CompareSquaredNorm(norm, step);
                Numbers.SameBits([norm], [KernelSet.Of(width).SquaredNorm(streams, given.Inputs, given.W, step with { Clip = 0.5f * step.Clip })]);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_column_has_the_same_bits_however_many_follow_it_and_whatever_other_features_have(int width, Streams streams)
    {
        const int Columns = 208;
        using var given = new PlainRow(streams, Columns, entries: 7, origin: true);
        RowStep step = Steps(Columns)[^1];
        AdamRow whole = given.Kernel(PlainRow.Copy(given.Average));
        KernelSet.Of(width).SparseGradient(streams, given.Inputs, whole, step);
        foreach (int fewer in new[] { 16, 48, 64, 80, 144 })
        {
            AdamRow part = given.Kernel(PlainRow.Copy(given.Average, fewer), fewer);
            KernelSet.Of(width).SparseGradient(streams, given.Inputs, part, step);
            foreach (var (expected, actual) in whole.Matrices.Zip(part.Matrices))
                Numbers.SameBits(expected.Row(0)[..fewer], actual.Row(0));
            Array.ForEach(part.Matrices, matrix => matrix.Dispose());
        }
        Array.ForEach(whole.Matrices, matrix => matrix.Dispose());
    }

    [Fact]
    public void The_plain_gradient_is_activation_times_residual_plus_pull_times_input()
    {
        using var x = new FloatMatrix(2, 2);
        new float[] { 3, 4 }.CopyTo(x.Row(1));
        var gradient = new double[2];
        SparseGradient.Reference([new GradientEntry(1, 9, 2, 10)], residual => residual == 9 ? [5, 7] : [], x, gradient);
        Assert.Equal([(2 * 5) + (10 * 3), (2 * 7) + (10 * 4)], gradient);
    }

    /// <summary>Adam's first moments after one step from none are 1 − β₁ of the gradient.</summary>
    private static FloatMatrix Gradient(int width, GradientEntry[] entries, FloatMatrix e, FloatMatrix x)
    {
        var gradient = new FloatMatrix(1, e.Columns);
        using FloatMatrix w = new(1, e.Columns), v = new(1, e.Columns);
        KernelSet.Of(width).SparseGradient(Streams.Tied, new GradientInputs(entries, e, x), new AdamRow(w, gradient, v), new RowStep(new AdamScale(1e-3f, 1)));
        foreach (ref float value in gradient.Row(0))
            value = (float)(value / (1 - AdamUpdate.Beta1));
        return gradient;
    }

    /// <summary>No option, each alone, all, and a row of no length.</summary>
    private static RowStep[] Steps(int columns)
    {
        var plain = new RowStep(new AdamScale(2e-3f, 1.4f));
        float along = Numbers.Row(1, (ulong)columns)[0];
        return
        [
            plain,
            plain with { Length = 0.37f },
            plain with { Length = 1.8f, Along = along },
            plain with { Clip = 0.125f },
            plain with { Share = 0.3f },
            plain with { Share = 1 },
            plain with { Length = 0, Along = along, Clip = 0.5f, Share = 0.1f },
            plain with { Length = 0.6f, Along = along, Clip = 0.25f, Share = 0.01f },
        ];
    }

    private static GradientEntry[] Entries(int count, ulong seed)
    {
        int[] inputs = Numbers.Integers(count, Samples, seed), residuals = Numbers.Integers(count, Samples, seed + 500);
        float[] activations = Numbers.Row(count, seed), pulls = Numbers.Row(count, seed + 1000);
        return [.. inputs.Select((input, entry) => new GradientEntry(input, residuals[entry], activations[entry], pulls[entry]))];
    }

    /// <summary>A row before its step, its gradient's entries, and the formula in float64.</summary>
    private sealed class PlainRow : IDisposable
    {
        private readonly Streams _streams;
        private readonly FloatMatrix _m, _v;

        public PlainRow(Streams streams, int columns, int entries, bool origin)
        {
            _streams = streams;
            (W, _m, _v, Average) = (Numbers.Matrix(1, columns, 21), Numbers.Matrix(1, columns, 22), Numbers.Matrix(1, columns, 23), Numbers.Matrix(1, columns, 24));
            foreach (ref float value in _v.Row(0))
                value = Math.Abs(value) + 0.1f;
            GradientEntry[] own = Entries(entries, (ulong)columns);
            Inputs = new GradientInputs(own, Numbers.Matrix(Samples, columns, 25), Numbers.Matrix(Samples, columns, 26), origin ? Numbers.Matrix(1, columns, 27) : null,
                own.Sum(entry => entry.Pull));
        }

        public FloatMatrix W { get; }

        public FloatMatrix Average { get; }

        public GradientInputs Inputs { get; }

        public static FloatMatrix Copy(FloatMatrix source, int columns = int.MaxValue)
        {
            var copy = new FloatMatrix(1, Math.Min(source.Columns, columns));
            source.Row(0)[..copy.Columns].CopyTo(copy.Row(0));
            return copy;
        }

        public AdamRow Kernel(FloatMatrix? average, int columns = int.MaxValue) => new(Copy(W, columns), Copy(_m, columns), Copy(_v, columns), average);

        public void CompareStep(AdamRow actual, RowStep step)
        {
            int columns = W.Columns;
            double rate = step.Adam.Rate, correction = 1 / ((double)step.Adam.InverseRoot * step.Adam.InverseRoot);
            float[] w = Array.ConvertAll(W.Row(0).ToArray(), value => step.Length * value), m = _m.Row(0).ToArray(), v = _v.Row(0).ToArray();
            var gradients = new double[columns];
            for (int column = 0; column < columns; column++)
                gradients[column] = step.Clip * Gradient(column, step, out _);
            AdamUpdate.Reference(w, m, v, gradients, rate, correction1: 1, correction);
            for (int column = 0; column < columns; column++)
            {
                Gradient(column, step, out double magnitude);
                double error = step.Clip * magnitude * Error;
                Assert.InRange(Math.Abs((double)m[column] - actual.M.Row(0)[column]), 0, error + Rounding(m[column], _m.Row(0)[column]));
                Assert.InRange(Math.Abs((double)v[column] - actual.V.Row(0)[column]), 0, (1e-2 * error * (Math.Abs(gradients[column]) + error)) + Rounding(v[column], _v.Row(0)[column]));
                double weightError = (rate * 1e-5) + (rate * error) + Rounding(w[column], W.Row(0)[column]);
                Assert.InRange(Math.Abs((double)w[column] - actual.W.Row(0)[column]), 0, weightError);
                if (actual.Average is null)
                    continue;
                double before = Average.Row(0)[column], average = before + (step.Share * (w[column] - before));
                Assert.InRange(Math.Abs(average - actual.Average.Row(0)[column]), 0, weightError + Rounding(before, average));
            }
            Array.ForEach(actual.Matrices, Numbers.PaddingIsZero);
        }

        public void CompareSquaredNorm(float actual, RowStep step)
        {
            double sum = 0, allowed = 0;
            for (int column = 0; column < W.Columns; column++)
            {
                double gradient = Gradient(column, step, out double magnitude), error = magnitude * Error;
                sum += gradient * gradient;
                allowed += (2 * error * Math.Abs(gradient)) + (error * error);
            }
            Assert.InRange(Math.Abs(sum - actual), 0, allowed + (2e-7 * Math.Sqrt(W.Columns) * sum));
        }

        public void Dispose()
        {
            foreach (FloatMatrix? matrix in new[] { W, _m, _v, Average, Inputs.E, Inputs.X, Inputs.Origin })
                matrix?.Dispose();
        }

        /// <summary>A sum's error as a share of its terms' magnitudes.</summary>
        private double Error => 6e-8 * (6 + Math.Sqrt(2 * Inputs.Entries.Length));

        private static double Rounding(double after, double before) => 2.5e-7 * (Math.Abs(after) + Math.Abs(before));

        /// <summary>Σ_j z_j · e_j + δ_j · x_j − (Σ_j δ_j) · b − Along · Length · w, of a column.</summary>
        private double Gradient(int column, RowStep step, out double magnitude)
        {
            var terms = new List<double> { -(double)step.Along * step.Length * W.Row(0)[column] };
            foreach (GradientEntry entry in Inputs.Entries)
            {
                if (_streams != Streams.Encoder)
                    terms.Add((double)entry.Activation * Inputs.E.Row(entry.Residual)[column]);
                if (_streams != Streams.Decoder)
                    terms.Add((double)entry.Pull * Inputs.X.Row(entry.Input)[column]);
            }
            if (_streams != Streams.Decoder && Inputs.Origin is { } origin)
                terms.Add(-(double)Inputs.OriginPull * origin.Row(0)[column]);
            magnitude = terms.Sum(Math.Abs);
            return terms.Sum();
        }
    }
}
