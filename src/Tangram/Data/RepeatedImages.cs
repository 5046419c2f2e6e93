using System.IO.Hashing;

namespace Tangram;

/// <summary>Finds images that are there twice, value for value, by 64 bits of a hash: two different images of a set of a million are taken for one with a chance of 1 in 10 million.</summary>
internal static class RepeatedImages
{
    /// <summary>Fewer images are looked at too soon to be stopped.</summary>
    public const int Few = 4096;

    private const int Chunk = 256;

    /// <summary>Held-out images that are also learned from (0 where both are one set), and of each set the images that repeat an earlier one of it.</summary>
    public static (int InBoth, int Learned, int HeldOut) Count(ImageSet learned, ImageSet heldOut, CancellationToken cancellation)
    {
        ulong[] first = Hashes(learned, cancellation);
        var known = new HashSet<ulong>(first);
        if (ReferenceEquals(learned, heldOut))
            return (0, first.Length - known.Count, 0);
        ulong[] second = Hashes(heldOut, cancellation);
        // Numbers of another type or shape are never the same images, whatever their bytes.
        int inBoth = learned.IsLike(heldOut) ? second.Count(known.Contains) : 0;
        return (inBoth, first.Length - known.Count, second.Length - second.Distinct().Count());
    }

    /// <summary>Of each image, in order, by all processors.</summary>
    private static ulong[] Hashes(ImageSet images, CancellationToken cancellation)
    {
        var hashes = new ulong[images.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = images.Count < Few ? CancellationToken.None : cancellation };
        Parallel.For(0, (images.Count + Chunk - 1) / Chunk, parallel, () => new byte[images.BytesPerImage], (chunk, _, room) =>
        {
            for (int image = chunk * Chunk; image < Math.Min(hashes.Length, (chunk + 1) * Chunk); image++)
            {
                images.CopyBytes(image, room);
                hashes[image] = XxHash3.HashToUInt64(room);
            }
            return room;
        }, _ => { });
        return hashes;
    }
}
