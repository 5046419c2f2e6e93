namespace Tangram;

/// <summary>One picture, made an image as those of a set are: whole, even where the set's are crops.</summary>
internal static class QueryPicture
{
    /// <summary>D values of an image of <paramref name="shape"/>.</summary>
    /// <param name="path">A file of a picture of any size.</param>
    /// <param name="shape">What the model takes.</param>
    /// <param name="reading">How the set's pictures are read.</param>
    /// <exception cref="InputException">No such file, not a picture, one that is too small, or images of this shape aren't made of pictures.</exception>
    public static float[] Read(string path, ImageShape shape, DataOptions reading) =>
        Read(side => PictureFile.Read(path, side), $"'{path}'", shape, reading);

    /// <summary>The same, of a picture's file in memory.</summary>
    public static float[] Read(byte[] file, PictureSource source, ImageShape shape, DataOptions reading) =>
        Read(side => PictureFile.Read(file, source, side), source.Called, shape, reading);

    private static float[] Read(Func<int, Picture> read, string called, ImageShape shape, DataOptions reading)
    {
        reading = reading with { Crops = 0, ShorterSide = 0 };
        reading.Check();
        if (reading.PictureShape != shape)
            throw new InputException($"The model takes {shape}, and pictures become {reading.PictureShape}; give the number of an image of the set instead.");
        var fitting = new PictureFitting(reading);
        byte[] planar = fitting.Apply(read(fitting.ShorterSide), called, called)[0];
        return Array.ConvertAll(planar, value => value / 255f);
    }
}
