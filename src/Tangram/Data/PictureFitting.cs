namespace Tangram;

/// <summary>Makes images of a set's shape of a picture: background, grey or colour, size, crops.</summary>
internal sealed class PictureFitting(DataOptions options)
{
    /// <summary>What <see cref="PictureFile.Read"/> needs to be told so that pictures come no smaller than they are needed; 0: whole.</summary>
    public int ShorterSide => options.Crops == 0 ? 2 * options.Size : options.ShorterSide;

    /// <summary>The images of a picture, planar bytes [C, H, W]: one, or its crops.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">Its name: in messages, and what its random crops depend on.</param>
    /// <exception cref="InputException">The picture is too small.</exception>
    public IReadOnlyList<byte[]> Apply(Picture picture, string name) => throw new NotSupportedException();
}
