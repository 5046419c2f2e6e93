namespace Tangram;

/// <summary>
/// The folder of a sweep: sweep.json, sweep.svg, and a run's folder for each k that is trained. Both files are written anew after each k, whole, so that a
/// sweep goes on from there whenever its process died. No other process writes into it meanwhile.
/// </summary>
internal sealed class SweepFolder : IDisposable
{
    private const string RecordName = "sweep.json", FigureName = "sweep.svg", RunPrefix = "k-";
    private const string Remedy = "restore it from a copy, or give another --out";

    private readonly FileStream _held;

    private SweepFolder(string folder, FileStream held, SweepRecord record) => (Folder, _held, Record) = (folder, held, record);

    public string Folder { get; }

    public SweepRecord Record { get; private set; }

    public string Figure => Path.Combine(Folder, FigureName);

    /// <summary>Opens a new or empty folder, or that of a sweep; nothing is written into it yet.</summary>
    /// <exception cref="InputException">It holds something else.</exception>
    /// <exception cref="IOException">It can't be written, or another process is at work there.</exception>
    public static SweepFolder Open(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder))
            throw new InputException("The sweep's folder has no name; give one.");
        if (File.Exists(folder))
            throw new InputException($"'{folder}' is a file; give a folder for the sweep.");
        string path = Path.Combine(folder, RecordName);
        bool exists = File.Exists(path);
        if (!exists && Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder).Any(entry => !Run.IsLeftover(Path.GetFileName(entry), RecordName)))
            throw new InputException($"The folder '{folder}' is not empty and holds no sweep; give a new or an empty one.");
        SweepRecord record = exists ? TangramJson.Deserialize<SweepRecord>(File.ReadAllText(path), $"'{path}'", Remedy) : new SweepRecord();
        if (record.FormatVersion != SweepRecord.CurrentFormat)
            throw new InputException($"'{path}' has format {record.FormatVersion}; this version of tangram reads format {SweepRecord.CurrentFormat}; give another --out.");
        TangramJson.CheckContent(record.Check, $"'{path}'", Remedy);
        FileStream held = Run.Hold(folder);
        AtomicFile.DeleteLeftovers(folder);
        return new SweepFolder(folder, held, record);
    }

    /// <summary>The series to go on with: the folder's, or the one that is meant, where the folder has nothing of another yet.</summary>
    /// <exception cref="InputException">The folder has results of another series.</exception>
    public SweepSeries Continue(SweepSeries? recorded, SweepSeries meant)
    {
        if (recorded?.DifferenceTo(meant) is not { } difference)
            return recorded ?? meant;
        bool begun = recorded.Results.Count > 0 || (recorded.Run is null && Directory.EnumerateDirectories(Folder, $"{RunPrefix}*").Any(Run.Exists));
        return begun
            ? throw new InputException($"'{Path.Combine(Folder, RecordName)}' is a sweep {difference}; give another --out, or what it was begun with.")
            : meant;
    }

    public string RunFolder(int k) => Path.Combine(Folder, $"{RunPrefix}{k}");

    /// <summary>Writes what is known, and its figure.</summary>
    public void Save(SweepRecord record)
    {
        Record = record;
        AtomicFile.WriteText(Path.Combine(Folder, RecordName), TangramJson.Serialize(record, indented: true) + "\n");
        if (record.Trained?.Results.Count > 0 || record.Encoded?.Results.Count > 0)
            AtomicFile.WriteText(Figure, SweepFigure.Create(record).ToString());
    }

    /// <summary>The numbers of active features in their order.</summary>
    /// <exception cref="InputException">There are none, or one is there twice.</exception>
    public static IReadOnlyList<int> Sorted(IReadOnlyList<int> ks)
    {
        if (ks.Count == 0)
            throw new InputException("A sweep needs numbers of active features; give k such as 16,32,64.");
        if (ks.Count != ks.Distinct().Count())
            throw new InputException($"k = {ks.GroupBy(k => k).First(group => group.Skip(1).Any()).Key} is given twice; give each once.");
        return [.. ks.Order()];
    }

    public void Dispose() => _held.Dispose();
}
