namespace Tangram.Explorer;

/// <summary>What a user calls a feature, and says of it; either may be empty.</summary>
internal sealed record FeatureNote(string Name, string Note)
{
    public const int LongestName = 80, LongestNote = 4000;

    public static FeatureNote None { get; } = new("", "");

    /// <summary>A note as it is kept: without space around it, and with line ends of one kind.</summary>
    /// <exception cref="InputException">Too long, or with control characters.</exception>
    public static FeatureNote Of(string? name, string? note)
    {
        string given = (name ?? "").Trim(), said = (note ?? "").ReplaceLineEndings("\n").Trim();
        if (given.Length > LongestName)
            throw new InputException($"A name has at most {LongestName} characters; this one has {given.Length}.");
        if (said.Length > LongestNote)
            throw new InputException($"A note has at most {LongestNote} characters; this one has {said.Length}.");
        if (given.Any(char.IsControl) || said.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')))
            throw new InputException("A name or a note can't hold control characters; a name is one line.");
        return given.Length + said.Length == 0 ? None : new FeatureNote(given, said);
    }
}

/// <summary>A note was changed elsewhere since it was shown.</summary>
internal sealed class NoteChangedException() : Exception("This note was changed meanwhile, in another tab or by somebody else, so yours isn't kept yet; look at what it says now.");

/// <summary>
/// Names and notes that users gave to features, kept beside the model as <c>notes.json</c>. Each is kept with the fingerprint of its member's weights, so that those of
/// another model that lay in the same folder aren't taken for this one's. Thread-safe.
/// </summary>
internal sealed class FeatureNotes
{
    private const string FileName = "notes.json", LockName = ".notes.lock", Format = "tangram notes";
    private const string Remedy = "it stays as it is, and no name or note is kept until you mend it or move it away";
    private const int FormatVersion = 1;
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly Exploration _exploration;
    private readonly string _path;
    private readonly Lock _changing = new();
    private volatile Kept _kept = Kept.Nothing;
    private long _looked;

    public FeatureNotes(Exploration exploration)
    {
        (_exploration, _path) = (exploration, Path.Combine(exploration.Source.Folder, FileName));
        Refresh();
    }

    /// <summary>Why notes can neither be shown nor kept, in a sentence; null: they can.</summary>
    public string? Problem => Current().Problem;

    /// <summary>What a feature is called; null: nothing.</summary>
    public string? NameOf(int member, int feature) => Of(member, feature).Name is { Length: > 0 } name ? name : null;

    public FeatureNote Of(int member, int feature) => Current().Notes.GetValueOrDefault((member, feature, Model(member)), FeatureNote.None);

    /// <summary>What was said of the feature with this number when other weights lay in the folder, the last of it; null: nothing.</summary>
    public FeatureNote? Earlier(int member, int feature) => Current().Notes
        .Where(one => (one.Key.Member, one.Key.Feature) == (member, feature) && one.Key.Model != Model(member)).Select(one => one.Value).LastOrDefault();

    /// <summary>Keeps a note, or deletes it where it is empty. No other process writes between the reading and the writing.</summary>
    /// <param name="member">The feature's member.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="note">The note.</param>
    /// <param name="was">The note that it shall replace, as its writer saw it; null: whatever there is.</param>
    /// <exception cref="InputException">The folder can't be written, or notes.json is damaged, and then stays as it is.</exception>
    /// <exception cref="NoteChangedException">Another note is there than the writer saw; it stays.</exception>
    public void Set(int member, int feature, FeatureNote note, FeatureNote? was = null)
    {
        var key = (member, feature, Model(member));
        lock (_changing)
        {
            using FileStream held = Hold();
            _kept = Read(StateOf());
            if (_kept.Problem is { } problem)
                throw new InputException(problem);
            if (was is not null && _kept.Notes.GetValueOrDefault(key, FeatureNote.None) is var found && found != was && found != note)
                throw new NoteChangedException();
            var notes = new SortedDictionary<(int Member, int Feature, string Model), FeatureNote>(_kept.Notes);
            notes.Remove(key);
            if (note != FeatureNote.None)
                notes.Add(key, note);
            Write(notes);
            // Not by reading: a file that was written twice within a tick of the clock may look the same.
            _kept = new Kept(StateOf(), notes, null);
        }
    }

    private string Model(int member) => _exploration.Member(member).Fingerprint;

    /// <summary>What is kept; looks at most once a second whether others have changed it.</summary>
    private Kept Current()
    {
        if (Environment.TickCount64 - Interlocked.Read(ref _looked) >= s_lookAgain.TotalMilliseconds)
        {
            lock (_changing)
                Refresh();
        }
        return _kept;
    }

    private void Refresh()
    {
        Interlocked.Exchange(ref _looked, Environment.TickCount64);
        var state = StateOf();
        if (state != _kept.State)
            _kept = Read(state);
    }

    /// <summary>A missing file has the length −1.</summary>
    private (DateTime Written, long Length) StateOf()
    {
        var file = new FileInfo(_path);
        return (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
    }

    private FileStream Hold()
    {
        try
        {
            return FileLock.Hold(Path.Combine(Path.GetDirectoryName(_path)!, LockName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(exception);
        }
    }

    private Kept Read((DateTime Written, long Length) state)
    {
        if (state.Length < 0)
            return Kept.Nothing with { State = state };
        try
        {
            NotesFile file = TangramJson.Deserialize<NotesFile>(File.ReadAllText(_path), FileName, Remedy);
            if (file.Format != Format || file.FormatVersion != FormatVersion)
                throw new InputException($"{FileName} is damaged or was written by another version of tangram; {Remedy}.");
            var notes = new SortedDictionary<(int, int, string), FeatureNote>();
            foreach (NoteEntry one in file.Notes)
                notes[(one.Member, one.Feature, one.Model)] = new FeatureNote(one.Name, one.Note);
            return new Kept(state, notes, null);
        }
        catch (InputException exception)
        {
            return Kept.Nothing with { State = state, Problem = exception.Message };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Kept.Nothing with { State = state, Problem = $"{FileName} can't be read, so no name or note is kept; allow this user to read it." };
        }
    }

    private void Write(SortedDictionary<(int Member, int Feature, string Model), FeatureNote> notes)
    {
        var file = new NotesFile(Format, FormatVersion,
            [.. notes.Select(one => new NoteEntry(one.Key.Member, one.Key.Feature, one.Key.Model, one.Value.Name, one.Value.Note))]);
        try
        {
            AtomicFile.WriteText(_path, TangramJson.Serialize(file, indented: true));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(exception);
        }
    }

    private static InputException NotWritten(Exception exception) =>
        new("This wasn't kept, because the run's folder can't be written; make it writable (or free some space), or explore a copy of the run.", exception);

    /// <summary>What notes.json held when it was last read.</summary>
    private sealed record Kept((DateTime Written, long Length) State, SortedDictionary<(int Member, int Feature, string Model), FeatureNote> Notes, string? Problem)
    {
        public static Kept Nothing { get; } = new(default, [], null);
    }

    private sealed record NotesFile(string Format, int FormatVersion, IReadOnlyList<NoteEntry> Notes);

    private sealed record NoteEntry(int Member, int Feature, string Model, string Name, string Note);
}
