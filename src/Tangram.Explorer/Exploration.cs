namespace Tangram.Explorer;

/// <summary>What is explored: a model, the run it comes from, a set of images, and what each member's codes of them say. Thread-safe.</summary>
internal sealed class Exploration : IDisposable
{
    private readonly Lazy<MemberView>[] _members;
    private readonly Lazy<Task<MemberMatches>> _matches;
    private readonly CancellationTokenSource _closing = new();
    private readonly CountdownEvent _uses = new(1);
    private readonly Lazy<Workers> _workers;

    private Exploration(ExplorationSource source, RunRecord? record, Ensemble ensemble)
    {
        (Source, Record, Ensemble) = (source, record, ensemble);
        _members = [.. Enumerable.Range(0, ensemble.Count).Select(Later)];
        _matches = new Lazy<Task<MemberMatches>>(() => Task.Run(() => MemberMatches.Measure(ensemble, source.Images, source.Threads, _closing.Token)));
        _workers = new Lazy<Workers>(() => new Workers(Workers.CountFor(source.Threads)));
        Files = RunFiles.Of(source.Run);
    }

    /// <summary>What was asked for.</summary>
    public ExplorationSource Source { get; }

    /// <summary>What run.json says; null for a model alone.</summary>
    public RunRecord? Record { get; }

    /// <summary>All members.</summary>
    public Ensemble Ensemble { get; }

    /// <summary>The images that are explored.</summary>
    public ImageSet Images => Source.Images;

    /// <summary>What the model takes.</summary>
    public ImageShape Shape => Ensemble.Options.Shape;

    /// <summary>Who encodes images that somebody waits for, one at a time.</summary>
    public Workers Workers => _workers.Value;

    /// <summary>The files that were opened, to see whether they change.</summary>
    public RunFiles Files { get; }

    /// <summary>Tells models and sets apart: part of the address of pictures, which browsers may then keep.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Opens a run and the index of the first member's codes, which is built where there is none; the other members follow when they are asked for.</summary>
    /// <param name="source">What to open.</param>
    /// <param name="progress">Told where an index is built.</param>
    /// <param name="cancellation">Stops; nothing is left.</param>
    /// <exception cref="InputException">No such run, one that isn't finished, or images of another shape.</exception>
    public static Exploration Open(ExplorationSource source, IProgress<IndexProgress>? progress = null, CancellationToken cancellation = default)
    {
        Run? run = File.Exists(source.Run) ? null : Run.Open(source.Run);
        var exploration = new Exploration(source, run?.Record, run?.Ensemble ?? Ensemble.Load(source.Run));
        Ensemble ensemble = exploration.Ensemble;
        try
        {
            ensemble.Options.CheckShape(source.Images);
            MemberView first = exploration.Open(0, progress, cancellation);
            exploration._members[0] = new Lazy<MemberView>(first);
            exploration.Version = $"{first.Fingerprint[..8]}{source.Images.Fingerprint[..8]}";
            return exploration;
        }
        catch
        {
            exploration.Dispose();
            throw;
        }
    }

    /// <summary>A member and what its codes say; opened now, if it wasn't yet.</summary>
    /// <exception cref="NotFoundException">No such member.</exception>
    public MemberView Member(int member)
    {
        if (member < 0 || member >= _members.Length)
            throw NoMember(member);
        Lazy<MemberView> view = Volatile.Read(ref _members[member]);
        try
        {
            return view.Value;
        }
        catch
        {
            // It keeps its failure for ever; who asks next shall try again.
            Interlocked.CompareExchange(ref _members[member], Later(member), view);
            throw;
        }
    }

    /// <summary>A member without its codes, which needn't be opened for it.</summary>
    /// <exception cref="NotFoundException">No such member.</exception>
    public SparseAutoencoder Autoencoder(int member) => member >= 0 && member < Ensemble.Count ? Ensemble[member] : throw NoMember(member);

    /// <summary>Which features the members share: measured when first asked for, and not again.</summary>
    public Task<MemberMatches> MatchesAsync(CancellationToken cancellation) => _matches.Value.WaitAsync(cancellation);

    /// <summary>The values of an image, D.</summary>
    /// <exception cref="NotFoundException">No such image.</exception>
    public float[] Image(int image)
    {
        CheckImage(image);
        var values = new float[Shape.Length];
        Images.CopyTo(image, values);
        return values;
    }

    /// <exception cref="NotFoundException">No such image.</exception>
    public void CheckImage(int image)
    {
        if (image < 0 || image >= Images.Count)
            throw new NotFoundException($"There is no image {image}; the images of {Images.Name} are 0 … {Images.Count - 1}.");
    }

    /// <summary>Holds the indexes until the returned one is disposed: without, who is still reading when they are freed reads memory that isn't there.</summary>
    /// <exception cref="OperationCanceledException">They are being freed.</exception>
    public IDisposable Use() => _uses.TryAddCount() ? new Used(_uses) : throw new OperationCanceledException();

    public void Dispose()
    {
        _closing.Cancel();
        _uses.Signal();
        _uses.Wait();
        if (_matches.IsValueCreated)
            Task.WaitAny(_matches.Value); // so that nothing goes on in the background
        foreach (Lazy<MemberView> member in _members.Where(member => member.IsValueCreated))
            member.Value.Dispose();
        if (_workers.IsValueCreated)
            _workers.Value.Dispose();
        _uses.Dispose();
        _closing.Dispose();
    }

    private NotFoundException NoMember(int member) => new($"There is no member {member}; this run's members are 0 … {Ensemble.Count - 1}.");

    private Lazy<MemberView> Later(int member) => new(() => Open(member, null, _closing.Token));

    private MemberView Open(int member, IProgress<IndexProgress>? progress, CancellationToken cancellation) =>
        MemberView.Open(this, member, progress, _closing.Token, cancellation);

    private sealed class Used(CountdownEvent uses) : IDisposable
    {
        public void Dispose() => uses.Signal();
    }
}

/// <summary>What to explore.</summary>
/// <param name="Run">The folder of a run, or a <c>model.safetensors</c>.</param>
/// <param name="Images">Images of the model's shape.</param>
/// <param name="Reading">How a picture is made such an image.</param>
/// <param name="Threads">Threads to open with; 0: one per processor.</param>
internal sealed record ExplorationSource(string Run, ImageSet Images, DataOptions Reading, int Threads = 0)
{
    /// <summary>The folder that holds the model.</summary>
    public string Folder => File.Exists(Run) ? Path.GetDirectoryName(Path.GetFullPath(Run))! : Run;
}
