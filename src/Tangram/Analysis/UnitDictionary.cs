using System.Numerics.Tensors;

namespace Tangram;

/// <summary>The rows of a decoder brought to length 1, by their products alone: no copy of the matrix is made. A row of zeros stays one.</summary>
internal sealed class UnitDictionary : IDisposable
{
    private readonly FloatMatrix _decoder;

    /// <summary>1 / ‖w_f‖, and 0 of a row of zeros.</summary>
    private readonly float[] _scales;

    public UnitDictionary(SparseAutoencoder autoencoder, Workers workers)
    {
        _decoder = autoencoder.Decoder;
        Gram = RowProducts.Of(_decoder, _decoder, workers);
        _scales = [.. Enumerable.Range(0, Gram.Rows).Select(row => Gram.Row(row)[row] > 0 ? 1 / MathF.Sqrt(Gram.Row(row)[row]) : 0)];
        Scale(Gram);
        for (int row = 0; row < Gram.Rows; row++)
            TensorPrimitives.Multiply(Gram.Row(row), _scales[row], Gram.Row(row));
    }

    /// <summary>Cosines of features, [F, F].</summary>
    public FloatMatrix Gram { get; }

    /// <summary>⟨x_i, w_f⟩ / ‖w_f‖ of rows, [rows, F].</summary>
    public FloatMatrix Correlations(FloatMatrix rows, Workers workers)
    {
        FloatMatrix products = RowProducts.Of(rows, _decoder, workers);
        Scale(products);
        return products;
    }

    /// <summary>
    /// Activations of the given features that bring the sum of decoder rows closest to the image that <paramref name="correlations"/> [F] are of.
    /// </summary>
    public (int[] Features, float[] Activations) Fitted(int[] features, ReadOnlySpan<float> correlations)
    {
        if (features.Length == 0)
            return ([], []);
        using var gram = new FloatMatrix(features.Length, features.Length);
        var own = new float[features.Length];
        for (int row = 0; row < features.Length; row++)
        {
            ReadOnlySpan<float> cosines = Gram.Row(features[row]);
            Span<float> target = gram.Row(row);
            for (int column = 0; column < features.Length; column++)
                target[column] = cosines[features[column]];
            own[row] = correlations[features[row]];
        }
        var (places, activations) = Pursuit.Orthogonal(gram, own, features.Length);
        return Scaled((Array.ConvertAll(places, place => features[place]), activations));
    }

    /// <summary>A code of rows of length 1 as one of the decoder's rows.</summary>
    public (int[] Features, float[] Activations) Scaled((int[] Features, float[] Activations) code) =>
        (code.Features, [.. code.Activations.Zip(code.Features, (activation, feature) => activation * _scales[feature])]);

    public void Dispose() => Gram.Dispose();

    private void Scale(FloatMatrix products)
    {
        for (int row = 0; row < products.Rows; row++)
            TensorPrimitives.Multiply(products.Row(row), _scales, products.Row(row));
    }
}
