namespace Tangram;

/// <summary>How large pictures of a shape are drawn, so that they fit where a figure has room: every pixel is a square of whole pixels, or of a large picture every square of pixels one.</summary>
internal readonly record struct PictureSize
{
    private readonly int _larger, _smaller;

    /// <param name="shape">The pictures' shape.</param>
    /// <param name="most">What they may be wide and high at most.</param>
    public PictureSize(ImageShape shape, int most)
    {
        int longest = Math.Max(shape.Width, shape.Height);
        (_larger, _smaller) = (Math.Max(1, most / longest), (longest + most - 1) / most);
        (Width, Height) = (Math.Max(1, shape.Width * _larger / _smaller), Math.Max(1, shape.Height * _larger / _smaller));
    }

    public int Width { get; }

    public int Height { get; }

    public Raster Of(Raster picture) => _smaller > 1 ? picture.Reduced(_smaller) : Mosaic.Grid([picture], 1, _larger, 0);
}
