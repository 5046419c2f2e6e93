using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// A code whose features are ordered by what they contribute to the reconstruction: |activation| · ‖row of the decoder matrix‖, the norm of what a feature adds; of equal ones
/// the lowest number first.
/// </summary>
internal sealed class CodeSteps
{
    private readonly SparseAutoencoder _autoencoder;

    private CodeSteps(SparseAutoencoder autoencoder, int[] features, float[] activations, double[] contributions) =>
        (_autoencoder, Features, Activations, Contributions) = (autoencoder, features, activations, contributions);

    /// <summary>The code's features, what contributes most first.</summary>
    public int[] Features { get; }

    /// <summary>Their activations.</summary>
    public float[] Activations { get; }

    /// <summary>Their contributions, descending.</summary>
    public double[] Contributions { get; }

    public static CodeSteps Of(SparseAutoencoder autoencoder, ReadOnlySpan<int> features, ReadOnlySpan<float> activations)
    {
        var contributions = new double[features.Length];
        for (int slot = 0; slot < contributions.Length; slot++)
            contributions[slot] = Math.Abs((double)activations[slot]) * TensorPrimitives.Norm<float>(autoencoder.Decoder.Row(features[slot]));
        GC.KeepAlive(autoencoder.Decoder);
        int[] unordered = features.ToArray();
        int[] order = [.. Enumerable.Range(0, contributions.Length).OrderByDescending(slot => contributions[slot]).ThenBy(slot => unordered[slot])];
        float[] unorderedActivations = activations.ToArray();
        return new CodeSteps(autoencoder, [.. order.Select(slot => unordered[slot])], [.. order.Select(slot => unorderedActivations[slot])], [.. order.Select(slot => contributions[slot])]);
    }

    /// <summary>The reconstruction from the first features alone, D values.</summary>
    public float[] Decode(int first) => _autoencoder.Decode(Features.AsSpan(0, first), Activations.AsSpan(0, first));

    /// <summary>MSE and correlation (NaN where there is none) of the reconstructions from the first n features, n = 0 … all of them; in float32, for a curve to look at.</summary>
    public (double[] Mse, double[] Pearson) Quality(ReadOnlySpan<float> original)
    {
        var (mse, pearson) = (new double[Features.Length + 1], new double[Features.Length + 1]);
        float[] reconstruction = Decode(0), deviation = new float[original.Length], originalDeviation = new float[original.Length];
        TensorPrimitives.Subtract(original, TensorPrimitives.Average(original), originalDeviation);
        double originalSquare = TensorPrimitives.SumOfSquares<float>(originalDeviation);
        for (int n = 0; ; n++)
        {
            float distance = TensorPrimitives.Distance(original, reconstruction);
            mse[n] = (double)distance * distance / original.Length;
            TensorPrimitives.Subtract(reconstruction, TensorPrimitives.Average<float>(reconstruction), deviation);
            double square = TensorPrimitives.SumOfSquares<float>(deviation) * originalSquare;
            pearson[n] = square > 0 ? TensorPrimitives.Dot<float>(originalDeviation, deviation) / Math.Sqrt(square) : double.NaN;
            if (n == Features.Length)
                return (mse, pearson);
            TensorPrimitives.MultiplyAdd(_autoencoder.Decoder.Row(Features[n]), Activations[n], reconstruction, reconstruction);
        }
    }
}
