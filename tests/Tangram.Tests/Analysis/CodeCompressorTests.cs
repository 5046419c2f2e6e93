namespace Tangram.Tests;

public sealed class CodeCompressorTests
{
    private const int Features = 60, Images = 200;

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(5)]
    public void A_code_comes_back_quantised_in_as_many_bytes_as_its_probabilities_call_for(double step)
    {
        SparseCodes codes = Codes(1);
        double[] lengths = [.. Enumerable.Range(0, Features).Select(feature => 0.5 + (feature % 5))];
        CodeCompressor compressor = CodeCompressor.Fit(lengths, Codes(2), step);
        for (int image = 0; image < codes.Count; image++)
        {
            ReadOnlySpan<int> features = codes[image].Features.Span;
            ReadOnlySpan<float> activations = codes[image].Activations.Span;
            byte[] bytes = compressor.Compress(features, activations);
            var (decoded, values) = compressor.Decompress(bytes);
            var (expected, expectedValues) = (new List<int>(), new List<float>());
            for (int slot = 0; slot < features.Length; slot++)
            {
                double own = step / lengths[features[slot]], level = Math.Round(activations[slot] / own);
                if (level == 0)
                    continue;
                expected.Add(features[slot]);
                expectedValues.Add((float)(level * own));
            }
            Assert.Equal(expected, decoded);
            Assert.Equal(expectedValues, values);
            var (which, strongly) = compressor.BitsOf(features, activations);
            Assert.InRange(bytes.Length, ((which + strongly) / 8) - 8, ((which + strongly) / 8 * 1.0001) + 1.01);
        }
    }

    [Fact]
    public void Activations_and_features_never_seen_come_back_too()
    {
        CodeCompressor compressor = CodeCompressor.Fit([.. Enumerable.Repeat(1.0, Features)], Codes(2), 0.1);
        foreach (float value in new[] { 12.7f, 12.8f, -12.7f, -12.8f, 1e4f, -1e6f, 2e7f })
        {
            var (features, values) = compressor.Decompress(compressor.Compress([0, Features - 1], [value, -value]));
            Assert.Equal([0, Features - 1], features);
            Assert.Equal(value, values[0], Math.Abs(value) * 1e-6);
            Assert.Equal(-value, values[1], Math.Abs(value) * 1e-6);
        }
    }

    [Fact]
    public void An_empty_code_and_a_dead_dictionary_take_a_byte_at_most()
    {
        CodeCompressor compressor = CodeCompressor.Fit(new double[Features], new SparseCodes(Features, new long[Images + 1], [], []), 1);
        Assert.InRange(compressor.Compress([], []).Length, 0, 1);
        Assert.Empty(compressor.Decompress(compressor.Compress([], [])).Features);
        Assert.Empty(compressor.Decompress(compressor.Compress([3], [2.5f])).Features); // a feature of zeros says nothing
    }

    [Fact]
    public void What_the_model_takes_is_counted()
    {
        CodeCompressor compressor = CodeCompressor.Fit([.. Enumerable.Repeat(1.0, Features)], Codes(2), 0.1);
        Assert.InRange(compressor.ModelBytes, 3 * Features, 20_000);
    }

    [Fact]
    public void Projections_come_back_quantised()
    {
        var random = new CounterRandom(5, RandomPurpose.Shuffle);
        using var learned = new FloatMatrix(Images, 7);
        for (int image = 0; image < Images; image++)
        {
            for (int component = 0; component < 7; component++)
                learned.Row(image)[component] = (float)(random.Normal((ulong)((image * 7) + component)) * Math.Pow(0.3, component));
        }
        ComponentCompressor compressor = ComponentCompressor.Fit(learned, 5, 0.25);
        for (int image = 0; image < Images; image++)
        {
            float[] row = learned.Row(image).ToArray(), decoded = compressor.Decompress(compressor.Compress(row));
            Assert.Equal([.. row.Take(5).Select(value => (float)(Math.Round(value / 0.25) * 0.25))], decoded);
        }
        // Those that hardly vary cost hardly anything: the whole is near the entropy of the first three.
        Assert.InRange(Enumerable.Range(0, Images).Average(image => compressor.Compress(learned.Row(image)).Length), 1, 2.5);
    }

    /// <summary>Codes of up to 12 of the features, frequent and rare ones, of positive and some negative activations.</summary>
    private static SparseCodes Codes(ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        var rowStart = new long[Images + 1];
        var (features, values) = (new List<int>(), new List<float>());
        for (int image = 0; image < Images; image++)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                ulong index = (ulong)((image * Features) + feature);
                if (random.Uniform(index) > 0.4 / (1 + (feature % 10)))
                    continue;
                features.Add(feature);
                values.Add((float)((random.Normal(index) + 1.5) * (1 + (feature % 3))));
            }
            rowStart[image + 1] = features.Count;
        }
        return new SparseCodes(Features, rowStart, [.. features], [.. values]);
    }
}
