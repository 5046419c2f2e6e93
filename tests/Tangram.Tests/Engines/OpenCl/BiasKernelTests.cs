namespace Tangram.Tests;

[TestsKernels("pull_pre_bias", "add_pre_bias_parts", "update_pre_bias", "update_features", "measure")]
public sealed class BiasKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Members = 2, Member = 1, LastCorrection = 4;
    private const long Step = 9;
    private const float Rate = 0.05f, Decay = 0.75f, Clip = 0.6f;

    private static readonly int[] Columns = [1, 16, 17, 64, 65, 130];

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void The_pre_biass_gradient_is_the_plain_sum_whatever_its_parts(int group, bool isMixed)
    {
        const int Images = 13, Features = 17;
        const float Scale = 0.3f;
        foreach (int columns in Columns)
        {
            foreach (int rows in new[] { 1, 4, 13, 15, 29, 30, 64 })
            {
                using KernelBench bench = Bench(group, isMixed);
                FloatMatrix residuals = bench.Matrix(Images, columns, 1), weights = bench.Matrix(Features, columns, 2);
                float[] pulls = Numbers.Row(Features, 3);
                int stride = weights.Stride, parts = (Images + Features + rows - 1) / rows;
                OpenClBuffer<float> sums = bench.Marked((parts + 1) * stride), gradient = bench.Marked(stride + 1);
                bench.ForColumns("pull_pre_bias", stride, parts, bench.Buffer(residuals), Images, Scale, bench.Stored(weights), bench.Buffer(pulls), Features, rows, stride, sums);
                bench.ForItems("add_pre_bias_parts", stride, sums, parts, stride, gradient);
                float[] actual = gradient.Read();
                for (int column = 0; column < columns; column++)
                {
                    double[] terms =
                    [
                        .. Enumerable.Range(0, Images).Select(image => (double)Scale * residuals.Row(image)[column]),
                        .. Enumerable.Range(0, Features).Select(feature => (double)pulls[feature] * weights.Row(feature)[column]),
                    ];
                    Numbers.SumIsClose(terms.Sum(), actual[column], terms.Length, terms.Sum(Math.Abs));
                }
                Assert.False(actual.AsSpan(columns..stride).ContainsAnyExcept(0f));
                Assert.Equal(KernelBench.Mark, actual[stride]);
                Assert.False(sums.Read().AsSpan(parts * stride).ContainsAnyExcept(KernelBench.Mark));
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void The_pre_bias_steps_like_a_plain_one_unless_a_member_spoils_the_step(int group)
    {
        foreach (int columns in Columns)
        {
            foreach (bool hasAverages in new[] { false, true })
            {
                foreach (int spoiled in new[] { -1, 0, 1 })
                {
                    using KernelBench bench = Bench(group);
                    var biases = new Biases(bench, columns, hasAverages);
                    float[] gradient = Numbers.Row(columns, 5);
                    bench.ForItems("update_pre_bias", columns, bench.Buffer(gradient), bench.Buffer(float.NaN, Clip), Step, Corrections(bench), LastCorrection, Rate, Decay,
                        hasAverages, Flags(bench, spoiled), Members, Member, columns, biases.Values, biases.First, biases.Second, biases.Averages);
                    biases.Check(column => spoiled < 0 ? (gradient[column], Step) : null);
                }
            }
        }
    }

    /// <summary>Words hold the batch's bits first, then those of auxiliary activations, which don't count.</summary>
    [Theory, MemberData(nameof(Groups))]
    public void Features_that_a_batch_used_were_active_at_this_step(int group)
    {
        const long Before = 3;
        foreach (int batch in new[] { 1, 31, 32, 33, 63, 64, 65, 100 })
        {
            int features = 4 * batch, words = ((2 * batch) + 31) / 32;
            var active = new uint[features * words];
            for (int feature = 0; feature < features; feature++)
            {
                int row = feature / 2; // each of the rows alone, of the batch and behind it
                if (feature % 2 == 0)
                    active[(feature * words) + (row / 32)] = 1u << (row % 32);
            }
            foreach (int spoiled in new[] { -1, 0, 1 })
            {
                using KernelBench bench = Bench(group);
                OpenClBuffer<long> lastActive = bench.Buffer<long>([.. Enumerable.Repeat(Before, Members * features)]);
                OpenClBuffer<float> unused = bench.Buffer(0f);
                bench.ForItems("update_features", features, OpenClArgument.Of(bench.Buffer(active)), words, batch, unused, false, unused, bench.Buffer(0L), Step, unused,
                    LastCorrection, Rate, Decay, false, Flags(bench, spoiled), Members, Member, features, lastActive, unused, unused, unused, unused);
                Assert.Equal(
                    [
                        .. Enumerable.Repeat(Before, features),
                        .. Enumerable.Range(0, features).Select(feature => spoiled < 0 && feature % 2 == 0 && feature / 2 < batch ? Step : Before),
                    ],
                    lastActive.Read());
            }
        }
    }

    [Theory, MemberData(nameof(Groups))]
    public void Encoder_biases_step_like_plain_ones_from_their_births_unless_a_member_spoils_the_step(int group)
    {
        foreach (int features in new[] { 1, 8, 9, 64, 65 })
        {
            foreach (bool hasAverages in new[] { false, true })
            {
                foreach (int spoiled in new[] { -1, 0, 1 })
                {
                    using KernelBench bench = Bench(group);
                    var biases = new Biases(bench, Members * features, hasAverages);
                    float[] pulls = Numbers.Row(features, 5);
                    long[] births = [.. Enumerable.Range(0, Members * features).Select(place => (long)place % Step)];
                    bench.ForItems("update_features", features, OpenClArgument.Of(bench.Buffer(new uint[features])), 1, 7, bench.Buffer(pulls), true, bench.Buffer(float.NaN, Clip),
                        bench.Buffer(births), Step, Corrections(bench), LastCorrection, Rate, Decay, hasAverages, Flags(bench, spoiled), Members, Member, features,
                        bench.Buffer(new long[Members * features]), biases.Values, biases.First, biases.Second, biases.Averages);
                    biases.Check(place => spoiled < 0 && place >= features ? (pulls[place - features], Step - births[place]) : null);
                }
            }
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Lengths_and_offsets_are_the_plain_ones(int group, bool isMixed)
    {
        const int Features = 11, Empty = 4;
        foreach (int columns in Columns)
        {
            foreach (var (isUnit, isTied) in new[] { (false, false), (true, false), (true, true) })
            {
                using KernelBench bench = Bench(group, isMixed);
                FloatMatrix encoder = bench.Matrix(Features, columns, 1), decoder = bench.Matrix(Features, columns, 2, isStored: false), preBias = bench.Matrix(1, columns, 3);
                decoder.Row(Empty).Clear();
                float[] biases = Numbers.Row(Features, 4), others = [.. Enumerable.Repeat(float.NaN, Features)];
                OpenClBuffer<float> lengths = bench.Marked(Members * Features), offsets = bench.Marked(Members * Features);
                bench.ForRows("measure", Features, bench.Buffer(decoder), isUnit, bench.Stored(encoder), isTied, bench.Buffer<float>([.. others, .. biases]), bench.Buffer(preBias),
                    Member, Features, decoder.Stride, lengths, offsets);
                float[] actualLengths = lengths.Read(), actualOffsets = offsets.Read();
                for (int feature = 0; feature < Features; feature++)
                {
                    double square = GroupProduct.Reference(decoder.Row(feature), decoder.Row(feature)), length = !isUnit ? 1 : feature == Empty ? 0 : 1 / Math.Sqrt(square);
                    double shift = (isTied ? length : 1) * GroupProduct.Reference(encoder.Row(feature), preBias.Row(0)), magnitude = Math.Abs(biases[feature]);
                    for (int column = 0; column < columns; column++)
                        magnitude += Math.Abs((isTied ? length : 1) * encoder.Row(feature)[column] * preBias.Row(0)[column]);
                    Numbers.SumIsClose(length, actualLengths[Features + feature], columns, length);
                    Numbers.SumIsClose(biases[feature] - shift, actualOffsets[Features + feature], 2 * columns, magnitude);
                }
                Assert.False(actualLengths.AsSpan(0, Features).ContainsAnyExcept(KernelBench.Mark));
                Assert.False(actualOffsets.AsSpan(0, Features).ContainsAnyExcept(KernelBench.Mark));
            }
        }
    }

    private static OpenClBuffer<float> Corrections(KernelBench bench)
    {
        BiasCorrection first = new(AdamUpdate.Beta1), second = new(AdamUpdate.Beta2);
        return bench.Buffer<float>([.. Enumerable.Range(1, LastCorrection).SelectMany(age => new[] { (float)(1 / first[age]), (float)(1 / Math.Sqrt(second[age])) })]);
    }

    private static OpenClBuffer<int> Flags(KernelBench bench, int spoiled)
    {
        int[] flags = new int[Members];
        if (spoiled >= 0)
            flags[spoiled] = 1;
        return bench.Buffer(flags);
    }

    /// <summary>Numbers that learn, one by one.</summary>
    private sealed class Biases
    {
        private readonly float[] _values, _first, _second, _averages;
        private readonly bool _hasAverages;

        public Biases(KernelBench bench, int count, bool hasAverages)
        {
            (_values, _first, _averages, _hasAverages) = (Numbers.Row(count, 11), Numbers.Row(count, 12), Numbers.Row(count, 14), hasAverages);
            _second = Array.ConvertAll(Numbers.Row(count, 13), value => Math.Abs(value) + 0.01f);
            (Values, First, Second) = (bench.Buffer(_values), bench.Buffer(_first), bench.Buffer(_second));
            Averages = hasAverages ? bench.Buffer(_averages) : Values;
        }

        public OpenClBuffer<float> Values { get; }

        public OpenClBuffer<float> First { get; }

        public OpenClBuffer<float> Second { get; }

        public OpenClBuffer<float> Averages { get; }

        /// <summary>Each has stepped with a gradient at an age, or has its bits still.</summary>
        public void Check(Func<int, (float Gradient, long Age)?> step)
        {
            BiasCorrection first = new(AdamUpdate.Beta1), second = new(AdamUpdate.Beta2);
            float[] values = Values.Read(), firsts = First.Read(), seconds = Second.Read(), averages = Averages.Read();
            for (int place = 0; place < _values.Length; place++)
            {
                Span<float> w = _values.AsSpan(place, 1), m = _first.AsSpan(place, 1), v = _second.AsSpan(place, 1);
                if (step(place) is not var (gradient, age))
                {
                    Numbers.SameBits([w[0], m[0], v[0], _hasAverages ? _averages[place] : w[0]], [values[place], firsts[place], seconds[place], averages[place]]);
                    continue;
                }
                AdamUpdate.Reference(w, m, v, [(double)gradient * Clip], Rate, first[Math.Min(age, LastCorrection)], second[Math.Min(age, LastCorrection)]);
                double share = Math.Max(1 - Decay, 1.0 / age);
                Assert.Equal(w[0], values[place], 2e-6);
                Assert.Equal(m[0], firsts[place], 2e-6);
                Assert.Equal(v[0], seconds[place], 2e-6);
                Assert.Equal(_hasAverages ? (share * w[0]) + ((1 - share) * _averages[place]) : w[0], averages[place], 2e-6);
            }
        }
    }
}
