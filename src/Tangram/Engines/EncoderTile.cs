using System.Numerics.Tensors;

namespace Tangram;

/// <summary>One thread's room for encoding a tile of images: images side by side, pre-activations, selection scratch.</summary>
internal sealed unsafe class EncoderTile : IDisposable
{
    /// <summary>Images per tile at most. All weights go by for each tile, from memory where they don't fit a cache; but images and pre-activations should stay in one.</summary>
    public const int Samples = 128;

    /// <summary>Columns multiplied at a time; those of a tile's images stay in the second-level cache while all weights go by.</summary>
    public const int Panel = 512;

    /// <summary>Features that a worker takes at a time where several share them; whole tiles.</summary>
    private const int Shared = 64 * GroupProduct.Tile;

    /// <summary>Rows of bf16 weights that all groups of images meet in turn: what stays in the first-level cache.</summary>
    private const int RoundedRows = 32;

    private const int Lanes = GroupProduct.Lanes, Block = GroupTranspose.RowBlock;
    private readonly NativeBuffer<float> _pre, _scratch;
    private readonly PackedImages _packed;
    private readonly FloatMatrix _rows;
    private readonly int _groupLength;

    /// <summary>Images per tile for a set of <paramref name="count"/>: fewer where the thread with the most tiles then has clearly fewer images.</summary>
    public static int SamplesFor(int count, int threads)
    {
        long Longest(int samples) => (long)samples * ((((count + samples - 1) / samples) + threads - 1) / threads);
        int best = Samples;
        for (int samples = Samples - Lanes; samples > 0; samples -= Lanes)
        {
            if (Longest(samples) < 0.97 * Longest(best))
                best = samples;
        }
        return best;
    }

    /// <param name="features">F.</param>
    /// <param name="samples">Images per tile at most.</param>
    public EncoderTile(int features, int samples = Samples)
    {
        int groups = (samples + Lanes - 1) / Lanes;
        Capacity = groups * Lanes;
        _packed = new PackedImages(groups, Panel);
        _groupLength = FloatMatrix.RoundUp(features, GroupProduct.Tile) * Lanes;
        _pre = new NativeBuffer<float>((long)_groupLength * groups);
        _rows = new FloatMatrix(Block, features + FloatMatrix.StrideUnit); // apart by more than a power of two
        _scratch = new NativeBuffer<float>(TopKSelection.ScratchLength(features));
    }

    /// <summary>Images that there is room for.</summary>
    public int Capacity { get; }

    /// <summary>
    /// Encodes rows x[0 … samples − 1] (samples at most <see cref="Capacity"/>): of each image as many features and activations as <paramref name="lengths"/> then says,
    /// the images' k apart. False when a pre-activation is NaN. Workers, where there are any, share the features: for one image that somebody waits for.
    /// <paramref name="rounded"/>: the weights in bf16, where images meet them so.
    /// </summary>
    public bool Encode<TSimd>(SparseAutoencoder autoencoder, Bf16Weights? rounded, float* x, int xStride, int samples, int* features, float* activations, int* lengths, Workers? workers = null)
        where TSimd : struct, ISimd<TSimd>
    {
        FloatMatrix weights = autoencoder.Encoder;
        float[]? offsets = autoencoder.PreActivationOffsets;
        int k = autoencoder.Options.MaximumNonZeros;
        bool rectified = autoencoder.Options.IsRectified;
        int groups = (samples + Lanes - 1) / Lanes;
        for (int column = 0; column < weights.Stride; column += Panel)
        {
            int width = Math.Min(Panel, weights.Stride - column);
            for (int group = 0; group < groups; group++)
            {
                float* first = x + ((long)group * Lanes * xStride) + column;
                _packed.Pack<TSimd>(group, first, xStride, Math.Min(Lanes, samples - (group * Lanes)), width, rounded?.Product);
            }
            if (workers is null)
                Multiply<TSimd>(weights, rounded, column, groups, 0, weights.Rows);
            else
                Multiply<TSimd>(weights, rounded, column, groups, workers);
        }
        bool numbers = true;
        for (int start = 0; start < samples; start += Block)
        {
            float* block = _pre.Pointer + ((long)(start / Lanes) * _groupLength) + (start % Lanes);
            GroupTranspose.SumToRows<TSimd>(block, 0, 1, _groupLength / Lanes, _rows.Pointer, _rows.Stride);
            for (int sample = start; sample < Math.Min(start + Block, samples); sample++)
            {
                float* pre = _rows.RowPointer(sample - start);
                if (offsets is not null)
                    TensorPrimitives.Add(new ReadOnlySpan<float>(pre, weights.Rows), offsets, new Span<float>(pre, weights.Rows));
                int* ownFeatures = features + ((long)sample * k);
                float* ownActivations = activations + ((long)sample * k);
                numbers &= TopKSelection.Run<TSimd>(pre, weights.Rows, k, ownFeatures, ownActivations, _scratch.Pointer);
                lengths[sample] = rectified && numbers ? TopKSelection.KeepPositive(ownFeatures, ownActivations, k) : k;
            }
        }
        return numbers;
    }

    private void Multiply<TSimd>(FloatMatrix weights, Bf16Weights? rounded, int column, int groups, Workers workers) where TSimd : struct, ISimd<TSimd> =>
        workers.Run((weights.Rows + Shared - 1) / Shared, (_, part) =>
            Multiply<TSimd>(weights, rounded, column, groups, part * Shared, Math.Min((part + 1) * Shared, weights.Rows)));

    /// <summary>Adds what a panel of columns gives to the pre-activations of some features; the first is one of a tile.</summary>
    private void Multiply<TSimd>(FloatMatrix weights, Bf16Weights? rounded, int column, int groups, int first, int end) where TSimd : struct, ISimd<TSimd>
    {
        int step = rounded is null ? GroupProduct.Tile : RoundedRows;
        for (int feature = first; feature < end; feature += step)
        {
            for (int group = 0; group < groups; group++)
            {
                float* sums = _pre.Pointer + ((long)group * _groupLength) + ((long)feature * Lanes);
                if (rounded is null)
                    _packed.Multiply<TSimd>(group, weights.RowPointer(feature) + column, weights.Stride, GroupProduct.Tile, sums, add: column > 0);
                else
                    rounded.Multiply(_packed, group, column, feature, Math.Min(step, end - feature), sums);
            }
        }
    }

    public void Dispose()
    {
        _packed.Dispose();
        _pre.Dispose();
        _rows.Dispose();
        _scratch.Dispose();
    }
}
