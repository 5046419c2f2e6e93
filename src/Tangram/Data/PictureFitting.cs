using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Tangram;

/// <summary>
/// Makes images of a set's shape of a picture: background, grey or colour, size, crops. All of its arithmetic is exact and rounded once, so that a set has
/// the same bytes on every machine. Safe to use from several threads.
/// </summary>
internal sealed class PictureFitting
{
    /// <summary>A picture isn't enlarged more than so many times.</summary>
    private const int MostEnlarged = 4;

    private readonly DataOptions _options;
    private readonly PictureResampler _resampler;

    public PictureFitting(DataOptions options)
    {
        _options = options;
        _resampler = new PictureResampler(options.Channels, options.BackgroundColour);
    }

    /// <summary>What <see cref="PictureFile.Read(string, int)"/> needs to be told so that pictures come no smaller than they are needed; 0: whole.</summary>
    public int ShorterSide => _options.Crops == 0 ? 2 * _options.Size : _options.ShorterSide;

    /// <summary>The images of a picture, planar bytes [C, H, W]: one, or its crops.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">Its name: in messages, and what its random crops depend on.</param>
    /// <param name="called">What messages call it; null: its name in quotes.</param>
    /// <exception cref="InputException">The picture is too small.</exception>
    public IReadOnlyList<byte[]> Apply(Picture picture, string name, string? called = null)
    {
        called ??= $"'{name}'";
        int size = _options.Size, shorter = Math.Min(picture.Width, picture.Height);
        if (_options.Crops != 0)
        {
            return shorter >= size
                ? Crops(picture, name)
                : throw new InputException($"{called} is {picture.Width}×{picture.Height}, too small for crops of {size}×{size}.");
        }
        if (shorter * MostEnlarged < size)
        {
            throw new InputException($"{called} is {picture.Width}×{picture.Height}, too small for an image of {size}×{size} "
                + $"(no picture is enlarged more than {MostEnlarged} times).");
        }
        return [_options.Fit switch
        {
            Fit.Crop => _resampler.Resample(picture, new((picture.Width - shorter) / 2, (picture.Height - shorter) / 2, shorter, shorter), size, size),
            Fit.Pad => Pad(picture),
            _ => _resampler.Resample(picture, Whole(picture), size, size),
        }];
    }

    private static PictureWindow Whole(Picture picture) => new(0, 0, picture.Width, picture.Height);

    private byte[] Pad(Picture picture)
    {
        int size = _options.Size, longer = Math.Max(picture.Width, picture.Height);
        int width = Scaled(picture.Width, size, longer), height = Scaled(picture.Height, size, longer);
        byte[] scaled = _resampler.Resample(picture, Whole(picture), width, height);
        if (width == size && height == size)
            return scaled;
        byte[] image = _resampler.Blank(size, size);
        int left = (size - width) / 2, top = (size - height) / 2;
        for (int channel = 0; channel < _options.Channels; channel++)
        {
            for (int row = 0; row < height; row++)
                scaled.AsSpan(((channel * height) + row) * width, width).CopyTo(image.AsSpan((((channel * size) + top + row) * size) + left));
        }
        return image;
    }

    private byte[][] Crops(Picture picture, string name)
    {
        int shorter = Math.Min(picture.Width, picture.Height), target = _options.ShorterSide;
        if (target == 0 || shorter <= target)
        {
            // Only the crops are laid on the background, not all of a large photo.
            return [.. Windows(picture.Width, picture.Height, name).Select(window => _resampler.Flatten(picture, window))];
        }
        int width = Scaled(picture.Width, target, shorter), height = Scaled(picture.Height, target, shorter);
        byte[] scaled = _resampler.Resample(picture, Whole(picture), width, height);
        return [.. Windows(width, height, name).Select(window => Cut(scaled, width, height, window))];
    }

    /// <summary>Where the crops lie: seeded by the picture's name alone, or the grid's tiles row by row.</summary>
    private IEnumerable<PictureWindow> Windows(int width, int height, string name)
    {
        int size = _options.Size;
        if (_options.Crops == DataOptions.Grid)
        {
            for (int top = 0; top + size <= height; top += size)
            {
                for (int left = 0; left + size <= width; left += size)
                    yield return new(left, top, size, size);
            }
            yield break;
        }
        ulong key = StableHash(name);
        for (int crop = 0; crop < _options.Crops; crop++)
        {
            int left = new CounterRandom(0, RandomPurpose.Crop, Member: 0, Epoch: crop).Below(width - size + 1, key);
            int top = new CounterRandom(0, RandomPurpose.Crop, Member: 1, Epoch: crop).Below(height - size + 1, key);
            yield return new(left, top, size, size);
        }
    }

    private byte[] Cut(byte[] planar, int width, int height, PictureWindow window)
    {
        var image = new byte[_options.Channels * window.Width * window.Height];
        for (int channel = 0; channel < _options.Channels; channel++)
        {
            for (int row = 0; row < window.Height; row++)
            {
                planar.AsSpan((((channel * height) + window.Top + row) * width) + window.Left, window.Width)
                    .CopyTo(image.AsSpan(((channel * window.Height) + row) * window.Width));
            }
        }
        return image;
    }

    /// <summary>length · to / from, rounded, at least 1.</summary>
    private static int Scaled(int length, int to, int from) => (int)Math.Max(1, ((2L * length * to) + from) / (2L * from));

    private static ulong StableHash(string name) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
