using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Adds up weighted tiles, row of tiles by row of tiles, and compares and clamps the lines of the picture that no later tile reaches. Only the lines that one row
/// of tiles covers are kept as floats.
/// </summary>
internal sealed class TileBlend
{
    private readonly PicturePixels _picture;
    private readonly TileAxis _columns, _rows;
    private readonly float[] _band, _finished, _original;
    private readonly int _height;
    private int _first;
    private double _squaredError;
    private Moments _moments;

    public TileBlend(PicturePixels picture, TileAxis columns, TileAxis rows)
    {
        (_picture, _columns, _rows) = (picture, columns, rows);
        _height = Math.Min(rows.Size, rows.Length);
        _band = new float[checked(picture.Channels * _height * picture.Width)];
        (_finished, _original) = (new float[_band.Length], new float[_band.Length]);
        Planar = new byte[picture.Planar.Length];
    }

    /// <summary>What is finished of the reconstruction, clamped, as bytes [Channels, Height, Width].</summary>
    public byte[] Planar { get; }

    /// <summary>Mean squared error of the finished part, unclamped.</summary>
    public double Mse => _squaredError / _moments.Count;

    /// <summary>Correlation of the finished part with the picture, unclamped.</summary>
    public double Pearson => _moments.Pearson;

    /// <summary>Adds a tile, [Channels, rows.Size, columns.Size], already weighted. Tiles come from left to right, and from top to bottom.</summary>
    public void Add(int column, int row, ReadOnlySpan<float> tile)
    {
        int left = Math.Max(0, _columns.Start(column)), skippedColumns = left - _columns.Start(column), skippedLines = Math.Max(0, -_rows.Start(row));
        int width = Math.Min(_columns.Size, _picture.Width);
        for (int channel = 0; channel < _picture.Channels; channel++)
        {
            for (int line = 0; line < _height; line++)
            {
                ReadOnlySpan<float> source = tile.Slice((((channel * _rows.Size) + skippedLines + line) * _columns.Size) + skippedColumns, width);
                Span<float> target = _band.AsSpan((((channel * _height) + line) * _picture.Width) + left, width);
                TensorPrimitives.Add(target, source, target);
            }
        }
        if (column == _columns.Count - 1)
            Finish(row + 1 < _rows.Count ? _rows.Start(row + 1) - _first : _height);
    }

    private void Finish(int lines)
    {
        int block = lines * _picture.Width, band = _height * _picture.Width;
        Span<float> finished = _finished.AsSpan(0, _picture.Channels * block), original = _original.AsSpan(0, finished.Length);
        for (int channel = 0; channel < _picture.Channels; channel++)
        {
            Span<float> plane = _band.AsSpan(channel * band, band);
            plane[..block].CopyTo(finished[(channel * block)..]);
            plane[block..].CopyTo(plane);
            plane[^block..].Clear();
        }
        _picture.CopyLines(_first, lines, original);
        _squaredError += Correlation.SquaredError(original, finished);
        _moments = _moments.And(Moments.Of(original, finished));
        for (int channel = 0; channel < _picture.Channels; channel++)
        {
            Span<byte> target = Planar.AsSpan(((channel * _picture.Height) + _first) * _picture.Width, block);
            for (int pixel = 0; pixel < block; pixel++)
                target[pixel] = (byte)Math.Round(Math.Clamp(finished[(channel * block) + pixel], 0, 1) * 255);
        }
        _first += lines;
    }
}
