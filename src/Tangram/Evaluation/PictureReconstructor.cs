using System.Diagnostics;

namespace Tangram;

/// <summary>Rebuilding pictures from files.</summary>
public static class PictureReconstructor
{
    /// <summary>Bytes of pictures that are kept between looking at all of them and reconstructing them; others are read again.</summary>
    private const int KeptBytes = 1 << 27;

    extension(SparseAutoencoder autoencoder)
    {
        /// <summary>
        /// Writes <c>NAME.reconstruction.png</c> for each picture; all are read and checked before the first is written. A picture of the model's size is one image;
        /// any other is covered by overlapping tiles of that size, whose reconstructions are blended so that no seams show. Where it is smaller, it is mirrored at
        /// its edges for the model, and cut again. Transparent pixels lie on white; colour becomes grey (Rec. 601 luma) for a model of grey images.
        /// </summary>
        /// <param name="pictures">Files of pictures of any size up to 100 million pixels.</param>
        /// <param name="folder">Where to write; made when missing.</param>
        /// <param name="stride">Pixels from one tile to the next, at most the model's size, which leaves no overlap; null: half the model's width and height.</param>
        /// <param name="threads">Threads to use; 0: one per processor. Results don't depend on it.</param>
        /// <param name="progress">Reported after each some hundred tiles.</param>
        /// <param name="cancellation">Stops between batches of tiles; whole files of pictures that are done stay.</param>
        /// <exception cref="InputException">
        /// A file is missing, broken, or too large; two have the same name; a reconstruction would overwrite one of the pictures; the stride is impossible; or the model
        /// takes no pictures.
        /// </exception>
        /// <exception cref="IOException">A file can't be written.</exception>
        public IReadOnlyList<PictureReconstruction> ReconstructPictures(IReadOnlyList<string> pictures, string folder, int? stride = null, int threads = 0,
            IProgress<ReconstructionProgress>? progress = null, CancellationToken cancellation = default)
        {
            ImageShape shape = autoencoder.Options.Shape;
            CheckShape(shape, stride);
            string[] targets = Targets(pictures, folder);
            Workers.CountFor(threads);

            var looked = new Looked[pictures.Count];
            long kept = 0;
            for (int index = 0; index < looked.Length; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                PicturePixels pixels = PicturePixels.Read(pictures[index], shape.Channels);
                kept += pixels.Planar.Length;
                looked[index] = new Looked(new TileAxis(pixels.Width, shape.Width, stride ?? ((shape.Width + 1) / 2)),
                    new TileAxis(pixels.Height, shape.Height, stride ?? ((shape.Height + 1) / 2)), index == 0 || kept <= KeptBytes ? pixels : null);
            }
            Directory.CreateDirectory(folder);
            return autoencoder.Reconstruct(pictures, targets, looked, threads, progress, cancellation);
        }

        private PictureReconstruction[] Reconstruct(IReadOnlyList<string> pictures, string[] targets, Looked[] looked, int threads,
            IProgress<ReconstructionProgress>? progress, CancellationToken cancellation)
        {
            var watch = Stopwatch.StartNew();
            long total = looked.Sum(one => one.Tiles), finished = 0;
            var results = new PictureReconstruction[pictures.Count];
            using var coder = new TileCoder(autoencoder, threads);
            for (int index = 0; index < results.Length; index++)
            {
                string path = pictures[index];
                var (columns, rows, pixels) = looked[index];
                looked[index] = looked[index] with { Pixels = null };
                pixels ??= PicturePixels.Read(path, autoencoder.Options.Shape.Channels);
                if (pixels.Width != columns.Length || pixels.Height != rows.Length)
                    throw new InputException($"'{path}' has changed while it was in use; try again.");
                var (blend, active) = coder.Reconstruct(pixels, columns, rows, count =>
                {
                    finished += count;
                    double rate = finished / watch.Elapsed.TotalSeconds;
                    progress?.Report(new ReconstructionProgress(path, finished, total, rate, TimeSpan.FromSeconds((total - finished) / rate)));
                }, cancellation);
                cancellation.ThrowIfCancellationRequested();
                PngFile.Write(targets[index], blend.Planar, pixels.Width, pixels.Height, pixels.Channels);
                long tiles = looked[index].Tiles;
                results[index] = new PictureReconstruction(path, targets[index], pixels.Width, pixels.Height, tiles, blend.Mse, -10 * Math.Log10(blend.Mse), blend.Pearson,
                    (double)active / tiles);
            }
            return results;
        }
    }

    private static void CheckShape(ImageShape shape, int? stride)
    {
        if (!shape.IsImage || shape.Channels is not (1 or 3))
            throw new InputException($"The model takes {shape}, not pictures.");
        int size = Math.Min(shape.Width, shape.Height);
        if (stride < 1 || stride > size)
            throw new InputException($"Tiles can't lie {stride} pixels apart; give 1 … {size}, the model's size.");
    }

    /// <summary>Where each reconstruction goes: nowhere twice, and not over a picture that is yet to be read.</summary>
    private static string[] Targets(IReadOnlyList<string> pictures, string folder)
    {
        if (folder.Length == 0)
            throw new InputException("The folder for reconstructions has no name; give one, or '.' for the current one.");
        if (pictures.Any(picture => picture.Length == 0))
            throw new InputException("A picture has no name; give the path of a file.");
        string[] targets = [.. pictures.Select(picture => Path.Combine(folder, Path.GetFileNameWithoutExtension(picture) + ".reconstruction.png"))];
        // Some file systems don't tell 'A.png' and 'a.png' apart.
        if (targets.GroupBy(target => target, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InputException($"Two pictures would both be written to '{twice.Key}'; reconstruct them into different folders.");
        var sources = pictures.Select(Path.GetFullPath).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (targets.FirstOrDefault(target => sources.Contains(Path.GetFullPath(target))) is { } overwritten)
            throw new InputException($"The picture '{overwritten}' would be overwritten by another's reconstruction; leave it out, or write into another folder.");
        return targets;
    }

    /// <summary>A picture that was looked at, and its pixels where there is room to keep them.</summary>
    private sealed record Looked(TileAxis Columns, TileAxis Rows, PicturePixels? Pixels)
    {
        public long Tiles => (long)Columns.Count * Rows.Count;
    }
}
