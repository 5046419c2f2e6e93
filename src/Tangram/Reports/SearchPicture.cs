using System.Numerics.Tensors;

namespace Tangram;

/// <summary>A search as a picture.</summary>
public static class SearchPicture
{
    private const int Columns = 5, Gap = 4, Pixels = 96;
    private static readonly Colour s_page = new(255, 255, 255);

    extension(ImageSearch search)
    {
        /// <summary>
        /// Writes a PNG: the query at the left, twice as large, and what was found beside it in rows of five, the most similar first.
        /// </summary>
        /// <param name="answer">What <see cref="ImageSearch.Find"/> or <see cref="ImageSearch.Like"/> found.</param>
        /// <param name="path">A file that ends in .png.</param>
        /// <exception cref="InputException">The name ends in something else.</exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        public void SavePicture(SearchAnswer answer, string path)
        {
            CheckPath(path);
            byte[] png = Draw(search, answer).ToPng();
            AtomicFile.Write(path, stream => stream.Write(png));
        }
    }

    /// <summary>Checks the ending of a picture's path, before the work of making it.</summary>
    /// <exception cref="InputException">It isn't .png.</exception>
    public static void CheckPath(string path)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"'{path}' doesn't end in .png; that is what pictures are written as.");
    }

    private static Raster Draw(ImageSearch search, SearchAnswer answer)
    {
        Raster query = Picture(answer.Values, search.Images.Shape);
        int scale = Math.Max(1, Pixels / Math.Max(query.Width, query.Height));
        int cellWidth = (query.Width * scale) + Gap, cellHeight = (query.Height * scale) + Gap, count = answer.Results.Count;
        int columns = Math.Min(Columns, count), rows = Math.Max(2, (count + Columns - 1) / Columns);
        int left = (2 * cellWidth) + (3 * Gap);
        var raster = new Raster(left + (columns * cellWidth) + Gap, (rows * cellHeight) + Gap);
        raster.Fill(s_page);
        raster.Draw(query, Gap, Gap, 2 * scale);
        var values = new float[search.Images.Shape.Length];
        for (int place = 0; place < count; place++)
        {
            search.Images.CopyTo(answer.Results[place].Image, values);
            raster.Draw(Picture(values, search.Images.Shape), left + (place % Columns * cellWidth), Gap + (place / Columns * cellHeight), scale);
        }
        return raster;
    }

    /// <summary>An image as it is; a row as a square of its values, zero white.</summary>
    private static Raster Picture(float[] values, ImageShape shape)
    {
        if (shape.IsImage)
            return Mosaic.Picture(values, shape, Stretch.Unit);
        int side = (int)Math.Ceiling(Math.Sqrt(shape.Length));
        return Mosaic.Picture(values, new ImageShape(side, ((shape.Length - 1) / side) + 1, 1), Stretch.Signed, Math.Max(Math.Abs((double)TensorPrimitives.MaxMagnitude<float>(values)), 1e-30));
    }
}
