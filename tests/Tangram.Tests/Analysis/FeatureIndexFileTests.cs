namespace Tangram.Tests;

public sealed class FeatureIndexFileTests : IDisposable
{
    private const string Model = "model", Data = "data";
    private static readonly SparseAutoencoder s_dictionary = Make.Ensemble(new ImageShape(5, 4, 1), 30, 4, 1)[0];
    private readonly TemporaryFolder _folder = new();
    private readonly Workers _workers = new(2);
    private int _built;

    private string Path => _folder.File("indexes/index.safetensors");

    public void Dispose()
    {
        _workers.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_written_is_what_is_found()
    {
        using FeatureIndex written = FindOrBuild(), found = FeatureIndexFile.Find(Path, Model, Data, _workers)!;
        FeatureIndexTables expected = Tables();
        Assert.Equal(1, _built);
        Assert.Equal(expected.FeatureStart.ToArray(), found.Tables.FeatureStart.ToArray());
        Assert.Equal(expected.Norms.ToArray(), found.Tables.Norms.ToArray());
        Assert.Equal(expected.Image.ToArray(), found.Tables.Image.ToArray());
        Assert.Equal(expected.Value.ToArray(), found.Tables.Value.ToArray());
        Assert.Equal(expected.Top.ToArray(), found.Tables.Top.ToArray());
        Assert.Equal(expected.Histogram.ToArray(), found.Tables.Histogram.ToArray());
        Assert.Equal(expected.Range.ToArray(), found.Tables.Range.ToArray());
        Assert.Equal(expected.Alike.ToArray(), found.Tables.Alike.ToArray());
        Assert.Equal(expected.AlikeCosine.ToArray(), found.Tables.AlikeCosine.ToArray());
        Assert.Equal(expected.Together.ToArray(), found.Tables.Together.ToArray());
        Assert.Equal(expected.TogetherShare.ToArray(), found.Tables.TogetherShare.ToArray());
    }

    [Fact]
    public void The_tensors_are_those_of_the_contract()
    {
        FindOrBuild().Dispose();
        using SafetensorsFile file = SafetensorsFile.Open(Path);
        Assert.Equal([31L], file.Shape("feature_indptr"));
        Assert.Equal(("I32", "F32"), (file.Place("images").Type, file.Place("values").Type));
        foreach (var (name, columns) in new[] { ("top", 64L), ("histogram", 64), ("neighbours.cosine", 32), ("neighbours.coactivation", 32) })
            Assert.Equal([30, columns], file.Shape(name));
        Assert.Equal([200L], file.Shape("norms"));
        Assert.Equal(0, file.Place("feature_indptr").Start % 64);
        Assert.Equal("1", file.Metadata["formatVersion"]);
    }

    [Fact]
    public void A_second_look_builds_nothing_and_another_model_or_other_images_build_anew()
    {
        FindOrBuild().Dispose();
        FindOrBuild().Dispose();
        Assert.Equal(1, _built);
        FindOrBuild(model: "another model").Dispose();
        Assert.Equal(2, _built);
        FindOrBuild(model: "another model", data: "other images").Dispose();
        Assert.Equal(3, _built);
        Assert.Null(FeatureIndexFile.Find(Path, Model, Data, _workers));
    }

    [Fact]
    public void A_damaged_byte_anywhere_is_noticed()
    {
        FindOrBuild().Dispose();
        byte[] whole = File.ReadAllBytes(Path);
        int data = 8 + BitConverter.ToInt32(whole, 0);
        string header = System.Text.Encoding.UTF8.GetString(whole, 8, data - 8);
        // In the header: what is named or counted; trailing spaces mean nothing. In the numbers: all along.
        int[] places = [0, 3, 8, 8 + header.IndexOf("dtype", StringComparison.Ordinal), 8 + header.IndexOf("I64", StringComparison.Ordinal),
            8 + header.IndexOf("checksum", StringComparison.Ordinal) + 12, 8 + header.IndexOf(Model + "\"", StringComparison.Ordinal),
            .. Enumerable.Range(0, 97).Select(step => data + (int)((whole.Length - data - 1L) * step / 96))];
        foreach (int place in places)
        {
            byte[] damaged = [.. whole];
            damaged[place] ^= 0x10;
            File.WriteAllBytes(Path, damaged);
            Assert.True(FeatureIndexFile.Find(Path, Model, Data, _workers) is null, $"byte {place} of {whole.Length}");
        }
        FindOrBuild().Dispose();
        Assert.Equal(2, _built);
        Assert.Equal(whole, File.ReadAllBytes(Path));
    }

    [Fact]
    public void A_file_that_was_cut_short_is_built_again()
    {
        FindOrBuild().Dispose();
        byte[] whole = File.ReadAllBytes(Path);
        foreach (int length in new[] { 0, 1, 7, 8, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Null(FeatureIndexFile.Find(Path, Model, Data, _workers));
        }
        FindOrBuild().Dispose();
        Assert.Equal(whole, File.ReadAllBytes(Path));
    }

    [Fact]
    public async Task Who_builds_at_the_same_time_waits_for_the_first()
    {
        int waited = 0;
        var gate = new ManualResetEventSlim();
        Task<FeatureIndex>[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var workers = new Workers(1);
            return FeatureIndexFile.FindOrBuild(Path, Model, Data, () =>
            {
                Interlocked.Increment(ref _built);
                gate.Wait(TestContext.Current.CancellationToken);
                return Tables();
            }, () => { if (Interlocked.Increment(ref waited) == 3) gate.Set(); }, workers, TestContext.Current.CancellationToken);
        }))];
        FeatureIndex[] indexes = await Task.WhenAll(tasks);
        Assert.Equal((1, 3), (_built, waited));
        Assert.All(indexes, index => Assert.Equal(Tables().Value.ToArray(), index.Tables.Value.ToArray()));
        Array.ForEach(indexes, index => index.Dispose());
    }

    [Fact]
    public void A_failed_or_killed_build_leaves_nothing_that_passes_for_an_index()
    {
        Directory.CreateDirectory(_folder.File("indexes"));
        File.WriteAllBytes(Path + ".tmp-1", [1, 2, 3]); // what a killed process leaves
        Assert.Throws<OperationCanceledException>(() => FeatureIndexFile.FindOrBuild(Path, Model, Data, () => throw new OperationCanceledException(), () => { }, _workers, TestContext.Current.CancellationToken));
        Assert.Equal([".lock"], Directory.GetFiles(_folder.File("indexes")).Select(System.IO.Path.GetFileName), StringComparer.Ordinal);
        FindOrBuild().Dispose();
        Assert.Equal(1, _built);
    }

    [Fact]
    public void Waiting_ends_when_it_is_cancelled()
    {
        Directory.CreateDirectory(_folder.File("indexes"));
        using var held = new FileStream(_folder.File("indexes/.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => FeatureIndexFile.FindOrBuild(Path, Model, Data, Tables, source.Cancel, _workers, source.Token));
    }

    [Fact]
    public void An_index_that_was_disposed_says_so()
    {
        FeatureIndex index = FindOrBuild();
        index.Dispose();
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.Top(0, 1));
    }

    [Fact]
    public void Names_are_safe_and_tell_sets_members_and_splits_apart()
    {
        ImageSet images = Make.Images(new ImageShape(4, 4, 1), 5), others = Make.Images(new ImageShape(4, 4, 1), 6);
        string Name(ImageSet set, int member = 0) => System.IO.Path.GetFileName(FeatureIndexFile.PathIn("run", member, set));
        ImageSet From(string source, string split) => images.WithOrigin(new DataOrigin(source, split));
        Assert.Equal($"member-0-my-photos-test-{images.Fingerprint[..8]}.safetensors", Name(From("/data/my photos/", "test")));
        Assert.Equal($"member-0-random-{images.Fingerprint[..8]}.safetensors", Name(images));
        Assert.Equal($"member-0-images-{images.Fingerprint[..8]}.safetensors", Name(images.Subset("//", [0, 1, 2, 3, 4])));
        Assert.Equal(6, new[] { Name(images), Name(others), Name(images, 1), Name(From("emoji", "all")), Name(From("emoji", "test")), Name(From(new string('x', 500), "all")) }.Distinct(StringComparer.Ordinal).Count());
        Assert.InRange(Name(From(new string('x', 500), "all")).Length, 1, 100);
    }

    private FeatureIndex FindOrBuild(string model = Model, string data = Data) => FeatureIndexFile.FindOrBuild(Path, model, data, () =>
    {
        _built++;
        return Tables();
    }, () => Assert.Fail("Nobody else builds here."), _workers, TestContext.Current.CancellationToken);

    private FeatureIndexTables Tables()
    {
        using var workers = new Workers(1);
        return FeatureIndexBuilder.Build(RandomCodes.Of(200, 30, most: 7), s_dictionary, workers, TestContext.Current.CancellationToken);
    }
}
