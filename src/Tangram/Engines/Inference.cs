using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>Encoding and decoding with an autoencoder, on the CPU.</summary>
public static class Inference
{
    /// <summary>Encoders in bf16, made when they are first asked for, that live as long as the matrices they are copies of.</summary>
    private static readonly ConditionalWeakTable<FloatMatrix, Bf16Weights> RoundedEncoders = [];

    extension(SparseAutoencoder autoencoder)
    {
        /// <summary>Codes of all images, in order.</summary>
        /// <param name="images">A set whose images have the model's shape.</param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <param name="cancellation">Stops between tiles of images.</param>
        /// <exception cref="InputException">The images have another shape, or the codes have more entries than an array can.</exception>
        public SparseCodes Encode(ImageSet images, int threads = 0, CancellationToken cancellation = default) => autoencoder.Encode(images, threads, null, cancellation);

        /// <summary>The same in another precision.</summary>
        /// <param name="images">A set whose images have the model's shape.</param>
        /// <param name="precision">
        /// <c>fp32</c>; <c>mixed</c>, where images and weights are multiplied in bf16: faster, activations differ by about a tenth of a percent, and of 600 active features
        /// one is another, nearly equal one; or <c>auto</c>, mixed where the processor has that.
        /// </param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <param name="cancellation">Stops between tiles of images.</param>
        /// <exception cref="InputException">The images have another shape, the codes have more entries than an array can, or this machine has no mixed precision.</exception>
        public SparseCodes Encode(ImageSet images, string precision, int threads = 0, CancellationToken cancellation = default) =>
            autoencoder.Encode(images, threads, null, cancellation, Precisions.OnCpu(precision) == Precision.Mixed);

        /// <summary>The same; <paramref name="encoded"/> is told, by whichever thread, of how many images more there are codes.</summary>
        internal SparseCodes Encode(ImageSet images, int threads, Action<int>? encoded, CancellationToken cancellation, bool isMixed = false)
        {
            autoencoder.Options.CheckShape(images);
            var session = InferenceSession.Create(autoencoder, isMixed ? RoundedEncoder(autoencoder) : null);
            int k = autoencoder.Options.MaximumNonZeros;
            if ((long)images.Count * k > Array.MaxLength)
            {
                throw new InputException($"The codes of {images.Count} images with up to {k} active features each are too many for one set ({Array.MaxLength} activations at most); " +
                    "encode its splits or parts of it separately.");
            }
            var features = new int[images.Count * k];
            var activations = new float[features.Length];
            var lengths = new int[images.Count];
            ForTiles(images, autoencoder.Options, threads, (start, batch, tile) =>
            {
                session.Encode(batch.Rows, batch.Count, tile, features.AsSpan(start * k, batch.Count * k), activations.AsSpan(start * k, batch.Count * k),
                    lengths.AsSpan(start, batch.Count));
                encoded?.Invoke(batch.Count);
            }, cancellation);
            long[] rowStart = Pack(features, activations, lengths, k);
            Array.Resize(ref features, (int)rowStart[^1]); // copies only where codes are shorter than k
            Array.Resize(ref activations, features.Length);
            return new SparseCodes(autoencoder.Options.Features, rowStart, features, activations);
        }

        /// <summary>The code of one image: features ascending, and their activations.</summary>
        /// <param name="image">D values.</param>
        /// <exception cref="InputException">The image has another length, or a value isn't finite.</exception>
        public (int[] Features, float[] Activations) Encode(ReadOnlySpan<float> image) => autoencoder.Encode(image, null);

        /// <summary>The same, by several threads.</summary>
        internal (int[] Features, float[] Activations) Encode(ReadOnlySpan<float> image, Workers? workers)
        {
            if (image.Length != autoencoder.Options.Shape.Length)
                throw new InputException($"The image has {image.Length} values; the model takes {autoencoder.Options.Shape} ({autoencoder.Options.Shape.Length} values).");
            foreach (float value in image)
            {
                if (!float.IsFinite(value))
                    throw new InputException($"The image has the value {value}; only finite numbers can be encoded.");
            }
            int k = autoencoder.Options.MaximumNonZeros;
            var (features, activations, length) = (new int[k], new float[k], new int[1]);
            using var rows = new FloatMatrix(1, image.Length);
            using var tile = new EncoderTile(autoencoder.Options.Features, samples: 1);
            image.CopyTo(rows.Row(0));
            InferenceSession.Create(autoencoder).Encode(rows, 1, tile, features, activations, length, workers);
            return (features[..length[0]], activations[..length[0]]);
        }

        /// <summary>x̂ = z W_dec + b_pre of one code, D values.</summary>
        /// <exception cref="InputException">A feature is out of range, or the spans' lengths differ.</exception>
        public float[] Decode(ReadOnlySpan<int> features, ReadOnlySpan<float> activations)
        {
            if (features.Length != activations.Length)
                throw new InputException($"A code of {features.Length} features has {activations.Length} activations; give one for each.");
            foreach (int feature in features)
            {
                if (feature < 0 || feature >= autoencoder.Options.Features)
                    throw new InputException($"The model has no feature {feature}; features are 0 … {autoencoder.Options.Features - 1}.");
            }
            using var row = new FloatMatrix(1, autoencoder.Options.Shape.Length);
            InferenceSession.Create(autoencoder).Decode(features, activations, row, 0);
            return row.Row(0).ToArray();
        }
    }

    /// <summary>Only where this machine multiplies bf16.</summary>
    private static Bf16Weights RoundedEncoder(SparseAutoencoder autoencoder) =>
        RoundedEncoders.GetValue(autoencoder.Encoder, encoder => new Bf16Weights(Device.Cpu.Bf16!, encoder, EncoderTile.Panel));

    /// <summary>Moves codes that lie k apart together, and returns where each starts.</summary>
    private static long[] Pack(int[] features, float[] activations, int[] lengths, int k)
    {
        var rowStart = new long[lengths.Length + 1];
        for (int row = 0; row < lengths.Length; row++)
        {
            int source = row * k, target = (int)rowStart[row];
            rowStart[row + 1] = target + lengths[row];
            if (source == target)
                continue;
            Array.Copy(features, source, features, target, lengths[row]);
            Array.Copy(activations, source, activations, target, lengths[row]);
        }
        return rowStart;
    }

    /// <exception cref="InputException">The images aren't of the model's shape.</exception>
    internal static void CheckShape(this ModelOptions options, ImageSet images)
    {
        if (images.Shape != options.Shape)
            throw new InputException($"'{images.Name}' holds {images.Shape}, the model takes {options.Shape}; use images of the shape it was trained on.");
    }

    /// <summary>Calls body(first image, batch, tile) for tiles of images, at most <see cref="EncoderTile.Samples"/>, in parallel.</summary>
    internal static void ForTiles(ImageSet images, ModelOptions options, int threads, Action<int, Batch, EncoderTile> body, CancellationToken cancellation)
    {
        int count = Workers.CountFor(threads), samples = EncoderTile.SamplesFor(images.Count, count), tiles = (images.Count + samples - 1) / samples;
        count = Math.Min(count, tiles);
        using var workers = new Workers(count);
        (Batch Batch, EncoderTile Tile)[] rooms =
            [.. Enumerable.Range(0, count).Select(_ => (new Batch(samples, options.Shape.Length), new EncoderTile(options.Features, samples)))];
        try
        {
            workers.Run(tiles, (worker, item) =>
            {
                cancellation.ThrowIfCancellationRequested();
                var (batch, tile) = rooms[worker];
                int start = item * samples;
                batch.Fill(images, [.. Enumerable.Range(start, Math.Min(samples, images.Count - start))]);
                body(start, batch, tile);
            });
        }
        finally
        {
            foreach (var (batch, tile) in rooms)
            {
                batch.Dispose();
                tile.Dispose();
            }
        }
    }
}
