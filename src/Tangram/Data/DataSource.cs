namespace Tangram;

/// <summary>Progress of fetching or decoding data, one sentence at a time.</summary>
internal delegate void Report(string message);

/// <summary>Where an image set comes from: it has a <c>train</c> part and perhaps a <c>test</c> part; other splits are derived.</summary>
internal abstract class DataSource
{
    public const string Train = "train", Fit = "fit", Validation = "validation", Test = "test", All = "all";
    public static readonly IReadOnlyList<string> Splits = [Train, Fit, Validation, Test, All];
    private const double ValidationShare = 0.10, TestShare = 0.15;
    private readonly ImageSet?[] _loaded = new ImageSet?[2];

    public abstract string Name { get; }

    /// <summary>The split meant when none is named.</summary>
    public abstract string DefaultSplit { get; }

    /// <summary>Whether the source has test images of its own.</summary>
    protected abstract bool HasTest { get; }

    /// <summary>Fetches what is missing; does nothing when all is here.</summary>
    public virtual void Get(Report report, CancellationToken cancellation) { }

    public ImageSet Open(string? split)
    {
        split ??= DefaultSplit;
        return Select(split).WithOrigin(new DataOrigin(Location, split, Options));
    }

    /// <summary>What opens this source from anywhere.</summary>
    protected virtual string Location => Name;

    /// <summary>How the source is read; null where that has no say.</summary>
    protected virtual DataOptions? Options => null;

    private ImageSet Select(string split)
    {
        string name = $"{Name}:{split}";
        return split switch
        {
            All => HasTest ? throw new InputException($"'{Name}' has no split 'all'; choose train, fit, validation or test.") : Loaded(test: false, Name),
            Train => HasTest ? Loaded(test: false, name) : Held(Loaded(test: false, Name), RandomPurpose.TestSplit, TestShare, held: false, name),
            Test => HasTest ? Loaded(test: true, name) : Held(Loaded(test: false, Name), RandomPurpose.TestSplit, TestShare, held: true, name),
            Fit => Held(Open(Train), RandomPurpose.ValidationSplit, ValidationShare, held: false, name),
            Validation => Held(Open(Train), RandomPurpose.ValidationSplit, ValidationShare, held: true, name),
            _ => throw new InputException($"'{Name}' has no split '{split}'; choose {string.Join(", ", Splits)}."),
        };
    }

    /// <summary>Once for all splits: a training has two of them.</summary>
    private ImageSet Loaded(bool test, string name) => _loaded[test ? 1 : 0] ??= Load(test, name);

    /// <summary>Loads all training images, or all test images where <see cref="HasTest"/>.</summary>
    protected abstract ImageSet Load(bool test, string name);

    /// <summary>
    /// Holds back a seeded share of the images (the seed is fixed: a split belongs to the data, not to a run), whole groups of them; order is kept. Groups are drawn
    /// until the share is reached.
    /// </summary>
    private static ImageSet Held(ImageSet whole, RandomPurpose purpose, double share, bool held, string name)
    {
        int heldCount = (int)Math.Round(whole.Count * share);
        int[][] groups = [.. Enumerable.Range(0, whole.Count).GroupBy(whole.Group).Select(group => group.ToArray())];
        var chosen = new List<int>();
        int drawn = 0;
        foreach (int group in new CounterRandom(0, purpose).Permutation(groups.Length))
        {
            bool isHeld = drawn < heldCount;
            drawn += groups[group].Length;
            if (isHeld == held)
                chosen.AddRange(groups[group]);
        }
        if (heldCount == 0 || chosen.Count is 0 || chosen.Count == whole.Count)
            throw new InputException($"'{whole.Name}' has too few images ({whole.Count:N0} in {groups.Length:N0} groups that stay together) to split.");
        chosen.Sort();
        return whole.Subset(name, chosen);
    }
}
