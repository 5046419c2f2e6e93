namespace Tangram.Tests;

public sealed class InferenceTests
{
    private const int Inputs = 29, Features = 43, K = 6, Count = 150; // three tiles of images, the last one short
    private static readonly ImageSet Images = Sessions.Images(Count, Inputs, 12);

    [Theory]
    [InlineData(60_000, 2, 128)]
    [InlineData(1_146, 2, 96)] // 6 tiles each, not 5 of 128 beside 4
    [InlineData(128, 2, 64)]
    [InlineData(100, 16, 32)]
    [InlineData(1, 4, 32)]
    [InlineData(33, 1, 64)]
    public void Tiles_are_as_large_as_lets_all_threads_work(int images, int threads, int samples) => Assert.Equal(samples, EncoderTile.SamplesFor(images, threads));

    [Theory]
    [InlineData(20)]
    [InlineData(1300)]
    public void An_image_that_several_threads_encode_has_the_same_code(int features)
    {
        var shape = new ImageShape(30, 20, 1);
        SparseAutoencoder model = Make.Full(shape, features, 9, 1)[0];
        var image = new float[shape.Length];
        Make.Images(shape, 1).CopyTo(0, image);
        using var workers = new Workers(3);
        var (expected, expectedActivations) = model.Encode(image);
        var (found, activations) = model.Encode(image, workers);
        Assert.Equal(expected, found);
        Assert.Equal(expectedActivations, activations);
    }

    [Fact]
    public void A_sets_codes_have_the_bits_of_each_images_own_code()
    {
        SparseAutoencoder model = Model();
        SparseCodes codes = model.Encode(Images, cancellation: Stop);
        Assert.Equal((Count, Features, (long)Count * K), (codes.Count, codes.Features, codes.NonZeros));
        var image = new float[Inputs];
        for (int index = 0; index < Count; index++)
        {
            Images.CopyTo(index, image);
            var (features, activations) = model.Encode(image);
            Assert.Equal(features, codes[index].Features.ToArray());
            Numbers.SameBits(activations, codes[index].Activations.Span);
        }
    }

    [Fact]
    public void Codes_are_those_of_plain_loops()
    {
        SparseAutoencoder model = Model();
        SparseCodes codes = model.Encode(Images, cancellation: Stop);
        var image = new float[Inputs];
        for (int index = 0; index < Count; index++)
        {
            Images.CopyTo(index, image);
            var (features, activations, pre) = (new int[K], new float[K], new float[Features]);
            for (int feature = 0; feature < Features; feature++)
                pre[feature] = (float)GroupProduct.Reference(image, model.Feature(feature));
            Assert.True(TopKSelection.Reference(pre, K, features, activations));
            Assert.Equal(features, codes[index].Features.ToArray());
            for (int slot = 0; slot < K; slot++)
            {
                double magnitude = GroupProduct.Reference(image, Array.ConvertAll(model.Feature(features[slot]).ToArray(), Math.Abs)); // pixels are positive
                Numbers.SumIsClose(activations[slot], codes[index].Activations.Span[slot], Inputs, magnitude);
            }
        }
    }

    /// <summary>Every combination of tied or own decoder, biases and rectification.</summary>
    [Theory]
    [MemberData(nameof(Combinations))]
    public void Codes_and_reconstructions_with_options_are_those_of_plain_loops(bool untied, bool preBias, bool encoderBias, bool rectified)
    {
        const int Most = 25; // more than are positive now and then
        ModelOptions options = Sessions.Model(Inputs, Features, Most, 1) with
        {
            Untied = untied,
            PreBias = preBias,
            EncoderBias = encoderBias,
            Rule = new SparsityRule.TopK(Most, rectified),
        };
        var model = new SparseAutoencoder(options, new MemberWeights(Numbers.Matrix(Features, Inputs, 11), untied ? Numbers.Matrix(Features, Inputs, 13) : null,
            encoderBias ? Numbers.Row(Features, 14) : null, preBias ? Numbers.Row(Inputs, 15) : null));
        SparseCodes codes = model.Encode(Images, threads: 2, Stop);
        var lengths = new HashSet<int>();
        for (int index = 0; index < Count; index++)
        {
            float[] image = Row(index);
            double[] pre = [.. Enumerable.Range(0, Features).Select(feature => model.Detector(feature)
                .Select((weight, column) => weight * ((double)image[column] - (model.PreBias?[column] ?? 0))).Sum() + (model.EncoderBias?[feature] ?? 0))];
            int[] expected = [.. Enumerable.Range(0, Features).OrderByDescending(feature => pre[feature]).Take(Most)
                .Where(feature => !rectified || pre[feature] > 0).Order()];
            ReadOnlySpan<float> activations = codes[index].Activations.Span;
            Assert.Equal(expected, codes[index].Features.ToArray());
            for (int slot = 0; slot < expected.Length; slot++)
                Assert.Equal(pre[expected[slot]], activations[slot], 2e-5);
            lengths.Add(expected.Length);

            var (ownFeatures, own) = model.Encode(image);
            Assert.Equal(expected, ownFeatures);
            Numbers.SameBits(own, activations);
            float[] decoded = model.Decode(ownFeatures, own);
            for (int column = 0; column < Inputs; column++)
            {
                double sum = (model.PreBias?[column] ?? 0) + expected.Sum(feature => pre[feature] * model.Feature(feature)[column]);
                Assert.Equal(sum, decoded[column], 2e-4);
            }
        }
        Assert.Equal(rectified, lengths.Count > 1);
        Assert.Equal(preBias ? model.PreBias! : new float[Inputs], model.Decode([], []));
    }

    public static TheoryData<bool, bool, bool, bool> Combinations()
    {
        var data = new TheoryData<bool, bool, bool, bool>();
        for (int bits = 0; bits < 16; bits++)
            data.Add((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
        return data;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Any_number_of_threads_encodes_to_the_same_bits(int threads)
    {
        SparseAutoencoder model = Model();
        SparseCodes single = model.Encode(Images, threads: 1, Stop), other = model.Encode(Images, threads, Stop);
        Assert.Equal(single.Feature.ToArray(), other.Feature.ToArray());
        Assert.Equal(single.RowStart.ToArray(), other.RowStart.ToArray());
        Numbers.SameBits(single.Value.Span, other.Value.Span);
    }

    [Fact]
    public void A_decoded_code_is_the_plain_combination_of_features()
    {
        SparseAutoencoder model = Model();
        var (features, activations) = model.Encode(Row(0));
        var plain = new double[Inputs];
        RowCombination.Reference(model.Encoder, features, activations, plain);
        float[] decoded = model.Decode(features, activations);
        Assert.Equal(Inputs, decoded.Length);
        for (int column = 0; column < Inputs; column++)
        {
            double magnitude = features.Select((feature, slot) => Math.Abs((double)activations[slot] * model.Feature(feature)[column])).Sum();
            Numbers.SumIsClose(plain[column], decoded[column], K, magnitude);
        }
        Assert.Equal(model.Feature(5).ToArray(), model.Decode([5], [1f]));
        Assert.Equal(new float[Inputs], model.Decode([], []));
    }

    [Fact]
    public void Encoding_stops_at_the_next_tile()
    {
        using var stop = new CancellationTokenSource();
        int tiles = 0;
        Assert.Throws<OperationCanceledException>(() => Inference.ForTiles(Images, Model().Options, 1, (_, _, _) =>
        {
            tiles++;
            stop.Cancel();
        }, stop.Token));
        Assert.Equal(1, tiles);
        Assert.Throws<OperationCanceledException>(() => Model().Encode(Images, cancellation: stop.Token));
    }

    [Fact]
    public void More_codes_than_an_array_holds_are_refused_with_the_remedy()
    {
        const int Many = 1 << 16;
        var model = new SparseAutoencoder(Sessions.Model(1, Many, Many, 1), new MemberWeights(Numbers.Matrix(Many, 1, 11)));
        var exception = Assert.Throws<InputException>(() => model.Encode(ImageSet.FromRows("many", 1, new float[Many]), cancellation: Stop));
        Assert.Contains("separately", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_entries_than_a_step_can_count_are_refused_with_the_remedy()
    {
        var exception = Assert.Throws<InputException>(() => new CpuSession<SimdScalar>(Sessions.Model(1, 1 << 16, 1 << 16, 1), 1 << 16, 1).Dispose());
        Assert.Contains("smaller batch", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_number_of_threads_that_no_machine_has_is_refused(int threads) =>
        Assert.Throws<InputException>(() => Model().Encode(Images, threads, Stop));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_image_with_a_value_that_is_not_finite_is_refused(float value)
    {
        SparseAutoencoder model = Model();
        float[] image = Row(0);
        image[3] = value;
        Assert.Throws<InputException>(() => model.Encode(image));
    }

    [Fact]
    public void Images_of_another_shape_and_codes_of_other_features_are_refused()
    {
        SparseAutoencoder model = Model();
        Assert.Throws<InputException>(() => model.Encode(new float[Inputs + 1]));
        Assert.Throws<InputException>(() => model.Encode(Sessions.Images(3, Inputs + 1, 1), cancellation: Stop));
        Assert.Throws<InputException>(() => model.Decode([Features], [1f]));
        Assert.Throws<InputException>(() => model.Decode([-1], [1f]));
        Assert.Throws<InputException>(() => model.Decode([1, 2], [1f]));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static SparseAutoencoder Model() => new(Sessions.Model(Inputs, Features, K, 1), new MemberWeights(Numbers.Matrix(Features, Inputs, 11)));

    private static float[] Row(int index)
    {
        var row = new float[Inputs];
        Images.CopyTo(index, row);
        return row;
    }
}
