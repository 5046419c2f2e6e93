namespace Tangram.Tests;

/// <summary>A run so small that opening it takes a millisecond, with everything that a run folder can hold, and what it holds when it is whole.</summary>
internal sealed class FuzzedRun : IDisposable
{
    private const int Batch = 20;

    private readonly Dictionary<string, byte[]> _files;
    private readonly ImageSet _images = Make.Images(new ImageShape(4, 4, 1), 60, classes: 3);
    private readonly Workers _workers = new(1);
    private readonly TrainingSession _session;

    public FuzzedRun()
    {
        TrainingOptions options = TrainingOptions.Modern with
        {
            Features = 12,
            Rule = new SparsityRule.TopK(3, Rectified: true),
            Members = 2,
            Epochs = 2,
            Batch = Batch,
            TiedUntil = 0,
            AverageDecay = 0.9,
        };
        using var folder = new TemporaryFolder();
        string path = folder.File("run");
        using (Run run = Run.TrainAsync(path, _images, options, execution: new Execution { Threads = 1 }).GetAwaiter().GetResult())
        {
            Text = TangramJson.Serialize(run.Record);
            Fingerprint = FingerprintOf(run.Ensemble);
            _session = Device.Cpu.OpenTraining(run.Ensemble.Options, Batch, 1, MemoryPlan.DefaultBudget, options.Extras, Precision.Fp32);
            State = StateOf(RunFiles.Checkpoint(path));
        }
        using (ImageSearch search = ImageSearch.Open(path, _images, threads: 1))
            Index = TextOf(search.Index);
        _files = Directory.GetFiles(path, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(path, file), File.ReadAllBytes, StringComparer.Ordinal);
    }

    /// <summary>run.json.</summary>
    public string Text { get; }

    /// <summary>Of all weights.</summary>
    public string Fingerprint { get; }

    /// <summary>Of all that a checkpoint holds.</summary>
    public string State { get; }

    public string Index { get; }

    public void Dispose()
    {
        _session.Dispose();
        _workers.Dispose();
    }

    public void CopyTo(string folder)
    {
        foreach (var (name, bytes) in _files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }
    }

    public static string FingerprintOf(Ensemble ensemble)
    {
        using var workers = new Workers(1);
        return string.Join(' ', ensemble.Select(member => ModelFingerprint.Of(member, workers)));
    }

    /// <summary>Reads a checkpoint as a resumed training does.</summary>
    public string StateOf(string checkpoint)
    {
        var (model, steps) = Checkpoint.Describe(checkpoint);
        if (model != _session.Options)
            throw new InputException($"'{checkpoint}' is of another model; this is what a training would say."); // Trainer.Resume
        TrainerState trainer = Checkpoint.Read(checkpoint, _session);
        Assert.Equal(steps, _session.Steps);
        using SessionState state = _session.Save();
        var digest = new ContentDigest().Add(TangramJson.Serialize(trainer));
        foreach (MemberState member in state.Members)
        {
            foreach (StateTensor tensor in member.Tensors)
                digest.Add(member[tensor]);
            digest.Add<long>(member.Ages.Births).Add<long>(member.Ages.LastActive);
        }
        return digest.Compute(_workers);
    }

    public FeatureIndex? FindIndex(string folder)
    {
        using Run run = Run.Open(folder);
        return FeatureIndexFile.Find(FeatureIndexFile.PathIn(folder, 0, _images), ModelFingerprint.Of(run.Ensemble[0], _workers), _images.Fingerprint, _workers);
    }

    public static string TextOf(FeatureIndex index)
    {
        var text = new System.Text.StringBuilder();
        for (int feature = 0; feature < index.Features; feature++)
            text.AppendJoin(' ', index.Top(feature, 5)).AppendJoin(' ', index.Alike(feature)).AppendJoin(' ', index[feature].Images.ToArray()).AppendLine();
        return text.ToString();
    }
}
