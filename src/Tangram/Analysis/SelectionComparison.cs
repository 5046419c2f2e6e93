using System.Numerics.Tensors;

namespace Tangram;

/// <summary>How well a way to choose features and activations rebuilds images.</summary>
/// <param name="Pearson">Mean correlation of image and reconstruction, over the images that have one; NaN where none has.</param>
/// <param name="Mse">Mean squared error.</param>
internal readonly record struct SelectionScore(double Pearson, double Mse);

/// <summary>
/// What the choice of features is worth: the same dictionary and as many features for each image as its code has, chosen and weighed in several ways.
/// Random ones are drawn for each image from the features that the set activates. Least squares and the pursuits may give activations of either sign,
/// whatever the model's rule, and see images less the pre-bias.
/// </summary>
/// <param name="Images">Number of images.</param>
/// <param name="Encoder">The code.</param>
/// <param name="EncoderFitted">The code's features, with activations by least squares.</param>
/// <param name="Random">Random features, with the encoder's own activations: what it would have given, had it chosen them.</param>
/// <param name="RandomFitted">Random features, with activations by least squares.</param>
/// <param name="Matching">Matching pursuit.</param>
/// <param name="Orthogonal">Orthogonal matching pursuit.</param>
internal sealed record SelectionComparison(int Images, SelectionScore Encoder, SelectionScore EncoderFitted, SelectionScore Random,
    SelectionScore RandomFitted, SelectionScore Matching, SelectionScore Orthogonal)
{
    /// <summary>Images looked at: at most, and so few only that the comparison isn't made at all.</summary>
    private const int Most = 100, Least = 8;

    /// <summary>A larger Gram matrix isn't computed: 256 MiB.</summary>
    private const int MostFeatures = 8192;

    /// <summary>F·k² summed over the images: a few seconds of orthogonal matching pursuit on two cores.</summary>
    private const double Work = 2e10;

    private const int Ways = 6;

    /// <summary>Compares; null where the dictionary is too large for it.</summary>
    /// <param name="autoencoder">The member.</param>
    /// <param name="codes">Its codes of the images.</param>
    /// <param name="images">The images.</param>
    /// <param name="alive">Features that the set activates.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static SelectionComparison? Of(SparseAutoencoder autoencoder, SparseCodes codes, ImageSet images, int[] alive, Workers workers,
        CancellationToken cancellation = default)
    {
        int k = autoencoder.Options.MaximumNonZeros, features = autoencoder.Options.Features;
        int most = (int)Math.Min(Most, Work / ((double)k * k * features));
        if (most < Least || features > MostFeatures)
            return null;
        int[] sample = images.SampleIndices(most);
        using var dictionary = new UnitDictionary(autoencoder, workers);
        using var centred = new FloatMatrix(sample.Length, images.Shape.Length);
        for (int row = 0; row < sample.Length; row++)
        {
            images.CopyTo(sample[row], centred.Row(row));
            if (autoencoder.PreBias is { } bias)
                TensorPrimitives.Subtract(centred.Row(row), bias, centred.Row(row));
        }
        using FloatMatrix correlations = dictionary.Correlations(centred, workers);
        var scores = new SelectionScore[sample.Length][];
        workers.Run(sample.Length, (_, row) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var x = new float[images.Shape.Length];
            images.CopyTo(sample[row], x);
            int[] random = RandomFeatures(alive, codes[sample[row]].Features.Length, sample[row]);
            scores[row] = [.. Codes(autoencoder, dictionary, codes[sample[row]], random, x, correlations, row)
                .Select(code => Score(autoencoder, code, x))];
        });
        GC.KeepAlive(autoencoder);
        SelectionScore[] means = [.. Enumerable.Range(0, Ways).Select(way => new SelectionScore(
            ReconstructionErrors.Mean(scores.Select(one => one[way].Pearson)), scores.Average(one => one[way].Mse)))];
        return new SelectionComparison(sample.Length, means[0], means[1], means[2], means[3], means[4], means[5]);
    }

    /// <summary>The codes of one image, in the order of the record's scores.</summary>
    private static IEnumerable<(int[] Features, float[] Activations)> Codes(SparseAutoencoder autoencoder, UnitDictionary dictionary,
        (ReadOnlyMemory<int> Features, ReadOnlyMemory<float> Activations) code, int[] random, float[] x, FloatMatrix correlations, int row)
    {
        int[] chosen = code.Features.ToArray();
        yield return (chosen, code.Activations.ToArray());
        yield return dictionary.Fitted(chosen, correlations.Row(row));
        yield return (random, Array.ConvertAll(random, feature => Activation(autoencoder, feature, x)));
        yield return dictionary.Fitted(random, correlations.Row(row));
        yield return dictionary.Scaled(Pursuit.Matching(dictionary.Gram, correlations.Row(row), chosen.Length));
        yield return dictionary.Scaled(Pursuit.Orthogonal(dictionary.Gram, correlations.Row(row), chosen.Length));
    }

    private static int[] RandomFeatures(int[] alive, int count, int image)
    {
        int[] order = new CounterRandom(0, RandomPurpose.RandomFeatures, Epoch: image).Permutation(alive.Length);
        int[] random = [.. order.Take(count).Select(place => alive[place])];
        Array.Sort(random);
        return random;
    }

    /// <summary>What the encoder gives a feature that it has chosen.</summary>
    private static float Activation(SparseAutoencoder autoencoder, int feature, float[] x)
    {
        float activation = TensorPrimitives.Dot<float>(autoencoder.Encoder.Row(feature), x) + (autoencoder.PreActivationOffsets?[feature] ?? 0);
        return autoencoder.Options.IsRectified ? Math.Max(activation, 0) : activation;
    }

    private static SelectionScore Score(SparseAutoencoder autoencoder, (int[] Features, float[] Activations) code, float[] x)
    {
        float[] y = autoencoder.Decode(code.Features, code.Activations);
        return new SelectionScore(Correlation.Pearson(x, y), Correlation.SquaredError(x, y) / x.Length);
    }
}
