namespace Tangram;

/// <summary>How large pictures of a shape are drawn, so that they fit where a figure has room: every pixel is a square of whole pixels, or of a large picture every square of pixels one.</summary>
internal readonly record struct PictureSize
{
    private readonly int _larger, _smaller;

    /// <param name="shape">The pictures' shape.</param>
    /// <param name="usual">What small ones may be wide and high at most.</param>
    /// <param name="most">The same of pictures that would have to be made smaller; null: a seventh more, so that those of 64 pixels stay whole where others have 56.</param>
    public PictureSize(ImageShape shape, int usual, int? most = null)
    {
        int longest = Math.Max(shape.Width, shape.Height), room = most ?? usual + (usual / 7);
        (_larger, _smaller) = (Math.Max(1, usual / longest), (longest + room - 1) / room);
        (Width, Height) = (Math.Max(1, shape.Width * _larger / _smaller), Math.Max(1, shape.Height * _larger / _smaller));
    }

    public int Width { get; }

    public int Height { get; }

    public Raster Of(Raster picture) => _smaller > 1 ? picture.Reduced(_smaller) : Mosaic.Grid([picture], 1, _larger, 0);
}
