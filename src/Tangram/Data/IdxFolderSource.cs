namespace Tangram;

/// <summary>A folder with MNIST's four files, plain or .gz: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-…</c>.</summary>
internal class IdxFolderSource(string name, string folder, IReadOnlyList<string>? classNames = null) : DataSource
{
    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte",
        TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    public static readonly IReadOnlyList<string> FileNames = [TrainImages, TrainLabels, TestImages, TestLabels];

    public override string Name => name;

    public override string DefaultSplit => Train;

    protected override bool HasTest => true;

    protected string Folder => folder;

    /// <summary>Whether a folder holds the training images, by name.</summary>
    public static bool IsHere(string folder) => Find(folder, TrainImages) is not null;

    protected override ImageSet Load(bool test, string name) =>
        IdxFileSource.Load(name, Require(test ? TestImages : TrainImages), Require(test ? TestLabels : TrainLabels), classNames);

    private static string? Find(string folder, string file) => new[] { Path.Combine(folder, file), Path.Combine(folder, file + ".gz") }.FirstOrDefault(File.Exists);

    private string Require(string file) => Find(folder, file) ?? throw new InputException($"'{folder}' has no {file}, plain or .gz.");
}
