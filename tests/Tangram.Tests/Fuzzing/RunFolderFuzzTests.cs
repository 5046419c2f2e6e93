namespace Tangram.Tests;

/// <summary>
/// Run folders of which one file is damaged open with the right content, or are refused in one sentence that names the file. What carries a checksum, and what a record says
/// twice, is right or refused; of older files without a checksum only what can't be is seen.
/// </summary>
public sealed class RunFolderFuzzTests : IDisposable
{
    private const string Record = "run.json", Model = "model.safetensors", History = "history.csv", Checkpoint = "checkpoint.safetensors";

    private static readonly Lazy<FuzzedRun> s_run = new(() => new FuzzedRun());

    private readonly TemporaryFolder _folder = new();

    public RunFolderFuzzTests() => s_run.Value.CopyTo(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_json() => Fuzz(Record, () =>
    {
        using Run run = Run.Open(_folder.Path);
        // What it says is possible, and said again it is the same.
        run.Record.Check();
        string text = TangramJson.Serialize(run.Record);
        Assert.Equal(text, TangramJson.Serialize(TangramJson.Deserialize<RunRecord>(text, "again")));
        _ = PaperClaims.Check(run.Record);
        _ = PaperClaims.Differences(run.Record);
        Assert.Equal(s_run.Value.Fingerprint, FuzzedRun.FingerprintOf(run.Ensemble));
    });

    [Fact]
    public void History_csv() => Fuzz(History, () =>
    {
        // Written for people; the run's history is in run.json.
        using Run run = Run.Open(_folder.Path);
        Assert.Equal(s_run.Value.Text, TangramJson.Serialize(run.Record));
    });

    [Fact]
    public void Model_safetensors() => Fuzz(Model, () =>
    {
        using Run run = Run.Open(_folder.Path);
        if (HasChecksum(Model))
            Assert.Equal(s_run.Value.Fingerprint, FuzzedRun.FingerprintOf(run.Ensemble));
    });

    [Fact]
    public void Checkpoint_safetensors() => Fuzz(Checkpoint, () =>
    {
        string state = s_run.Value.StateOf(_folder.File(Checkpoint));
        if (HasChecksum(Checkpoint))
            Assert.Equal(s_run.Value.State, state);
    });

    [Theory]
    [InlineData(Model)]
    [InlineData(Checkpoint)]
    public void Without_a_checksum(string name) => Fuzz(name, () =>
    {
        if (name == Checkpoint)
            s_run.Value.StateOf(_folder.File(Checkpoint));
        Ensemble ensemble = Ensemble.Load(_folder.File(name));
        try
        {
            ensemble[0].Encode(new float[ensemble.Options.Shape.Length]);
        }
        catch (InputException)
        {
            // Weights that aren't numbers.
        }
    }, FileChecksumTests.Unchecked);

    [Fact]
    public void Index() => Fuzz(Path.GetRelativePath(_folder.Path, Assert.Single(Directory.GetFiles(_folder.File("indexes"), "*.safetensors"))), () =>
    {
        // One that can't be believed is as if it weren't there: it is built again.
        using FeatureIndex? found = s_run.Value.FindIndex(_folder.Path);
        if (found is not null)
            Assert.Equal(s_run.Value.Index, FuzzedRun.TextOf(found));
    });

    /// <summary>Without any trace of it, a file is taken for one of an earlier version.</summary>
    private bool HasChecksum(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File(name));
        return FileChecksum.In(file.Metadata) is not null;
    }

    private void Fuzz(string name, Action open, Func<byte[], byte[]>? change = null)
    {
        string path = _folder.File(name);
        byte[] good = File.ReadAllBytes(path);
        new Fuzzer($"run folder, {name}{(change is null ? "" : " of old")}", [change?.Invoke(good) ?? good], damaged =>
        {
            File.WriteAllBytes(path, damaged);
            try
            {
                open();
            }
            catch (InputException exception)
            {
                Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
                Assert.Matches(@"^[^\n]+; [^\n]+\.$", exception.Message);
                throw;
            }
        })
        {
            FreeBytes = 32 << 20,
            BytesPerByte = 1 << 10,
        }.Run();
    }
}
