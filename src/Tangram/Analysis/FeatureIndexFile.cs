namespace Tangram;

/// <summary>
/// A feature index on disk, <c>indexes/member-I-SET-SPLIT-DIGEST.safetensors</c> beside the model. It is used only where the fingerprints in it are those of the model and the
/// images, and its numbers have the checksum that they were written with; else it is as if it weren't there.
/// </summary>
internal static class FeatureIndexFile
{
    private const string FolderName = "indexes", LockName = ".lock", Format = "tangram feature index", FormatVersion = "1";
    private const string FormatKey = "format", VersionKey = "formatVersion", ModelKey = "modelFingerprint", DataKey = "dataFingerprint", ChecksumKey = "checksum";
    private const int MostNameCharacters = 48, DigestCharacters = 8;

    /// <summary>Where the index of a member's codes of a set lies. The digest tells sets of one name apart.</summary>
    public static string PathIn(string folder, int member, ImageSet images)
    {
        string name = images.Origin is { } origin ? $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(origin.Source))}-{origin.Split}" : images.Name;
        string safe = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-')).Trim('-', '.');
        safe = safe.Length <= MostNameCharacters ? safe : safe[..MostNameCharacters];
        return Path.Combine(folder, FolderName, $"member-{member}-{(safe.Length > 0 ? safe : "images")}-{images.Fingerprint[..DigestCharacters]}.safetensors");
    }

    /// <summary>The index at a path; null where there is none of this model and these images, or a damaged one.</summary>
    public static FeatureIndex? Find(string path, string model, string data, Workers workers)
    {
        SafetensorsFile? file = null;
        try
        {
            if (!File.Exists(path))
                return null;
            file = SafetensorsFile.Open(path);
            if (Told(file, FormatKey) == Format && Told(file, VersionKey) == FormatVersion && Told(file, ModelKey) == model && Told(file, DataKey) == data)
            {
                FeatureIndexTables tables = Read(file);
                if (Told(file, ChecksumKey) == Checksum(tables, workers))
                {
                    var index = new FeatureIndex(tables, file);
                    file = null;
                    return index;
                }
            }
        }
        catch (Exception exception) when (exception is InputException or FileNotFoundException)
        {
            // Damaged, or deleted meanwhile: it is built again.
        }
        finally
        {
            file?.Dispose();
        }
        return null;
    }

    /// <summary>
    /// Opens the index at a path, or builds and writes it: one process at a time in a folder, so that who comes second finds the first one's.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="model">The model's fingerprint.</param>
    /// <param name="data">The images' fingerprint.</param>
    /// <param name="build">Makes the tables.</param>
    /// <param name="waiting">Called when another process is building.</param>
    /// <param name="workers">Who looks the file through.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static FeatureIndex FindOrBuild(string path, string model, string data, Func<FeatureIndexTables> build, Action waiting, Workers workers,
        CancellationToken cancellation)
    {
        if (Find(path, model, data, workers) is { } found)
            return found;
        string folder = Path.GetDirectoryName(path)!;
        using FileStream held = Hold(folder, waiting, cancellation);
        if (Find(path, model, data, workers) is { } others)
            return others;
        AtomicFile.DeleteLeftovers(folder);
        Write(path, build(), model, data, workers);
        return Find(path, model, data, workers) ?? throw new IOException($"'{path}' isn't what was written there a moment ago; try again, and check the disk.");
    }

    /// <summary>The index of a member's codes of a set, found in a folder or built into it; <paramref name="fingerprint"/> is the member's own (<see cref="ModelFingerprint"/>).</summary>
    /// <exception cref="IOException">The folder can't be written.</exception>
    public static FeatureIndex OpenFor(SparseAutoencoder autoencoder, string fingerprint, int member, ImageSet images, string folder, Workers workers,
        IProgress<IndexProgress>? progress, out bool built, CancellationToken cancellation)
    {
        bool isNew = false;
        var counter = new IndexProgressCounter(images.Count, progress);
        FeatureIndex index = FindOrBuild(PathIn(folder, member, images), fingerprint, images.Fingerprint, () =>
        {
            isNew = true;
            SparseCodes codes = autoencoder.Encode(images, workers.Count, counter.Encoded, cancellation);
            counter.Say("indexing");
            return FeatureIndexBuilder.Build(codes, autoencoder, workers, cancellation);
        }, () => counter.Say("waiting for another process that is building an index"), workers, cancellation);
        built = isNew;
        return index;
    }

    public static void Write(string path, FeatureIndexTables tables, string model, string data, Workers workers) => new SafetensorsWriter()
        .Metadata(FormatKey, Format).Metadata(VersionKey, FormatVersion).Metadata(ModelKey, model).Metadata(DataKey, data).Metadata(ChecksumKey, Checksum(tables, workers))
        // What takes 8 bytes first: a mapped number must lie at a multiple of its size.
        .Add("feature_indptr", tables.FeatureStart).Add("norms", tables.Norms).Add("images", tables.Image).Add("values", tables.Value)
        .Add("top", tables.Top, FeatureIndex.TopImages)
        .Add("histogram", tables.Histogram, FeatureIndex.Bins).Add("histogram.range", tables.Range, 2)
        .Add("neighbours.cosine", tables.Alike, FeatureIndex.Neighbours).Add("neighbours.cosine.values", tables.AlikeCosine, FeatureIndex.Neighbours)
        .Add("neighbours.coactivation", tables.Together, FeatureIndex.Neighbours).Add("neighbours.coactivation.values", tables.TogetherShare, FeatureIndex.Neighbours)
        .WriteTo(path);

    private static FeatureIndexTables Read(SafetensorsFile file)
    {
        long features = Rows(file, "feature_indptr") - 1, images = Rows(file, "norms"), entries = Rows(file, "images");
        return new FeatureIndexTables
        {
            FeatureStart = file.Map<long>("feature_indptr", features + 1),
            Norms = file.Map<double>("norms", images),
            Image = file.Map<int>("images", entries),
            Value = file.Map<float>("values", entries),
            Top = file.Map<int>("top", features, FeatureIndex.TopImages),
            Histogram = file.Map<int>("histogram", features, FeatureIndex.Bins),
            Range = file.Map<float>("histogram.range", features, 2),
            Alike = file.Map<int>("neighbours.cosine", features, FeatureIndex.Neighbours),
            AlikeCosine = file.Map<float>("neighbours.cosine.values", features, FeatureIndex.Neighbours),
            Together = file.Map<int>("neighbours.coactivation", features, FeatureIndex.Neighbours),
            TogetherShare = file.Map<float>("neighbours.coactivation.values", features, FeatureIndex.Neighbours),
        };
    }

    private static string Told(SafetensorsFile file, string key) => file.Metadata.GetValueOrDefault(key, "");

    /// <summary>Of all numbers: a file is looked through whole before it is believed.</summary>
    private static string Checksum(FeatureIndexTables tables, Workers workers) => new ContentDigest()
        .Add(tables.FeatureStart).Add(tables.Norms).Add(tables.Image).Add(tables.Value).Add(tables.Top).Add(tables.Histogram).Add(tables.Range)
        .Add(tables.Alike).Add(tables.AlikeCosine).Add(tables.Together).Add(tables.TogetherShare).Compute(workers);

    /// <summary>Keeps others from building in a folder for as long as the stream lives; the system lets go when a process dies.</summary>
    private static FileStream Hold(string folder, Action waiting, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FileLock.Hold(Path.Combine(folder, LockName), waiting, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Can't write an index into '{folder}': {exception.Message.TrimEnd('.')}; make the folder writable, or search in a copy of the run.", exception);
        }
    }

    /// <summary>The length of a tensor's first axis.</summary>
    private static long Rows(SafetensorsFile file, string name) => file.Shape(name) is [var rows, ..] ? rows
        : throw new InputException($"'{name}' of an index is a single number.");
}
