namespace Tangram;

/// <summary>A folder of pictures, in any tree below it; see <see cref="PictureTree"/> for what is a class and what a split. It is decoded into the cache, by what is in its files.</summary>
/// <param name="folder">The folder.</param>
/// <param name="options">How pictures are read.</param>
/// <param name="beside">A file in it of images or rows that aren't pictures, which may be what is meant.</param>
internal sealed class PictureFolderSource(string folder, DataOptions options, string? beside = null) : DataSource
{
    private PictureTree? _tree;

    public override string Name => folder;

    protected override string Location => Path.GetFullPath(folder);

    protected override DataOptions Options => options;

    protected override bool HasTest => Tree.Has(DataPart.Test);

    public override bool HasValidation => Tree.Has(DataPart.Validation);

    private PictureTree Tree => _tree ??= PictureTree.Of(folder, beside, Cancellation);

    protected override ImageSet Load(DataPart part, string name)
    {
        options.Check();
        string from = Tree.Has(DataPart.Test) || Tree.Has(DataPart.Validation) ? $"{folder}, {part.Name()}" : folder;
        var (entries, unreadable) = Entries(Tree[part]);
        if (entries.Count == 0)
            throw new InputException($"None of the pictures of '{from}' can be read: {unreadable[0]}");
        var packed = PackedPictures.Of(entries, Tree.ClassNames, options, from);
        packed.Ensure(Report, Cancellation);
        var own = new SourceFindings(unreadable.Count + packed.Skipped.Count, [.. unreadable, .. packed.Skipped], packed.PagesNote);
        return packed.Open(name, Cancellation).WithFound(Tree.Found.With(own));
    }

    /// <summary>The pictures with what is in them, and why others can't be read. That is looked at each time: what can't be read today may be tomorrow.</summary>
    private (List<PictureEntry> Entries, List<string> Unreadable) Entries(IReadOnlyList<PictureFileName> files)
    {
        var contents = new (string? Hash, string? Problem)[files.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = Cancellation };
        Parallel.For(0, files.Count, parallel, index =>
        {
            try
            {
                contents[index].Hash = FileHash.Of(files[index].Path, Cancellation);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                contents[index].Problem = $"'{files[index].Path}' can't be read ({exception.Message.TrimEnd('.')}).";
            }
        });
        var labels = Tree.ClassNames.Index().ToDictionary(one => one.Item, one => one.Index, StringComparer.Ordinal);
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        var entries = new List<PictureEntry>();
        for (int index = 0; index < files.Count; index++)
        {
            if (contents[index].Hash is not { } hash)
                continue;
            string together = options.SplitBy == SplitBy.File ? files[index].Name : files[index].Folder;
            groups.TryAdd(together, groups.Count);
            entries.Add(new PictureEntry(files[index].Path, files[index].Name, labels.GetValueOrDefault(files[index].Class, -1), groups[together], hash));
        }
        return (entries, [.. contents.Select(one => one.Problem).OfType<string>()]);
    }
}
