namespace Tangram;

/// <summary>
/// One direction of a picture of <paramref name="length"/> pixels, covered by overlapping tiles of <paramref name="size"/> pixels that begin
/// <paramref name="stride"/> apart; the last one is moved back to end at the edge. A shorter picture has one tile, which juts out on both sides.
/// </summary>
/// <param name="length">Pixels of the picture, 1 or more.</param>
/// <param name="size">Pixels of a tile.</param>
/// <param name="stride">1 … size.</param>
internal sealed class TileAxis(int length, int size, int stride)
{
    private readonly double[] _window = [.. Enumerable.Range(0, size).Select(pixel => RaisedCosine(pixel, size))];

    /// <summary>Number of tiles.</summary>
    public int Count { get; } = length <= size ? 1 : 1 + ((length - size + stride - 1) / stride);

    public int Length => length;

    public int Size => size;

    /// <summary>The picture's pixel that a tile's first pixel shows; negative where the tile juts out.</summary>
    public int Start(int tile) => length <= size ? -((size - length) / 2) : Math.Min(tile * stride, length - size);

    /// <summary>The picture's pixel that a tile shows at <paramref name="pixel"/>: beyond its edges the picture is mirrored, as often as it takes.</summary>
    public int Source(int tile, int pixel)
    {
        int place = (Start(tile) + pixel) % (2 * length);
        if (place < 0)
            place += 2 * length;
        return place < length ? place : (2 * length) - 1 - place;
    }

    /// <summary>Writes how much each pixel of a tile counts, [size]: over the tiles that show a pixel of the picture it adds up to 1; 0 outside the picture.</summary>
    public void FillWeights(int tile, Span<float> weights)
    {
        int start = Start(tile);
        for (int pixel = 0; pixel < size; pixel++)
        {
            int place = start + pixel;
            weights[pixel] = place >= 0 && place < length ? (float)(_window[pixel] / Total(place)) : 0;
        }
    }

    /// <summary>sin², nowhere 0: at the picture's edge there is no other tile to take over.</summary>
    private static double RaisedCosine(int pixel, int size)
    {
        double sine = Math.Sin(Math.PI * (pixel + 0.5) / size);
        return sine * sine;
    }

    /// <summary>The sum of all tiles' windows at a pixel. Computed when it is needed: a table for every stride and length could outgrow the picture.</summary>
    private double Total(int place)
    {
        double total = 0;
        int last = Count - 1;
        for (int tile = Math.Max(0, (place - size + stride) / stride); tile < last && tile * stride <= place; tile++)
            total += _window[place - (tile * stride)];
        int inLast = place - Start(last);
        return inLast >= 0 ? total + _window[inLast] : total;
    }
}
