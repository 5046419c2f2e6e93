namespace Tangram;

/// <summary>
/// A folder with files named as MNIST's, plain or .gz: <c>train-images-idx3-ubyte</c>, and perhaps <c>train-labels-idx1-ubyte</c> and the test images' <c>t10k-…</c>; also with
/// a dot before idx, as some unpackers write them.
/// </summary>
internal class IdxFolderSource(string name, string folder, IReadOnlyList<string>? classNames = null) : DataSource
{
    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte",
        TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    public static readonly IReadOnlyList<string> FileNames = [TrainImages, TrainLabels, TestImages, TestLabels];

    public override string Name => name;

    protected override bool HasTest => Find(folder, TestImages) is not null;

    protected string Folder => folder;

    /// <summary>Whether a folder holds the training images, by name.</summary>
    public static bool IsHere(string folder) => Find(folder, TrainImages) is not null;

    /// <summary>A file in a folder that is called as IDX files are; null where there is none.</summary>
    public static string? AnyFile(string folder) => Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
        .FirstOrDefault(file => Path.GetFileName(file).Contains("ubyte", StringComparison.OrdinalIgnoreCase) || Path.GetFileName(file).Contains("idx3", StringComparison.OrdinalIgnoreCase));

    protected override ImageSet Load(DataPart part, string name)
    {
        bool test = part == DataPart.Test;
        ImageSet images = IdxFileSource.Load(name, Require(test ? TestImages : TrainImages), IsLabelled ? Require(test ? TestLabels : TrainLabels) : null, classNames);
        int pictures = Directory.EnumerateFiles(folder).Count(file => PictureFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant()));
        return pictures == 0 ? images
            : images.WithFound(new SourceFindings(0, [], [$"'{folder}' is read as its IDX files; {DataFindings.Counted(pictures, "picture", "pictures")} beside them {(pictures == 1 ? "isn't" : "aren't")} used."]));
    }

    /// <summary>A set has labels or not: one part without the other's means that a file is missing.</summary>
    private bool IsLabelled => classNames is not null || Find(folder, TrainLabels) is not null || Find(folder, TestLabels) is not null;

    private static string? Find(string folder, string file)
    {
        string dotted = file.Replace("-idx", ".idx", StringComparison.Ordinal);
        return new[] { file, file + ".gz", dotted, dotted + ".gz" }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private string Require(string file) => Find(folder, file) ?? throw new InputException($"'{folder}' has no {file}, plain or .gz.");
}
