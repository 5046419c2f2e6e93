namespace Tangram;

/// <summary>What the second document's claims are checked against. Figures about one dictionary are those of the first member.</summary>
internal sealed record ImageEvidence
{
    /// <summary>The run.</summary>
    public required RunRecord Record { get; init; }

    /// <summary>The member, and what an untrained dictionary of its size is.</summary>
    public required DictionaryStatistics Trained { get; init; }

    /// <summary>The yardstick.</summary>
    public required DictionaryStatistics Untrained { get; init; }

    /// <summary>The member's codes, and what they say of each feature.</summary>
    public required FeatureTable Table { get; init; }

    /// <summary>The shape of the weights.</summary>
    public required WeightEvidence Weights { get; init; }

    /// <summary>Kinds of images.</summary>
    public required ImageTypes Types { get; init; }

    /// <summary>Null without two classes.</summary>
    public required Retrieval? Retrieval { get; init; }

    /// <summary>MSE and Pearson of each image.</summary>
    public required IReadOnlyList<(double Mse, double Pearson)> Images { get; init; }

    /// <summary>What is lost.</summary>
    public required ReconstructionQuality Quality { get; init; }

    /// <summary>Null where the dictionary is too large for it.</summary>
    public required SelectionComparison? Selection { get; init; }

    /// <summary>Quality against the number of features.</summary>
    public required IReadOnlyList<SparsityPoint> SparsityCurve { get; init; }

    /// <summary>Bytes.</summary>
    public required Compression Compression { get; init; }
}

/// <summary>What the weights of the features that a set activates are like, beside what the document says of their pictures.</summary>
/// <param name="NegativeShare">Share of the squared weight in negative weights, mean over features; pictures stretched from minimum to maximum show these as dark.</param>
/// <param name="MatchRank">
/// Spearman's correlation, over features, of pre-activation and cosine between image and feature; mean over a sample of images. Below 1 where features differ in length, or have biases.
/// </param>
internal sealed record WeightEvidence(double NegativeShare, double MatchRank)
{
    private const int Images = 100;

    public static WeightEvidence Of(SparseAutoencoder autoencoder, int[] alive, ImageSet images, Workers workers)
    {
        double negative = 0;
        foreach (int feature in alive)
        {
            double all = 0, below = 0;
            foreach (float weight in autoencoder.Feature(feature))
                (all, below) = (all + ((double)weight * weight), below + (weight < 0 ? (double)weight * weight : 0));
            negative += all > 0 ? below / all : 0;
        }
        int[] sample = images.SampleIndices(Images);
        using var rows = new FloatMatrix(sample.Length, images.Shape.Length);
        for (int row = 0; row < sample.Length; row++)
        {
            images.CopyTo(sample[row], rows.Row(row));
            if (autoencoder.PreBias is { } bias)
                System.Numerics.Tensors.TensorPrimitives.Subtract(rows.Row(row), bias, rows.Row(row));
        }
        using FloatMatrix products = RowProducts.Of(rows, autoencoder.Encoder, workers);
        double[] lengths = [.. alive.Select(feature => (double)System.Numerics.Tensors.TensorPrimitives.Norm<float>(autoencoder.Encoder.Row(feature)))];
        var ranks = new double[sample.Length];
        workers.Run(sample.Length, (_, row) =>
        {
            float[] own = products.Row(row).ToArray();
            double[] pre = [.. alive.Select(feature => (double)own[feature] + (autoencoder.EncoderBias?[feature] ?? 0))];
            ranks[row] = Ranks.Spearman(pre, [.. alive.Select((feature, place) => lengths[place] > 0 ? own[feature] / lengths[place] : 0)]); // one image: its own length changes no rank
        });
        GC.KeepAlive(autoencoder);
        return new WeightEvidence(alive.Length == 0 ? double.NaN : negative / alive.Length, ranks.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());
    }
}
