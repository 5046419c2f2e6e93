using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Encodes and decodes with one autoencoder. Thread-safe: each call has room of its own.</summary>
internal abstract class InferenceSession(SparseAutoencoder autoencoder)
{
    protected SparseAutoencoder Autoencoder { get; } = autoencoder;

    public static InferenceSession Create(SparseAutoencoder autoencoder) => Create(autoencoder, null);

    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="rounded">Its weights in bf16, where images meet them so; null: they meet in float32.</param>
    public static InferenceSession Create(SparseAutoencoder autoencoder, Bf16Weights? rounded) => SimdTiers.Best switch
    {
        SimdTier.Bits512 => new CpuInference<Simd512>(autoencoder, rounded),
        SimdTier.Bits256 => new CpuInference<Simd256>(autoencoder, rounded),
        SimdTier.Bits128 => new CpuInference<Simd128>(autoencoder, rounded),
        _ => new CpuInference<SimdScalar>(autoencoder, rounded),
    };

    /// <summary>
    /// Codes of rows [count, D]: <paramref name="lengths"/>[i] entries of row i, from entry i·k on, k the most that a code can have. The same with workers, who share the
    /// features, as without.
    /// </summary>
    /// <exception cref="InputException">A value isn't finite.</exception>
    public abstract void Encode(FloatMatrix rows, int count, EncoderTile tile, Span<int> features, Span<float> activations, Span<int> lengths, Workers? workers = null);

    /// <summary>x̂ = z W_dec + b_pre [D] of one code.</summary>
    public abstract void Decode(ReadOnlySpan<int> features, ReadOnlySpan<float> activations, FloatMatrix destination, int row);
}

/// <summary>Inference on the CPU.</summary>
internal sealed unsafe class CpuInference<TSimd>(SparseAutoencoder autoencoder, Bf16Weights? rounded) : InferenceSession(autoencoder) where TSimd : struct, ISimd<TSimd>
{
    public override void Encode(FloatMatrix rows, int count, EncoderTile tile, Span<int> features, Span<float> activations, Span<int> lengths, Workers? workers = null)
    {
        int k = Autoencoder.Options.MaximumNonZeros;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, tile.Capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, rows.Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Length, count * k);
        ArgumentOutOfRangeException.ThrowIfLessThan(activations.Length, count * k);
        ArgumentOutOfRangeException.ThrowIfLessThan(lengths.Length, count);
        fixed (int* featurePointer = features)
        fixed (float* activationPointer = activations)
        fixed (int* lengthPointer = lengths)
        {
            if (!tile.Encode<TSimd>(Autoencoder, rounded, rows.Pointer, rows.Stride, count, featurePointer, activationPointer, lengthPointer, workers))
                throw new InputException("A pre-activation is not a number: the model or the images hold values that aren't finite.");
        }
        GC.KeepAlive(rows);
        GC.KeepAlive(Autoencoder);
    }

    public override void Decode(ReadOnlySpan<int> features, ReadOnlySpan<float> activations, FloatMatrix destination, int row)
    {
        FloatMatrix weights = Autoencoder.Decoder;
        fixed (int* featurePointer = features)
        fixed (float* activationPointer = activations)
        {
            RowCombination.Run<TSimd>(weights.Pointer, weights.Stride, featurePointer, activationPointer, features.Length, weights.Stride,
                destination.RowPointer(row));
        }
        if (Autoencoder.PreBias is { } bias)
            TensorPrimitives.Add(destination.Row(row), bias, destination.Row(row));
        GC.KeepAlive(weights);
    }
}
