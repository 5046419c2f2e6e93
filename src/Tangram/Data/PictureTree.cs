namespace Tangram;

/// <summary>A picture's file in a folder that is a set.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path in the split's folder, with slashes.</param>
internal sealed record PictureFileName(string Path, string Name)
{
    /// <summary>The first folder of its path: its class. A picture beside folders is of a class of its own.</summary>
    public string Class => Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? Name[..slash] : ".";

    /// <summary>The folder that it lies in.</summary>
    public string Folder => Name[..(Name.LastIndexOf('/') + 1)];
}

/// <summary>
/// How a folder of pictures is understood: a folder that only wraps others is looked through, folders that are named so are splits, and the first folder of a path is a class.
/// </summary>
internal sealed class PictureTree
{
    private const int MostNamed = 5;

    /// <summary>What the folders of splits are called, in any case.</summary>
    private static readonly Dictionary<string, DataPart> SplitNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = DataPart.Train,
        ["training"] = DataPart.Train,
        ["val"] = DataPart.Validation,
        ["valid"] = DataPart.Validation,
        ["validation"] = DataPart.Validation,
        ["test"] = DataPart.Test,
        ["testing"] = DataPart.Test,
    };

    /// <summary>How pictures end that tangram doesn't read.</summary>
    private static readonly HashSet<string> OtherEndings = new(StringComparer.Ordinal)
    {
        ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".svg", ".svgz", ".tga", ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".ico", ".psd", ".xcf", ".pcx",
        ".exr", ".hdr", ".dds", ".dcm", ".fits", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2", ".eps",
    };

    private readonly string _folder;
    private readonly List<string> _notes = [];
    private Dictionary<DataPart, List<PictureFileName>> _parts = [];

    private PictureTree(string folder) => _folder = folder;

    /// <summary>Names of the classes over all splits, as people count; empty where there are fewer than two.</summary>
    public IReadOnlyList<string> ClassNames { get; private set; } = [];

    /// <summary>What isn't used and how the folder was understood.</summary>
    public SourceFindings Found { get; private set; } = SourceFindings.None;

    public bool Has(DataPart part) => _parts.ContainsKey(part);

    /// <summary>The pictures of a split, by ordinal order of their names.</summary>
    public IReadOnlyList<PictureFileName> this[DataPart part] => _parts[part];

    /// <param name="folder">The folder.</param>
    /// <param name="beside">A file in it of images or rows, which may be what is meant; null where there is none.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="InputException">No pictures, two folders for one split, or pictures beside IDX files.</exception>
    public static PictureTree Of(string folder, string? beside, CancellationToken cancellation)
    {
        var tree = new PictureTree(folder);
        FolderWalk walk = FolderWalk.Through(folder, ending => PictureFile.Extensions.Contains(ending) || OtherEndings.Contains(ending), cancellation);
        ILookup<bool, FoundFile> read = walk.Files.ToLookup(file => PictureFile.Extensions.Contains(Path.GetExtension(file.Name).ToLowerInvariant()));
        string[] unread = [.. Unread([.. read[false]]), .. walk.Unreadable.Select(unreadable => unreadable.Reason)];
        if (!read[true].Any())
        {
            string what = Directory.EnumerateFileSystemEntries(folder).Any() ? "holds neither pictures nor MNIST-style IDX files" : "is empty";
            string instead = beside is not null ? $"give the path of a file, such as '{beside}'" : unread.Length > 0 ? unread[0]
                : $"put pictures ({string.Join(", ", PictureFile.Extensions)}) or {string.Join(", ", IdxFolderSource.FileNames)} (plain or .gz; at least the first) into it";
            throw new InputException($"The folder '{folder}' {what}; {instead.TrimEnd('.')}.");
        }
        if (beside is not null && !RowsFileSource.IsHere(beside) && read[true].FirstOrDefault(file => !file.Name.Contains('/', StringComparison.Ordinal)) is { } stray)
            throw new InputException($"The folder '{folder}' holds IDX files ('{Path.GetFileName(beside)}') and pictures ('{stray.Name}'); give the path of one file, or move the pictures into a folder of their own.");
        if (walk.RepeatedLinks > 0)
            tree._notes.Add($"{DataFindings.Counted(walk.RepeatedLinks, "link leads", "links lead")} to what '{folder}' holds already, and {(walk.RepeatedLinks == 1 ? "isn't" : "aren't")} followed.");
        tree.Divide([.. read[true].Select(file => new PictureFileName(file.Path, file.Name))]);
        string[] classNames = [.. tree._parts.Values.SelectMany(files => files).Select(file => file.Class).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];
        tree.ClassNames = classNames.Length < 2 ? [] : classNames;
        tree.Found = new SourceFindings(read[false].Count() + walk.Unreadable.Count, unread, tree._notes);
        return tree;
    }

    private void Divide(List<PictureFileName> pictures)
    {
        pictures = Unwrap([pictures], _folder)[0];
        var folders = pictures.GroupBy(picture => picture.Class, StringComparer.Ordinal)
            .Select(pictures => (Name: pictures.Key, Pictures: pictures.ToList(), Part: SplitNames.TryGetValue(pictures.Key, out DataPart part) ? part : (DataPart?)null)).ToList();
        ILookup<DataPart, string> splits = folders.Where(folder => folder.Part is not null).ToLookup(folder => folder.Part!.Value, folder => folder.Name);
        if (!splits.Contains(DataPart.Train) || splits.Count < 2)
        {
            _parts = new() { [DataPart.Train] = pictures };
            return;
        }
        if (splits.FirstOrDefault(names => names.Count() > 1) is { } twice)
            throw new InputException($"'{_folder}' has several folders for the {twice.Key.Name()} images ({string.Join(", ", twice.Select(name => $"'{name}'"))}); put their pictures into one.");
        foreach (var (name, beside, _) in folders.Where(folder => folder.Part is null))
        {
            string where = name == "." ? "beside the folders" : $"in '{name}', beside the folders";
            _notes.Add($"{DataFindings.Counted(beside.Count, "picture", "pictures")} {where} of splits in '{_folder}' {(beside.Count == 1 ? "isn't" : "aren't")} used.");
        }
        DataPart[] parts = [.. folders.Where(folder => folder.Part is not null).Select(folder => folder.Part!.Value)];
        List<PictureFileName>[] contents = [.. folders.Where(folder => folder.Part is not null).Select(folder => Within(folder.Name, folder.Pictures))];
        _parts = parts.Zip(Unwrap(contents, _folder)).ToDictionary(part => part.First, part => part.Second);
        _notes.Add($"'{_folder}' has splits: {string.Join(", ", parts.Order().Select(part => $"{part.Name()} in '{splits[part].Single()}'"))}.");
    }

    /// <summary>Looks through a folder that all pictures lie in, where there are folders in it: its name tells nothing.</summary>
    private List<PictureFileName>[] Unwrap(List<PictureFileName>[] parts, string folder)
    {
        while (true)
        {
            string[] names = [.. parts.SelectMany(pictures => pictures).Select(picture => picture.Class).Distinct(StringComparer.Ordinal).Take(2)];
            if (names.Length != 1 || names[0] == "." || !parts.All(pictures => pictures.Any(picture => picture.Folder.Length > names[0].Length + 1)))
                return parts;
            _notes.Add($"The classes of '{folder}' are the folders in its '{names[0]}'.");
            parts = [.. parts.Select(pictures => Within(names[0], pictures))];
        }
    }

    private static List<PictureFileName> Within(string folder, List<PictureFileName> pictures) =>
        pictures.ConvertAll(picture => picture with { Name = picture.Name[(folder.Length + 1)..] });

    private static IEnumerable<string> Unread(FoundFile[] files)
    {
        foreach (IGrouping<string, FoundFile> kind in files.GroupBy(file => Path.GetExtension(file.Name).ToLowerInvariant(), StringComparer.Ordinal).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            int count = kind.Count();
            string named = string.Join(", ", kind.Take(MostNamed).Select(file => $"'{file.Name}'"));
            yield return $"{DataFindings.Counted(count, "ends", "end")} in {kind.Key}, which isn't read ({named}{(count > MostNamed ? ", …" : "")}); convert {(count == 1 ? "it" : "them")} to PNG or JPEG.";
        }
    }
}
