namespace Tangram.Tests;

[TestsKernels("update", "square_gradient", "clip")]
public sealed class UpdateKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Decoder = 1, Encoder = 2;

    private static readonly int[] Columns = [1, 16, 17, 63, 64, 65, 130];

    /// <summary>The parts of a gradient; whether rows count as of length 1.</summary>
    private static IEnumerable<(int Parts, bool IsUnit)> Kinds => from parts in new[] { Decoder, Encoder, Decoder | Encoder } from isUnit in new[] { false, true } select (parts, isUnit);

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Rows_step_like_plain_ones(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            foreach (var (parts, isUnit) in Kinds)
            {
                foreach (bool hasAverages in new[] { false, true })
                {
                    using KernelBench bench = Bench(group, isMixed);
                    var rows = new Rows(bench, columns, parts, isUnit, hasAverages);
                    rows.Update();
                    rows.CheckSteps();
                }
            }
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void A_spoiled_step_changes_nothing(int group, bool isMixed)
    {
        for (int spoiled = 0; spoiled < Rows.Members; spoiled++)
        {
            using KernelBench bench = Bench(group, isMixed);
            var rows = new Rows(bench, 65, Decoder | Encoder, isUnit: true, hasAverages: true);
            float[][] before = rows.State();
            rows.Flags.Write(spoiled, [1]);
            rows.Update();
            foreach (var (expected, actual) in before.Zip(rows.State()))
                Numbers.SameBits(expected, actual);
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Tiny_gradients_and_moments_count_as_zero(int group)
    {
        const float TinyGradient = 1f / (1L << 50), TinyMoment = TinyGradient * TinyGradient;
        float[] gradients = [MathF.BitDecrement(TinyGradient), -MathF.BitDecrement(TinyGradient), 1e-40f, TinyGradient, -TinyGradient, 0, 0, 0, 0];
        float[] first = [0, 0, 0, 0, 0, TinyMoment * 1.1f, -TinyMoment * 1.1f, TinyMoment * 1.2f, 1e-40f];
        float[] second = [0, 0, 0, 0, 0, TinyMoment, TinyMoment, TinyMoment * 1.1f, 1e-40f];
        using KernelBench bench = Bench(group);
        int columns = gradients.Length, stride = OpenClLayout.TileDepth;
        float[] Padded(float[] row) => [.. row, .. new float[stride - columns]];
        float[] weights = Numbers.Row(columns, 1), plain = [.. weights], plainFirst = [.. first], plainSecond = [.. second];
        AdamUpdate.Reference(plain, plainFirst, plainSecond, Array.ConvertAll(gradients, gradient => (double)gradient), 0.1, 1, 1);
        OpenClBuffer<float> w = bench.Buffer(Padded(weights)), m = bench.Buffer(Padded(first)), v = bench.Buffer(Padded(second)), zeros = bench.Buffer(new float[stride]);
        OpenClBuffer<float> one = bench.Buffer(1f);
        bench.ForColumns("update", stride, 1, Decoder, false, OpenClArgument.Of(bench.Buffer(new GradientEntry(0, 0, 1, 0))), bench.Buffer(0, 1), bench.Buffer(Padded(gradients)),
            zeros, zeros, one, one, one, bench.Buffer(0L), 1L, bench.Buffer(1f, 1f), 1, 0.1f, 0f, false, bench.Buffer(0), 1, 0, 1, stride, w, m, v, w, w);

        float[] actual = w.Read()[..columns], actualFirst = m.Read()[..columns], actualSecond = v.Read()[..columns];
        int[] resting = [0, 1, 2, 5, 6, 8];
        foreach (int column in resting)
            Assert.Equal((weights[column], 0f, 0f), (actual[column], actualFirst[column], actualSecond[column]));
        Assert.Equal([3, 4, 7], Enumerable.Range(0, columns).Where(column => actualFirst[column] != 0));
        for (int column = 0; column < columns; column++)
        {
            Assert.Equal(plainFirst[column], actualFirst[column], Math.Abs(plainFirst[column]) * 1e-6f);
            Assert.Equal(plainSecond[column], actualSecond[column], Math.Abs(plainSecond[column]) * 1e-6f);
            Assert.Equal(plain[column], actual[column], 1e-6f);
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Squared_gradients_are_the_plain_ones_alone_or_added(int group, bool isMixed)
    {
        foreach (int columns in Columns)
        {
            foreach (var (parts, isUnit) in Kinds)
            {
                foreach (bool isAdded in new[] { false, true })
                {
                    using KernelBench bench = Bench(group, isMixed);
                    var rows = new Rows(bench, columns, parts, isUnit, hasAverages: false);
                    float[] before = [.. Enumerable.Range(1, Rows.Features).Select(feature => (float)feature), KernelBench.Mark];
                    float[] actual = rows.Square(before, isAdded);
                    for (int feature = 0; feature < Rows.Features; feature++)
                    {
                        double square = rows.Gradient(feature).Sum(value => value * value), expected = square + (isAdded ? before[feature] : 0);
                        Assert.Equal(expected, actual[feature], expected * 1e-5);
                    }
                    Assert.Equal(KernelBench.Mark, actual[^1]);
                }
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void A_gradient_longer_than_allowed_is_brought_down_to_the_norm(int group)
    {
        foreach (int features in new[] { 1, 63, 64, 65, 200 })
        {
            foreach (var (hasEncoderBias, hasPreBias) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                float[] squares = Array.ConvertAll(Numbers.Row(features, 1), Math.Abs), pulls = Numbers.Row(features, 2), bias = Numbers.Row(80, 3);
                double norm = Math.Sqrt(squares.Sum(square => (double)square) + (hasEncoderBias ? pulls.Sum(pull => (double)pull * pull) : 0)
                    + (hasPreBias ? bias.Sum(pull => (double)pull * pull) : 0));
                Assert.Equal(0.5, Clip(group, squares, pulls, hasEncoderBias, bias, hasPreBias, (float)(norm / 2)), 1e-5);
                Assert.Equal(1, Clip(group, squares, pulls, hasEncoderBias, bias, hasPreBias, (float)(norm * 1.001)));
            }
        }
        Assert.Equal(1, Clip(group, [4], [0], false, [0], false, 2)); // as long as allowed
        Assert.Equal(1, Clip(group, [0], [0], false, [0], false, 1));
    }

    private float Clip(int group, float[] squares, float[] pulls, bool hasEncoderBias, float[] bias, bool hasPreBias, float maximum)
    {
        using KernelBench bench = Bench(group);
        OpenClBuffer<float> clips = bench.Marked(3);
        bench.ForOne("clip", bench.Buffer(squares), bench.Buffer(pulls), hasEncoderBias, squares.Length, bench.Buffer(bias), hasPreBias, bias.Length, maximum, clips, 1);
        float[] actual = clips.Read();
        Assert.Equal((KernelBench.Mark, KernelBench.Mark), (actual[0], actual[2]));
        return actual[1];
    }

    /// <summary>The rows of the second of two members: some without entries, some just born, some older than corrections matter.</summary>
    private sealed class Rows
    {
        public const int Features = 7, Members = 2;
        private const int Images = 6, Member = 1, LastCorrection = 5;
        private const long Step = 20;
        private const float Rate = 0.05f, Decay = 0.75f, Clip = 0.6f;

        private readonly KernelBench _bench;
        private readonly int _parts;
        private readonly bool _isUnit, _hasAverages;
        private readonly FloatMatrix _images, _residuals, _bias, _weights, _first, _second, _averages, _copy;
        private readonly GradientEntry[] _entries;
        private readonly int[] _starts = [0, 3, 3, 4, 10, 12, 12, 19];
        private readonly long[] _births = [Step - 1, Step - 2, 0, Step - 5, Step - 6, Step - 3, 1];
        private readonly float[] _lengths, _alongs;
        private readonly OpenClBuffer<float> _w, _m, _v, _mean;
        private readonly StoredNumbers? _halves;

        public Rows(KernelBench bench, int columns, int parts, bool isUnit, bool hasAverages)
        {
            (_bench, _parts, _isUnit, _hasAverages) = (bench, parts, isUnit, hasAverages);
            (_images, _residuals, _bias) = (bench.Matrix(Images, columns, 1), bench.Matrix(2 * Images, columns, 2), bench.Matrix(1, columns, 3));
            (_weights, _copy) = (bench.Matrix(Features, columns, 4, isStored: false), bench.Matrix(Features, columns, 4));
            (_first, _second, _averages) = (bench.Matrix(Features, columns, 5), bench.Matrix(Features, columns, 6), bench.Matrix(Features, columns, 7));
            for (int feature = 0; feature < Features; feature++)
            {
                foreach (ref float value in _second.Row(feature))
                    value = Math.Abs(value) + 0.01f;
            }
            int entries = _starts[^1];
            int[] images = Numbers.Integers(entries, Images, 8), residuals = Numbers.Integers(entries, 2 * Images, 9);
            float[] activations = Numbers.Row(entries, 10), pulls = Numbers.Row(entries, 11);
            _entries = [.. Enumerable.Range(0, entries).Select(entry => new GradientEntry(images[entry], residuals[entry], activations[entry], pulls[entry]))];
            (_lengths, _alongs) = (Numbers.Row(Features, 12), Numbers.Row(Features, 13));
            (_alongs[1], _alongs[5]) = (0, 0); // sums over no entries
            Flags = bench.Buffer(new int[Members]);
            (_w, _m, _v) = (bench.Buffer(_weights), bench.Buffer(_first), bench.Buffer(_second));
            _mean = hasAverages ? bench.Buffer(_averages) : _w;
            _halves = bench.IsMixed ? bench.Stored(_copy) : null;
        }

        public OpenClBuffer<int> Flags { get; }

        private OpenClArgument Copy => _halves is not null ? _halves : _w;

        public float[][] State() => [_w.Read(), _m.Read(), _v.Read(), _mean.Read(), .. _halves is null ? Array.Empty<float[]>() : [_halves.Read()]];

        public void Update()
        {
            BiasCorrection first = new(AdamUpdate.Beta1), second = new(AdamUpdate.Beta2);
            float[] corrections = [.. Enumerable.Range(1, LastCorrection).SelectMany(age => new[] { (float)(1 / first[age]), (float)(1 / Math.Sqrt(second[age])) })];
            _bench.ForColumns("update", _weights.Stride, Features, _parts, _isUnit, OpenClArgument.Of(_bench.Buffer(_entries)), _bench.Buffer(_starts), _bench.Buffer(_residuals),
                _bench.Stored(_images), _bench.Buffer(_bias), Own(_lengths), _bench.Buffer(_alongs), _bench.Buffer(float.NaN, Clip),
                _bench.Buffer<long>([.. Enumerable.Repeat(Step, Features), .. _births]), Step, _bench.Buffer(corrections), LastCorrection, Rate, Decay, _hasAverages, Flags, Members,
                Member, Features, _weights.Stride, _w, _m, _v, _mean, Copy);
        }

        public float[] Square(float[] before, bool isAdded)
        {
            OpenClBuffer<float> squares = _bench.Buffer(before);
            _bench.ForRows("square_gradient", Features, _parts, _isUnit, OpenClArgument.Of(_bench.Buffer(_entries)), _bench.Buffer(_starts), _bench.Buffer(_residuals),
                _bench.Stored(_images), _bench.Buffer(_bias), Own(_lengths), _bench.Buffer(_alongs), Member, Features, _weights.Stride, Copy, isAdded, squares);
            return squares.Read();
        }

        /// <summary>A row's gradient, projected but not clipped.</summary>
        public double[] Gradient(int feature)
        {
            GradientEntry[] entries = [.. _entries[_starts[feature].._starts[feature + 1]].Select(entry => entry with
            {
                Activation = (_parts & Decoder) != 0 ? entry.Activation : 0,
                Pull = (_parts & Encoder) != 0 ? entry.Pull : 0,
            })];
            double[] gradient = new double[_weights.Columns];
            SparseGradient.Reference(entries, row => Array.ConvertAll(_residuals.Row(row).ToArray(), value => (double)value), _images, gradient);
            for (int column = 0; column < gradient.Length; column++)
            {
                gradient[column] -= entries.Sum(entry => (double)entry.Pull) * _bias.Row(0)[column];
                if (_isUnit)
                    gradient[column] -= (double)_alongs[feature] * _lengths[feature] * _copy.Row(feature)[column];
            }
            return gradient;
        }

        public void CheckSteps()
        {
            BiasCorrection firstCorrection = new(AdamUpdate.Beta1), secondCorrection = new(AdamUpdate.Beta2);
            for (int feature = 0; feature < Features; feature++)
            {
                long age = Step - _births[feature];
                float share = Math.Max(1 - Decay, 1f / age);
                Span<float> w = _weights.Row(feature), mean = _averages.Row(feature);
                double[] gradient = Array.ConvertAll(Gradient(feature), value => value * Clip);
                for (int column = 0; _isUnit && column < w.Length; column++)
                    w[column] *= _lengths[feature];
                AdamUpdate.Reference(w, _first.Row(feature), _second.Row(feature), gradient, Rate, firstCorrection[Math.Min(age, LastCorrection)],
                    secondCorrection[Math.Min(age, LastCorrection)]);
                for (int column = 0; column < w.Length; column++)
                    mean[column] = (float)((share * (double)w[column]) + ((1 - (double)share) * mean[column]));
            }
            AreClose(_weights, _w.Read());
            AreClose(_first, _m.Read());
            AreClose(_second, _v.Read());
            AreClose(_hasAverages ? _averages : _weights, _mean.Read());
            if (_halves is not null)
                Numbers.SameBits(Array.ConvertAll(_w.Read(), _bench.Kept), _halves.Read());
        }

        private OpenClBuffer<float> Own(float[] values) => _bench.Buffer<float>([.. Enumerable.Repeat(float.NaN, values.Length), .. values]);

        private static void AreClose(FloatMatrix expected, float[] actual)
        {
            using var matrix = new FloatMatrix(expected.Rows, expected.Columns);
            for (int row = 0; row < expected.Rows; row++)
            {
                ReadOnlySpan<float> padded = actual.AsSpan(row * expected.Stride, expected.Stride);
                padded[..expected.Columns].CopyTo(matrix.Row(row));
                Assert.False(padded[expected.Columns..].ContainsAnyExcept(0f));
            }
            Numbers.AreClose(expected, matrix, 2e-6);
        }
    }
}
