namespace Tangram;

/// <summary>
/// A folder with files named as MNIST's, plain or .gz: <c>train-images-idx3-ubyte</c>, and perhaps <c>train-labels-idx1-ubyte</c> and the test images' <c>t10k-…</c>.
/// </summary>
internal class IdxFolderSource(string name, string folder, IReadOnlyList<string>? classNames = null) : DataSource
{
    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte",
        TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    public static readonly IReadOnlyList<string> FileNames = [TrainImages, TrainLabels, TestImages, TestLabels];

    public override string Name => name;

    public override string DefaultSplit => HasTest ? Train : All;

    protected override bool HasTest => Find(folder, TestImages) is not null;

    protected string Folder => folder;

    /// <summary>Whether a folder holds the training images, by name.</summary>
    public static bool IsHere(string folder) => Find(folder, TrainImages) is not null;

    protected override ImageSet Load(bool test, string name) =>
        IdxFileSource.Load(name, Require(test ? TestImages : TrainImages), IsLabelled ? Require(test ? TestLabels : TrainLabels) : null, classNames);

    /// <summary>A set has labels or not: one part without the other's means that a file is missing.</summary>
    private bool IsLabelled => classNames is not null || Find(folder, TrainLabels) is not null || Find(folder, TestLabels) is not null;

    private static string? Find(string folder, string file) => new[] { Path.Combine(folder, file), Path.Combine(folder, file + ".gz") }.FirstOrDefault(File.Exists);

    private string Require(string file) => Find(folder, file) ?? throw new InputException($"'{folder}' has no {file}, plain or .gz.");
}
