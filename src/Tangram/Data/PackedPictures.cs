using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Tangram;

/// <summary>A picture that shall become images of a set.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">What it is called in the set, whatever folder that lies in; its random crops depend on it.</param>
/// <param name="Label">Its class; −1 without one.</param>
/// <param name="Group">What it is held back with.</param>
/// <param name="Content">The hash of the file.</param>
internal sealed record PictureEntry(string Path, string Name, int Label, int Group, string Content);

/// <summary>What is known of a packed set beside its pixels.</summary>
internal sealed record PackedIndex
{
    public required ImageShape Shape { get; init; }

    public required int Images { get; init; }

    /// <summary>SHA-256 of the pixels, by which the set's fingerprint goes.</summary>
    public required string Digest { get; init; }

    /// <summary>Hash of the pixels' hash and of all else that is here: found to be the same each time the set is opened.</summary>
    public string Seal { get; init; } = "";

    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The pictures that were used, in the order of their images.</summary>
    public required IReadOnlyList<PackedPicture> Pictures { get; init; }

    /// <summary>Those that can't be used.</summary>
    public required IReadOnlyList<SkippedPicture> Skipped { get; init; }
}

/// <summary>A picture that can't be used, whoever reads it.</summary>
/// <param name="Name">What it is called in the set.</param>
/// <param name="Reason">Why, a sentence with that name in quotes.</param>
internal sealed record SkippedPicture(string Name, string Reason);

/// <summary>A picture of a packed set, how many images it gave, and how many pages or frames its file has: the first alone is read.</summary>
internal sealed record PackedPicture(string Name, int Label, int Group, int Images, int Pages = 1);

/// <summary>
/// Pictures decoded once, into the cache: <c>pictures/KEY/pixels.npy</c>, uint8 [N, C, H, W], and <c>index.json</c>. The key is made of what is in the files, of their names,
/// classes and groups, and of the options. Opening them is reading all pixels once, to see that they are those that were packed; later they are read from the file as they are
/// needed. The folder is renamed into place when it is whole, so a half set is never found.
/// </summary>
internal sealed class PackedPictures
{
    /// <summary>A part of every key: another number where pictures are decoded or packed in another way.</summary>
    public const int Format = 3;

    private const string PixelsName = "pixels.npy", IndexName = "index.json";
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(2);

    private readonly string _name;
    private readonly Func<(IReadOnlyList<PictureEntry> Entries, IReadOnlyList<string> ClassNames)> _pictures;
    private readonly DataOptions _options;
    private readonly Lazy<PackedIndex> _index;

    /// <param name="key">What the set is kept by; see <see cref="KeyOf"/>.</param>
    /// <param name="pictures">Gives the pictures, where they have to be decoded.</param>
    /// <param name="options">How.</param>
    /// <param name="name">What messages call them.</param>
    public PackedPictures(string key, Func<(IReadOnlyList<PictureEntry> Entries, IReadOnlyList<string> ClassNames)> pictures, DataOptions options, string name)
    {
        (_pictures, _options, _name) = (pictures, options, name);
        Folder = Path.Combine(CacheFolder.Root(), "pictures", key);
        _index = new Lazy<PackedIndex>(ReadIndex);
    }

    private string Folder { get; }

    public bool IsHere => IsWhole(Folder);

    /// <summary>Why pictures can't be used, in words for who knows where they are; those of every opening.</summary>
    public IReadOnlyList<string> Skipped
    {
        get
        {
            if (_index.Value.Skipped.Count == 0)
                return [];
            var paths = _pictures().Entries.ToDictionary(entry => entry.Name, entry => entry.Path, StringComparer.Ordinal);
            return [.. _index.Value.Skipped.Select(picture => picture.Reason.Replace($"'{picture.Name}'", $"'{paths.GetValueOrDefault(picture.Name, picture.Name)}'", StringComparison.Ordinal))];
        }
    }

    /// <summary>What is said of pages and frames that aren't read; none where each picture is all of its file.</summary>
    public IReadOnlyList<string> PagesNote
    {
        get
        {
            int[] more = [.. _index.Value.Pictures.Where(picture => picture.Pages > 1).Select(picture => picture.Pages)];
            return more.Length == 0 ? [] : [$"{Count(more.Length, "picture")} of {_name} {(more.Length == 1 ? "has" : "have")} several pages or frames; " +
                $"the first of each is read, {more.Sum(pages => pages - 1).ToString("N0", CultureInfo.InvariantCulture)} more are left out."];
        }
    }

    /// <summary>Pictures that are kept by what is in them.</summary>
    public static PackedPictures Of(IReadOnlyList<PictureEntry> entries, IReadOnlyList<string> classNames, DataOptions options, string name)
    {
        IEnumerable<string> parts = entries.Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Content} {entry.Label} {entry.Group} {entry.Name}"));
        return new PackedPictures(KeyOf([TangramJson.Serialize(options), TangramJson.Serialize(classNames), .. parts]), () => (entries, classNames), options, name);
    }

    /// <summary>The key of parts of text: 128 bits of their SHA-256.</summary>
    public static string KeyOf(IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts.Prepend($"{Format}"))
            hash.AppendData(Encoding.UTF8.GetBytes($"{part.Length} {part}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Decodes the pictures into the cache, in parallel, where they aren't there; those whose content can't be used are skipped.</summary>
    /// <exception cref="InputException">None can be used, one changes meanwhile, or others can write into the cache.</exception>
    /// <exception cref="MissingLibraryException">One needs a library that isn't here.</exception>
    /// <exception cref="IOException">The cache can't be written.</exception>
    public void Ensure(Report report, CancellationToken cancellation)
    {
        if (!IsHere)
        {
            var (entries, classNames) = _pictures();
            report($"Decoding {Count(entries.Count, "picture")} of {_name} into {Folder}");
            CacheFolder.Fill(Folder, IsWhole, temporary =>
            {
                PackedIndex index = Pack(temporary, entries, classNames, _options, report, cancellation);
                string pixels = FileHash.OfPieces(Path.Combine(temporary, PixelsName), 0, cancellation);
                AtomicFile.WriteText(Path.Combine(temporary, IndexName), TangramJson.Serialize(index with { Seal = SealOf(index, pixels) }));
            });
        }
        CacheFolder.CheckIsOurs(Folder, PixelsName, IndexName);
    }

    /// <summary>Opens the set, which is here, and checks every pixel.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public ImageSet Open(string setName, CancellationToken cancellation)
    {
        PackedIndex index = _index.Value;
        string pixels = Path.Combine(Folder, PixelsName);
        long length = (long)index.Images * index.Shape.Length;
        if (new FileInfo(pixels).Length != NpyFile.FixedHeaderLength + length || SealOf(index, FileHash.OfPieces(pixels, 0, cancellation)) != index.Seal)
            throw Damaged(pixels);
        int[] Expand(Func<PackedPicture, int> property) => [.. index.Pictures.SelectMany(picture => Enumerable.Repeat(property(picture), picture.Images))];
        int[] groups = Expand(picture => picture.Group);
        if (groups.Length != index.Images)
            throw Damaged(pixels);
        return ImageSet.FromStore(setName, index.Shape, new FileValues(pixels, ValueType.Byte, NpyFile.FixedHeaderLength, length, index.Digest),
            index.ClassNames.Count > 0 ? Expand(picture => picture.Label) : default(ReadOnlyMemory<int>?), index.ClassNames, groups);
    }

    private static string SealOf(PackedIndex index, string pixels) =>
        Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(pixels + TangramJson.Serialize(index with { Seal = "" }))));

    private PackedIndex ReadIndex()
    {
        string path = Path.Combine(Folder, IndexName);
        try
        {
            return TangramJson.Deserialize<PackedIndex>(File.ReadAllText(path), $"'{path}'");
        }
        catch (InputException)
        {
            throw Damaged(path);
        }
    }

    private InputException Damaged(string path) => new($"'{path}' is damaged; delete the folder '{Folder}', and it will be made again.");

    private static bool IsWhole(string folder) => File.Exists(Path.Combine(folder, IndexName)) && File.Exists(Path.Combine(folder, PixelsName));

    private PackedIndex Pack(string folder, IReadOnlyList<PictureEntry> entries, IReadOnlyList<string> classNames, DataOptions options, Report report,
        CancellationToken cancellation)
    {
        var fitting = new PictureFitting(options);
        var pictures = new List<PackedPicture>();
        var skipped = new List<SkippedPicture>();
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
            var results = new (IReadOnlyList<byte[]> Images, int Pages, string? Skip)[Math.Min(window, entries.Count - first)];
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            try
            {
                Parallel.For(0, results.Length, parallel, index => results[index] = Decode(entries[first + index], fitting));
            }
            catch (AggregateException exception)
            {
                throw exception.InnerExceptions.OfType<InputException>().OrderByDescending(inner => inner is MissingLibraryException).FirstOrDefault() ?? exception.InnerExceptions[0];
            }
            for (int index = 0; index < results.Length; index++)
            {
                PictureEntry entry = entries[first + index];
                if (results[index].Skip is { } reason)
                {
                    skipped.Add(new SkippedPicture(entry.Name, reason));
                    continue;
                }
                foreach (byte[] image in results[index].Images)
                {
                    stream.Write(image);
                    digest.AppendData(image);
                }
                images = checked(images + results[index].Images.Count);
                pictures.Add(new PackedPicture(entry.Name, entry.Label, entry.Group, results[index].Images.Count, results[index].Pages));
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
        {
            SkippedPicture first = skipped[0];
            string reason = first.Reason.Replace($"'{first.Name}'", $"'{entries[0].Path}'", StringComparison.Ordinal);
            throw new InputException($"None of the {Count(entries.Count, "picture")} of '{_name}' can be used: {reason}");
        }
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

    private static (IReadOnlyList<byte[]> Images, int Pages, string? Skip) Decode(PictureEntry entry, PictureFitting fitting)
    {
        byte[] file = ReadAgain(entry);
        try
        {
            Picture picture = PictureFile.Read(file, new PictureSource($"'{entry.Name}'"), fitting.ShorterSide);
            return (fitting.Apply(picture, entry.Name), picture.Pages, null);
        }
        catch (InputException exception) when (exception is not MissingLibraryException)
        {
            return ([], 0, exception.Message);
        }
    }

    /// <summary>The bytes that the key was made of, so that nothing else is ever kept by it.</summary>
    private static byte[] ReadAgain(PictureEntry entry)
    {
        Exception? problem = null;
        try
        {
            byte[] file = File.ReadAllBytes(entry.Path);
            if (Convert.ToHexStringLower(XxHash128.Hash(file)) == entry.Content)
                return file;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = exception;
        }
        throw new InputException($"'{entry.Path}' was changed while it was being read; run the command again.", problem!);
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");
}
