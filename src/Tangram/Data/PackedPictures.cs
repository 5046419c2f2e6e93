using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tangram;

/// <summary>A picture that shall become images of a set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What it is called in the set, whatever folder that lies in; its random crops depend on it.</param>
/// <param name="Label">Its class; −1 without one.</param>
/// <param name="Group">What it is held back with.</param>
internal sealed record PictureEntry(string Path, string Name, int Label, int Group);

/// <summary>What is known of a packed set beside its pixels.</summary>
internal sealed record PackedIndex
{
    public required ImageShape Shape { get; init; }

    public required int Images { get; init; }

    /// <summary>SHA-256 of the pixels.</summary>
    public required string Digest { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The pictures that were used, in the order of their images.</summary>
    public required IReadOnlyList<PackedPicture> Pictures { get; init; }

    /// <summary>Why others weren't, one sentence each.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }
}

/// <summary>A picture of a packed set, and how many images it gave.</summary>
internal sealed record PackedPicture(string Name, int Label, int Group, int Images);

/// <summary>
/// Pictures decoded once, into the cache: <c>pictures/KEY/pixels.npy</c>, uint8 [N, C, H, W], and <c>index.json</c>. Later, opening them is reading the index; pixels are
/// read from the file as they are needed. The folder is renamed into place when it is whole, so a half set is never found.
/// </summary>
internal sealed class PackedPictures(string key, string name)
{
    /// <summary>A part of every key: another number where pictures are decoded or packed in another way.</summary>
    public const int Format = 1;

    private const string PixelsName = "pixels.npy", IndexName = "index.json";
    private const int ListedSkips = 20;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    private string Folder { get; } = Path.Combine(CacheFolder.Root(), "pictures", key);

    public bool IsHere => IsWhole(Folder);

    /// <summary>The key of parts of text: 128 bits of their SHA-256.</summary>
    public static string KeyOf(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts.Prepend($"{Format}"))
            hash.AppendData(Encoding.UTF8.GetBytes(part + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Decodes pictures into the cache, in parallel; what can't be used is skipped, counted and listed.</summary>
    /// <exception cref="InputException">None can be used.</exception>
    /// <exception cref="MissingLibraryException">One needs a library that isn't here.</exception>
    /// <exception cref="IOException">The cache can't be written.</exception>
    public void Build(IReadOnlyList<PictureEntry> entries, IReadOnlyList<string> classNames, DataOptions options, Report report, CancellationToken cancellation)
    {
        report($"Decoding {Count(entries.Count, "picture")} of {name} into {Folder}");
        CacheFolder.Fill(Folder, IsWhole, temporary =>
        {
            PackedIndex index = Pack(temporary, entries, classNames, options, report, cancellation);
            AtomicFile.WriteText(Path.Combine(temporary, IndexName), TangramJson.Serialize(index));
        });
        ListSkips(ReadIndex(), report);
    }

    public ImageSet Open(string setName)
    {
        PackedIndex index = ReadIndex();
        string pixels = Path.Combine(Folder, PixelsName);
        long length = (long)index.Images * index.Shape.Length;
        if (new FileInfo(pixels).Length != NpyFile.FixedHeaderLength + length)
            throw Damaged(pixels);
        int[] Expand(Func<PackedPicture, int> property) => [.. index.Pictures.SelectMany(picture => Enumerable.Repeat(property(picture), picture.Images))];
        int[] groups = Expand(picture => picture.Group);
        if (groups.Length != index.Images)
            throw Damaged(pixels);
        return ImageSet.FromStore(setName, index.Shape, new FileValues(pixels, ValueType.Byte, NpyFile.FixedHeaderLength, length, index.Digest),
            index.ClassNames.Count > 0 ? Expand(picture => picture.Label) : default(ReadOnlyMemory<int>?), index.ClassNames, groups);
    }

    private PackedIndex ReadIndex()
    {
        string path = Path.Combine(Folder, IndexName);
        return TangramJson.Deserialize<PackedIndex>(File.ReadAllText(path), $"'{path}'");
    }

    private InputException Damaged(string path) => new($"'{path}' is damaged; delete the folder '{Folder}', and it will be made again.");

    private static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, IndexName)) && File.Exists(Path.Combine(folder, PixelsName));

    private PackedIndex Pack(string folder, IReadOnlyList<PictureEntry> entries, IReadOnlyList<string> classNames, DataOptions options, Report report,
        CancellationToken cancellation)
    {
        var fitting = new PictureFitting(options);
        var pictures = new List<PackedPicture>();
        var skipped = new List<string>();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(Path.Combine(folder, PixelsName), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        stream.SetLength(NpyFile.FixedHeaderLength);
        stream.Seek(0, SeekOrigin.End);
        int images = 0;
        var watch = Stopwatch.StartNew();
        TimeSpan nextReport = ReportInterval;
        // A window at a time: in order, and no more pictures in memory than that. A photo may give thousands of crops.
        int window = Environment.ProcessorCount * (options.Crops == 0 ? 32 : 2);
        for (int first = 0; first < entries.Count; first += window)
        {
            var results = new (IReadOnlyList<byte[]> Images, string? Skip)[Math.Min(window, entries.Count - first)];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            try
            {
                Parallel.For(0, results.Length, parallel, index => results[index] = Decode(entries[first + index], fitting));
            }
            catch (AggregateException exception)
            {
                throw exception.InnerExceptions.OfType<MissingLibraryException>().FirstOrDefault() ?? exception.InnerExceptions[0];
            }
            for (int index = 0; index < results.Length; index++)
            {
                PictureEntry entry = entries[first + index];
                if (results[index].Skip is { } reason)
                {
                    skipped.Add(reason);
                    continue;
                }
                foreach (byte[] image in results[index].Images)
                {
                    stream.Write(image);
                    digest.AppendData(image);
                }
                images = checked(images + results[index].Images.Count);
                pictures.Add(new PackedPicture(entry.Name, entry.Label, entry.Group, results[index].Images.Count));
            }
            if (watch.Elapsed > nextReport)
            {
                nextReport = watch.Elapsed + ReportInterval;
                int done = first + results.Length;
                TimeSpan left = watch.Elapsed / done * (entries.Count - done);
                report(string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {entries.Count:N0} pictures, {done / watch.Elapsed.TotalSeconds:N0} a second, {left:m\\:ss} left"));
            }
        }
        if (images == 0)
            throw new InputException($"None of the {Count(entries.Count, "picture")} of '{name}' can be used: {skipped[0]}");
        ImageShape shape = options.PictureShape;
        stream.Position = 0;
        NpyFile.WriteHeader(stream, "|u1", images, shape.Channels, shape.Height, shape.Width);
        stream.Flush(flushToDisk: true);
        return new PackedIndex
        {
            Shape = shape,
            Images = images,
            Digest = Convert.ToHexStringLower(digest.GetHashAndReset()),
            ClassNames = classNames,
            Pictures = pictures,
            Skipped = skipped,
        };
    }

    private static (IReadOnlyList<byte[]> Images, string? Skip) Decode(PictureEntry entry, PictureFitting fitting)
    {
        try
        {
            return (fitting.Apply(PictureFile.Read(entry.Path, fitting.ShorterSide), entry.Name), null);
        }
        catch (Exception exception) when ((exception is InputException and not MissingLibraryException) || exception is IOException or UnauthorizedAccessException)
        {
            return ([], exception.Message.Replace($"'{entry.Name}'", $"'{entry.Path}'", StringComparison.Ordinal));
        }
    }

    private void ListSkips(PackedIndex index, Report report)
    {
        if (index.Skipped.Count == 0)
            return;
        report($"{Count(index.Skipped.Count, "picture")} of {name} can't be used:");
        foreach (string reason in index.Skipped.Take(ListedSkips))
            report("  " + reason);
        if (index.Skipped.Count > ListedSkips)
            report($"  and {index.Skipped.Count - ListedSkips:N0} more; '{Path.Combine(Folder, IndexName)}' lists them all.");
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
