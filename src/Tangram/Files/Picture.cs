namespace Tangram;

/// <summary>A decoded picture, upright: 8-bit red, green, blue, alpha (not premultiplied), interleaved, row by row.</summary>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Rgba">[Height, Width, 4].</param>
/// <param name="Pages">How many pictures its file has (pages of a TIFF, frames of an animation): this is the first, and the others aren't read.</param>
internal sealed record Picture(int Width, int Height, byte[] Rgba, int Pages = 1);
