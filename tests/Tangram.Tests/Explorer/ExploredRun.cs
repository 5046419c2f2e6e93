using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>
/// Runs that are large enough to look at, trained once for all tests: digits of the sample (two members, 200 features) and coloured shapes (one member, 120 features,
/// three classes). Tests only read them; <see cref="Copy"/> is for those that write.
/// </summary>
internal sealed class ExploredRun
{
    private static readonly TemporaryFolder s_folder = new();
    private static readonly Lazy<ExploredRun> s_digits = new(() => new ExploredRun("digits", ImageSet.Open("sample"), members: 2, features: 200, k: 16));
    private static readonly Lazy<ExploredRun> s_shapes = new(() => new ExploredRun("shapes", ColouredShapes.Create(600, side: 24), members: 1, features: 120, k: 12));

    static ExploredRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) => s_folder.Dispose();

    private ExploredRun(string name, ImageSet images, int members, int features, int k)
    {
        TrainingOptions options = TrainingOptions.PaperMnist with { Rule = new SparsityRule.TopK(k), Members = members, Features = features, Epochs = 4, Batch = 64 };
        (Folder, Images) = (s_folder.File(name), images);
        Run.TrainAsync(Folder, images, options, execution: new Execution { Threads = 2 }).GetAwaiter().GetResult().Dispose();
    }

    public static ExploredRun Digits => s_digits.Value;

    public static ExploredRun Shapes => s_shapes.Value;

    public string Folder { get; }

    public ImageSet Images { get; }

    public Exploration Open() => Open(Folder);

    /// <summary>The same run in a folder of its own.</summary>
    public string Copy(TemporaryFolder folder)
    {
        string copy = folder.File(Path.GetFileName(Folder));
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    public Exploration Open(string folder) => Exploration.Open(new ExplorationSource(folder, Images, DataOptions.For(Images.Shape), Threads: 2));
}
