namespace Tangram.Tests;

public sealed class InferenceTests
{
    private const int Inputs = 29, Features = 43, K = 6, Count = 150; // three tiles of images, the last one short
    private static readonly ImageSet Images = Sessions.Images(Count, Inputs, 12);

    [Fact]
    public void A_sets_codes_have_the_bits_of_each_images_own_code()
    {
        SparseAutoencoder model = Model();
        SparseCodes codes = model.Encode(Images);
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
        SparseCodes codes = model.Encode(Images);
        var image = new float[Inputs];
        for (int index = 0; index < Count; index++)
        {
            Images.CopyTo(index, image);
            var (features, activations, pre) = (new int[K], new float[K], new float[Features]);
            for (int feature = 0; feature < Features; feature++)
                pre[feature] = (float)MatrixProduct.Reference(image, model.Feature(feature));
            Assert.True(TopKSelection.Reference(pre, K, features, activations));
            Assert.Equal(features, codes[index].Features.ToArray());
            for (int slot = 0; slot < K; slot++)
            {
                double magnitude = MatrixProduct.Reference(image, Array.ConvertAll(model.Feature(features[slot]).ToArray(), Math.Abs)); // pixels are positive
                Numbers.SumIsClose(activations[slot], codes[index].Activations.Span[slot], Inputs, magnitude);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Any_number_of_threads_encodes_to_the_same_bits(int threads)
    {
        SparseAutoencoder model = Model();
        SparseCodes single = model.Encode(Images, threads: 1), other = model.Encode(Images, threads);
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
        Assert.Throws<InputException>(() => model.Encode(Sessions.Images(3, Inputs + 1, 1)));
        Assert.Throws<InputException>(() => model.Decode([Features], [1f]));
        Assert.Throws<InputException>(() => model.Decode([-1], [1f]));
        Assert.Throws<InputException>(() => model.Decode([1, 2], [1f]));
    }

    private static SparseAutoencoder Model() => new(Sessions.Model(Inputs, Features, K, 1), Numbers.Matrix(Features, Inputs, 11));

    private static float[] Row(int index)
    {
        var row = new float[Inputs];
        Images.CopyTo(index, row);
        return row;
    }
}
