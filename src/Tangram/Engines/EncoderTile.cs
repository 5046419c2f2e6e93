namespace Tangram;

/// <summary>One thread's room for encoding a tile of images: pre-activations, selection scratch.</summary>
internal sealed unsafe class EncoderTile : IDisposable
{
    /// <summary>Images per tile at most: their pre-activations stay in the second-level cache for F up to a few thousand.</summary>
    public const int Samples = 64;

    private readonly FloatMatrix _pre;
    private readonly NativeBuffer<float> _scratch;

    public EncoderTile(int features)
    {
        // Columns to whole tiles of features and whole vectors of the selection.
        _pre = new FloatMatrix(Samples, features);
        _scratch = new NativeBuffer<float>(TopKSelection.ScratchLength(features));
    }

    /// <summary>
    /// Encodes rows x[0 … samples − 1] (samples at most <see cref="Samples"/>): k features and activations per image, k apart. False when a pre-activation is NaN.
    /// </summary>
    public bool Encode<TSimd>(FloatMatrix weights, float* x, int xStride, int samples, int k, int* features, float* activations) where TSimd : struct, ISimd<TSimd>
    {
        MatrixProduct.Run<TSimd>(x, xStride, samples, weights.Pointer, weights.Stride, weights.Rows, weights.Stride, _pre.Pointer, _pre.Stride);
        bool numbers = true;
        for (int sample = 0; sample < samples; sample++)
        {
            numbers &= TopKSelection.Run<TSimd>(_pre.RowPointer(sample), weights.Rows, k, features + ((long)sample * k), activations + ((long)sample * k),
                _scratch.Pointer);
        }
        return numbers;
    }

    public void Dispose()
    {
        _pre.Dispose();
        _scratch.Dispose();
    }
}
