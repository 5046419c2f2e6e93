namespace Tangram;

/// <summary>A picture, encoded and decoded.</summary>
/// <param name="Picture">The picture's path.</param>
/// <param name="Reconstruction">The path of the reconstruction, clamped to what a picture can show.</param>
/// <param name="Mse">Mean squared error, unclamped.</param>
/// <param name="Pearson">Correlation of the pixels, unclamped; NaN for a picture of one colour.</param>
/// <param name="ActiveFeatures">Non-zeros of the code.</param>
public sealed record PictureReconstruction(string Picture, string Reconstruction, double Mse, double Pearson, int ActiveFeatures);

/// <summary>Rebuilding pictures from files.</summary>
public static class PictureReconstructor
{
    extension(SparseAutoencoder autoencoder)
    {
        /// <summary>Writes <c>NAME.reconstruction.png</c> for each picture; all are read and checked before the first is written.</summary>
        /// <param name="pictures">PNG files of the model's width and height.</param>
        /// <param name="folder">Where to write; made when missing.</param>
        /// <exception cref="InputException">A file is missing, broken, or of another size; two have the same name; or the model takes rows, not images.</exception>
        /// <exception cref="IOException">A file can't be written.</exception>
        public IReadOnlyList<PictureReconstruction> ReconstructPictures(IReadOnlyList<string> pictures, string folder)
        {
            ImageShape shape = autoencoder.Options.Shape;
            if (!shape.IsImage)
                throw new InputException($"The model takes {shape}, not pictures.");
            if (folder.Length == 0)
                throw new InputException("The folder for reconstructions has no name; give one, or '.' for the current one.");
            string[] targets = [.. pictures.Select(picture => Path.Combine(folder, Path.GetFileNameWithoutExtension(picture) + ".reconstruction.png"))];
            // Some file systems don't tell 'A.png' and 'a.png' apart.
            if (targets.GroupBy(target => target, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InputException($"Two pictures would both be written to '{twice.Key}'; reconstruct them into different folders.");
            ImageSet[] images = [.. pictures.Select(picture => Read(picture, shape))];
            Directory.CreateDirectory(folder);
            return [.. pictures.Select((picture, index) => autoencoder.Reconstruct(picture, images[index], targets[index]))];
        }

        private PictureReconstruction Reconstruct(string picture, ImageSet image, string target)
        {
            ImageShape shape = autoencoder.Options.Shape;
            var x = new float[shape.Length];
            image.CopyTo(0, x);
            var (features, activations) = autoencoder.Encode(x);
            float[] y = autoencoder.Decode(features, activations);
            PngFile.Write(target, Array.ConvertAll(y, value => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255)), shape.Width, shape.Height, shape.Channels);
            return new PictureReconstruction(picture, target, Correlation.SquaredError(x, y) / x.Length, Correlation.Pearson(x, y), activations.Count(value => value != 0));
        }
    }

    private static ImageSet Read(string path, ImageShape shape)
    {
        byte[] pixels = PngFile.Read(path, shape.Channels, out int width, out int height);
        return width == shape.Width && height == shape.Height
            ? ImageSet.FromBytes(path, shape, pixels)
            : throw new InputException($"'{path}' is {width}×{height}, the model takes {shape.Width}×{shape.Height}; resize the picture.");
    }
}
