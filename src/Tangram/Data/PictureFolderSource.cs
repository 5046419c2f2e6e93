using System.Globalization;

namespace Tangram;

/// <summary>
/// A folder of pictures, in any tree below it: sub-folders are classes, and <c>train/</c> and <c>test/</c>, where both are there, splits. Hidden files and those that don't end
/// like a picture are passed over.
/// </summary>
internal sealed class PictureFolderSource(string folder, DataOptions options) : DataSource
{
    private const int MaximumDepth = 32;

    public override string Name => folder;

    public override string DefaultSplit => HasTest ? Train : All;

    protected override string Location => Path.GetFullPath(folder);

    protected override DataOptions Options => options;

    protected override bool HasTest => Directory.Exists(Path.Combine(folder, Train)) && Directory.Exists(Path.Combine(folder, Test));

    public static bool IsHere(string folder) => Files(folder).Any();

    public override void Get(Report report, CancellationToken cancellation)
    {
        options.Check();
        foreach (string part in HasTest ? [Path.Combine(folder, Train), Path.Combine(folder, Test)] : new[] { folder })
            Ensure(part, report, cancellation);
    }

    protected override ImageSet Load(bool test, string name) =>
        Ensure(HasTest ? Path.Combine(folder, test ? Test : Train) : folder, _ => { }, CancellationToken.None).Open(name);

    private PackedPictures Ensure(string root, Report report, CancellationToken cancellation)
    {
        options.Check();
        FileInfo[] files = [.. Files(root)];
        string[] names = [.. files.Select(file => Path.GetRelativePath(root, file.FullName).Replace('\\', '/'))];
        Array.Sort(names, files, StringComparer.Ordinal);
        if (files.Length == 0)
            throw new InputException($"The folder '{root}' holds no pictures ({string.Join(", ", PictureFile.Extensions)}).");
        // Content by its traces: to read all files would take as long as to decode many.
        string key = PackedPictures.KeyOf(files.Select((file, index) =>
            string.Create(CultureInfo.InvariantCulture, $"{names[index]} {file.Length} {file.LastWriteTimeUtc.Ticks}")).Prepend(TangramJson.Serialize(options)));
        var packed = new PackedPictures(key, root);
        if (!packed.IsHere)
        {
            var (classNames, entries) = Entries(files, names);
            packed.Build(entries, classNames, options, report, cancellation);
        }
        return packed;
    }

    private (string[] ClassNames, PictureEntry[] Entries) Entries(FileInfo[] files, string[] names)
    {
        // A picture that lies beside sub-folders is of a class of its own.
        string ClassOf(string name) => name.Contains('/', StringComparison.Ordinal) ? name[..name.IndexOf('/', StringComparison.Ordinal)] : ".";
        string[] classNames = [.. names.Select(ClassOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classNames.Length < 2)
            classNames = [];
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        int GroupOf(string name)
        {
            string together = options.SplitBy == SplitBy.File ? name : name[..(name.LastIndexOf('/') + 1)];
            groups.TryAdd(together, groups.Count);
            return groups[together];
        }
        return (classNames, [.. names.Select((name, index) =>
            new PictureEntry(files[index].FullName, name, Array.IndexOf(classNames, ClassOf(name)), GroupOf(name)))]);
    }

    private static IEnumerable<FileInfo> Files(string folder)
    {
        var enumeration = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, MaxRecursionDepth = MaximumDepth };
        return new DirectoryInfo(folder).EnumerateFiles("*", enumeration).Where(file => PictureFile.Extensions.Contains(file.Extension.ToLowerInvariant()));
    }
}
