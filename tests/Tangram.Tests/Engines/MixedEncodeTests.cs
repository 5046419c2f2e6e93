namespace Tangram.Tests;

/// <summary>Encoding with images and weights multiplied in bf16.</summary>
public sealed class MixedEncodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(5, 3, 2)]
    [InlineData(40, 33, 7)]
    [InlineData(513, 100, 100)]
    [InlineData(1157, 203, 20)]
    public void Codes_are_those_of_rounded_images_and_weights(int inputs, int features, int k)
    {
        Bf16Units.Need();
        Ensemble ensemble = EnsembleOf(Variants.EverythingUntied, inputs, features, k);
        SparseAutoencoder autoencoder = ensemble[0];
        ImageSet images = Sessions.Images(131, inputs, 3);
        SparseCodes codes = autoencoder.Encode(images, "mixed", 2, Token), exact = autoencoder.Encode(images, 2, Token);
        Assert.Equal(codes.Count, images.Count);
        float[] x = new float[inputs], dense = new float[features];
        int differ = 0;
        for (int image = 0; image < images.Count; image++)
        {
            images.CopyTo(image, x);
            float[] met = Array.ConvertAll(x, Rounded), expected = [.. Enumerable.Range(0, features).Select(feature => PreActivation(autoencoder, feature, met))];
            float[] largest = [.. expected.OrderDescending().Take(k)];
            var (chosen, activations) = CodeOf(codes, image);
            for (int slot = 0; slot < chosen.Length; slot++)
                Assert.Equal(expected[chosen[slot]], activations[slot], 2e-5);
            Assert.Equal(largest.Where(value => value > 0).Sum(value => (double)value), activations.Sum(value => (double)value), 2e-4); // none of the largest is missing
            differ += activations.SequenceEqual(CodeOf(exact, image).Activations) ? 0 : 1;
        }
        Assert.True(differ > images.Count / 2);
    }

    [Fact]
    public void Codes_depend_neither_on_threads_nor_on_an_images_neighbours()
    {
        Bf16Units.Need();
        Ensemble ensemble = EnsembleOf(Variants.EverythingTied, 700, 90, 9);
        ImageSet images = Sessions.Images(131, 700, 3);
        SparseCodes one = ensemble[0].Encode(images, "mixed", 1, Token), three = ensemble[0].Encode(images, "mixed", 3, Token);
        SparseCodes last = ensemble[0].Encode(images.Subset("the last", [130]), "auto", 1, Token);
        for (int image = 0; image < images.Count; image++)
            Same(CodeOf(one, image), CodeOf(three, image));
        Same(CodeOf(one, 130), CodeOf(last, 0));
    }

    [Fact]
    public void Float32_is_what_encoding_takes_unless_told_otherwise()
    {
        Ensemble ensemble = EnsembleOf(Variants.Plain, 70, 90, 9);
        ImageSet images = Sessions.Images(31, 70, 3);
        SparseCodes own = ensemble[0].Encode(images, 0, Token), named = ensemble[0].Encode(images, "fp32", 0, Token);
        for (int image = 0; image < images.Count; image++)
            Same(CodeOf(own, image), CodeOf(named, image));
        Assert.Contains("no precision 'fp64'", Assert.Throws<InputException>(() => ensemble[0].Encode(images, "fp64", 0, Token)).Message, StringComparison.Ordinal);
    }

    private static Ensemble EnsembleOf(string variant, int inputs, int features, int k)
    {
        using TrainingSession session = Device.Cpu.OpenTraining(Variants.Named(variant).Model(inputs, features, k, members: 1), 8, threads: 1);
        Sessions.Initialise(session, 4);
        return session.Snapshot();
    }

    private static void Same((int[] Features, float[] Activations) expected, (int[] Features, float[] Activations) actual)
    {
        Assert.Equal(expected.Features, actual.Features);
        Numbers.SameBits(expected.Activations, actual.Activations);
    }

    private static (int[] Features, float[] Activations) CodeOf(SparseCodes codes, int image) => (codes[image].Features.ToArray(), codes[image].Activations.ToArray());

    private static float PreActivation(SparseAutoencoder autoencoder, int feature, float[] met)
    {
        ReadOnlySpan<float> row = autoencoder.Encoder.Row(feature);
        double sum = autoencoder.PreActivationOffsets?[feature] ?? 0;
        for (int column = 0; column < met.Length; column++)
            sum += (double)met[column] * Rounded(row[column]);
        return (float)sum;
    }

    private static float Rounded(float value) => Bf16.Widen(Bf16.Round(value));
}
