namespace Tangram;

/// <summary>Progress of fetching or decoding data, one sentence at a time.</summary>
internal delegate void Report(string message);

/// <summary>Images that a source may have of its own.</summary>
internal enum DataPart
{
    Train,
    Validation,
    Test,
}

/// <summary>What a part is called.</summary>
internal static class DataParts
{
    public static string Name(this DataPart part) => part switch
    {
        DataPart.Train => DataSource.Train,
        DataPart.Validation => DataSource.Validation,
        _ => DataSource.Test,
    };
}

/// <summary>Where an image set comes from: it has a <c>train</c> part and perhaps <c>validation</c> and <c>test</c> parts; splits that it doesn't have are derived.</summary>
internal abstract class DataSource
{
    public const string Train = "train", Fit = "fit", Validation = "validation", Test = "test", All = "all";
    public static readonly IReadOnlyList<string> Splits = [Train, Fit, Validation, Test, All];
    private const double ValidationShare = 0.10, TestShare = 0.15;
    private readonly Dictionary<DataPart, ImageSet> _loaded = [];

    public abstract string Name { get; }

    /// <summary>The split meant when none is named.</summary>
    public virtual string DefaultSplit => HasTest || HasValidation ? Train : All;

    /// <summary>Whether the source has validation images of its own.</summary>
    public virtual bool HasValidation => false;

    /// <summary>Who is told what happens, and what stops it.</summary>
    public Opening Opening { protected get; set; } = new();

    protected CancellationToken Cancellation => Opening.Cancellation;

    /// <summary>What is said of the source before it is opened, such as that something else has its name.</summary>
    public string? Note { private get; set; }

    /// <summary>Whether the source has test images of its own.</summary>
    protected abstract bool HasTest { get; }

    /// <summary>Fetches what is missing; does nothing when all is here.</summary>
    public virtual void Get() { }

    public ImageSet Open(string? split)
    {
        split ??= DefaultSplit;
        ImageSet images = Select(split);
        return images.WithOrigin(new DataOrigin(Location, split, Options), Note is null ? images.Found : images.Found with { Notes = [Note, .. images.Found.Notes] });
    }

    /// <summary>What opens this source from anywhere.</summary>
    protected virtual string Location => Name;

    protected void Report(string message) => Opening.Progress?.Report(message);

    /// <summary>How the source is read; null where that has no say.</summary>
    protected virtual DataOptions? Options => null;

    private ImageSet Select(string split)
    {
        string name = $"{Name}:{split}";
        return split switch
        {
            All => HasTest || HasValidation ? throw new InputException($"'{Name}' has no split 'all'; choose train, fit, validation or test.") : Loaded(DataPart.Train, Name),
            Train => HasTest ? Loaded(DataPart.Train, name) : Held(Loaded(DataPart.Train, Name), RandomPurpose.TestSplit, TestShare, held: false, name),
            Test => HasTest ? Loaded(DataPart.Test, name) : Held(Loaded(DataPart.Train, Name), RandomPurpose.TestSplit, TestShare, held: true, name),
            Fit => HasValidation ? Select(Train) : Held(Select(Train), RandomPurpose.ValidationSplit, ValidationShare, held: false, name),
            Validation => HasValidation ? Loaded(DataPart.Validation, name) : Held(Select(Train), RandomPurpose.ValidationSplit, ValidationShare, held: true, name),
            _ => throw new InputException($"'{Name}' has no split '{split}'; choose {string.Join(", ", Splits)}."),
        };
    }

    /// <summary>Once for all splits: a training has two of them.</summary>
    private ImageSet Loaded(DataPart part, string name)
    {
        if (!_loaded.TryGetValue(part, out ImageSet? images))
            _loaded[part] = images = Load(part, name);
        return images;
    }

    /// <summary>Loads the images of a part that the source has.</summary>
    protected abstract ImageSet Load(DataPart part, string name);

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
            throw new InputException($"'{whole.Name}' has too few {(whole.Shape.IsImage ? "images" : "rows")} to hold some back ({whole.Shape.Items(whole.Count)}" +
                $"{(groups.Length < whole.Count ? $" in {groups.Length:N0} groups that stay together" : "")}); give more.");
        chosen.Sort();
        return whole.Subset(name, chosen);
    }
}
