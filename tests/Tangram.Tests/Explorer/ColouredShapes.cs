namespace Tangram.Tests;

/// <summary>A small world in colour: a disc, a square or a triangle of some hue, somewhere on a dim ground.</summary>
internal static class ColouredShapes
{
    public static ImageSet Create(int count, int side, IReadOnlyList<string>? names = null)
    {
        var shape = new ImageShape(side, side, 3);
        var pixels = new byte[count * shape.Length];
        for (int image = 0; image < count; image++)
            Draw(pixels.AsSpan(image * shape.Length, shape.Length), side, image);
        return ImageSet.FromBytes("shapes", shape, pixels, Enumerable.Range(0, count).Select(image => image % 3).ToArray(), names ?? ["disc", "square", "triangle"]);
    }

    private static void Draw(Span<byte> pixels, int side, int image)
    {
        int Random(int below, int purpose) => new CounterRandom(7, RandomPurpose.Shuffle).Below(below, (ulong)((image * 16) + purpose));
        int radius = 4 + Random(side / 4, 0), x = radius + Random(side - (2 * radius), 1), y = radius + Random(side - (2 * radius), 2), ground = Random(60, 3);
        int[] ink = [Random(256, 4), Random(256, 5), Random(256, 6)];
        ink[image / 3 % 3] = 255;
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                int dx = Math.Abs(column - x), dy = row - y;
                bool inside = (image % 3) switch
                {
                    0 => (dx * dx) + (dy * dy) <= radius * radius,
                    1 => dx <= radius && Math.Abs(dy) <= radius,
                    _ => Math.Abs(dy) <= radius && dx * 2 <= dy + radius,
                };
                for (int channel = 0; channel < 3; channel++)
                    pixels[(channel * side * side) + (row * side) + column] = (byte)(inside ? ink[channel] : ground);
            }
        }
    }
}
