using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Encodes and decodes the tiles of pictures with one autoencoder, some hundred at a time, in parallel. Which threads do it changes no bit.</summary>
internal sealed class TileCoder : IDisposable
{
    /// <summary>Batches of <see cref="EncoderTile.Samples"/> that a thread gets at a time: so many that threads wait little for each other.</summary>
    private const int BatchesPerThread = 4;

    /// <summary>Floats that decoded tiles may take, as far as every thread still has a batch.</summary>
    private const int MaximumValues = 1 << 24;

    private readonly ModelOptions _options;
    private readonly InferenceSession _session;
    private readonly Workers _workers;
    private readonly Room[] _rooms;
    private readonly FloatMatrix _decoded;
    private readonly int[] _active;

    public TileCoder(SparseAutoencoder autoencoder, int threads)
    {
        _options = autoencoder.Options;
        _session = InferenceSession.Create(autoencoder);
        _workers = new Workers(Workers.CountFor(threads));
        int batches = (int)Math.Clamp(MaximumValues / ((long)_options.Shape.Length * EncoderTile.Samples), _workers.Count, BatchesPerThread * _workers.Count);
        _decoded = new FloatMatrix(batches * EncoderTile.Samples, _options.Shape.Length);
        _active = new int[_decoded.Rows];
        _rooms = [.. Enumerable.Range(0, _workers.Count).Select(_ => new Room(_options))];
    }

    /// <summary>Reconstructs a picture.</summary>
    /// <param name="picture">With the model's channels.</param>
    /// <param name="columns">Tiles of the model's width over the picture's.</param>
    /// <param name="rows">Tiles of the model's height over the picture's.</param>
    /// <param name="done">Is told after each some hundred tiles how many they were.</param>
    /// <param name="cancellation">Stops between batches of tiles.</param>
    /// <returns>The blended reconstruction, and the activations of all tiles that aren't 0.</returns>
    public (TileBlend Blend, long Active) Reconstruct(PicturePixels picture, TileAxis columns, TileAxis rows, Action<int> done, CancellationToken cancellation)
    {
        var blend = new TileBlend(picture, columns, rows);
        long active = 0, tiles = (long)columns.Count * rows.Count;
        for (long start = 0; start < tiles; start += _decoded.Rows)
        {
            int count = (int)Math.Min(_decoded.Rows, tiles - start);
            _workers.Run((count + EncoderTile.Samples - 1) / EncoderTile.Samples, (worker, batch) =>
            {
                cancellation.ThrowIfCancellationRequested();
                int first = batch * EncoderTile.Samples;
                Code(picture, columns, rows, start, first, Math.Min(EncoderTile.Samples, count - first), _rooms[worker]);
            });
            // In the tiles' order, whoever decoded them, so that sums have the same bits.
            for (int index = 0; index < count; index++)
            {
                blend.Add((int)((start + index) % columns.Count), (int)((start + index) / columns.Count), _decoded.Row(index));
                active += _active[index];
            }
            done(count);
        }
        return (blend, active);
    }

    public void Dispose()
    {
        _workers.Dispose();
        _decoded.Dispose();
        foreach (Room room in _rooms)
            room.Dispose();
    }

    private void Code(PicturePixels picture, TileAxis columns, TileAxis rows, long start, int first, int count, Room room)
    {
        for (int sample = 0; sample < count; sample++)
        {
            var (row, column) = Math.DivRem(start + first + sample, columns.Count);
            picture.CopyTile(columns, (int)column, rows, (int)row, room.Tiles.Row(sample));
        }
        _session.Encode(room.Tiles, count, room.Encoder, room.Features, room.Activations, room.Lengths);
        for (int sample = 0; sample < count; sample++)
        {
            int k = _options.MaximumNonZeros, length = room.Lengths[sample];
            ReadOnlySpan<float> activations = room.Activations.AsSpan(sample * k, length);
            _session.Decode(room.Features.AsSpan(sample * k, length), activations, _decoded, first + sample);
            _active[first + sample] = length - activations.Count(0);
            var (row, column) = Math.DivRem(start + first + sample, columns.Count);
            columns.FillWeights((int)column, room.ColumnWeights);
            rows.FillWeights((int)row, room.RowWeights);
            Weight(_decoded.Row(first + sample), room);
        }
    }

    private void Weight(Span<float> tile, Room room)
    {
        for (int line = 0; line < tile.Length / _options.Shape.Width; line++)
        {
            Span<float> pixels = tile.Slice(line * _options.Shape.Width, _options.Shape.Width);
            TensorPrimitives.Multiply(pixels, room.ColumnWeights, pixels);
            TensorPrimitives.Multiply(pixels, room.RowWeights[line % _options.Shape.Height], pixels);
        }
    }

    /// <summary>What one thread needs.</summary>
    private sealed class Room(ModelOptions options) : IDisposable
    {
        public FloatMatrix Tiles { get; } = new(EncoderTile.Samples, options.Shape.Length);

        public EncoderTile Encoder { get; } = new(options.Features);

        public int[] Features { get; } = new int[EncoderTile.Samples * options.MaximumNonZeros];

        public float[] Activations { get; } = new float[EncoderTile.Samples * options.MaximumNonZeros];

        public int[] Lengths { get; } = new int[EncoderTile.Samples];

        public float[] ColumnWeights { get; } = new float[options.Shape.Width];

        public float[] RowWeights { get; } = new float[options.Shape.Height];

        public void Dispose()
        {
            Tiles.Dispose();
            Encoder.Dispose();
        }
    }
}
