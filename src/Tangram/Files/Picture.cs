namespace Tangram;

/// <summary>A decoded picture, upright: 8-bit red, green, blue, alpha (not premultiplied), interleaved, row by row.</summary>
internal sealed record Picture(int Width, int Height, byte[] Rgba);
