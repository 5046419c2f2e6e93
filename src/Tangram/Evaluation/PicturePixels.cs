namespace Tangram;

/// <summary>A picture as models see it: planar bytes [Channels, Height, Width] on white, 1 channel or 3.</summary>
internal sealed record PicturePixels(int Width, int Height, int Channels, byte[] Planar)
{
    private static readonly float[] s_units = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>Reads a file; grey is Rec. 601 luma, grey pictures have three equal channels.</summary>
    /// <exception cref="InputException">No such file, not a picture, a broken one, or one that is too large.</exception>
    public static PicturePixels Read(string path, int channels)
    {
        Picture picture = PictureFile.Read(path);
        // What the pictures of a set go through, and so the same bytes.
        byte[] planar = new PictureResampler(channels, (byte.MaxValue, byte.MaxValue, byte.MaxValue)).Flatten(picture, new PictureWindow(0, 0, picture.Width, picture.Height));
        return new PicturePixels(picture.Width, picture.Height, channels, planar);
    }

    /// <summary>Writes the pixels that a tile shows, [Channels, rows.Size, columns.Size], as value / 255.</summary>
    public void CopyTile(TileAxis columns, int column, TileAxis rows, int row, Span<float> tile)
    {
        int start = columns.Start(column);
        bool inside = start >= 0 && start + columns.Size <= Width;
        int target = 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            for (int y = 0; y < rows.Size; y++)
            {
                ReadOnlySpan<byte> line = Planar.AsSpan(((channel * Height) + rows.Source(row, y)) * Width, Width);
                for (int x = 0; x < columns.Size; x++)
                    tile[target++] = s_units[line[inside ? start + x : columns.Source(column, x)]];
            }
        }
    }

    /// <summary>Writes lines <paramref name="first"/> … of all channels, [Channels, count, Width], as value / 255.</summary>
    public void CopyLines(int first, int count, Span<float> lines)
    {
        for (int channel = 0; channel < Channels; channel++)
        {
            ReadOnlySpan<byte> source = Planar.AsSpan(((channel * Height) + first) * Width, count * Width);
            Span<float> target = lines.Slice(channel * count * Width, source.Length);
            for (int pixel = 0; pixel < source.Length; pixel++)
                target[pixel] = s_units[source[pixel]];
        }
    }
}
