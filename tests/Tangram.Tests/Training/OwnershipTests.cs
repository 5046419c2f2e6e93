using System.Runtime.CompilerServices;

namespace Tangram.Tests;

/// <summary>Who holds an autoencoder keeps it, whatever becomes of what it was taken from.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = ImageSet.Open("sample:train").Subset("some", [.. Enumerable.Range(0, 60)]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_autoencoder_outlives_its_run()
    {
        string folder = await TrainAsync();
        Run run = Run.Open(folder);
        SparseAutoencoder autoencoder = run.Ensemble[0];
        SparseCodes before = autoencoder.Encode(_images, cancellation: TestContext.Current.CancellationToken);
        run.Dispose();
        Collect();
        SparseCodes after = autoencoder.Encode(_images, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(before.Feature.ToArray(), after.Feature.ToArray());
        Assert.Equal(before.Value.ToArray(), after.Value.ToArray());
        run.Dispose();
        Assert.Throws<ObjectDisposedException>(() => run.Ensemble);
    }

    [Fact]
    public async Task A_run_disposed_while_others_encode_disturbs_nobody()
    {
        Run run = Run.Open(await TrainAsync());
        Ensemble ensemble = run.Ensemble;
        byte[] expected = Bits(ensemble[1].Encode(_images, threads: 1, TestContext.Current.CancellationToken));
        Task<byte[]>[] encodings = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            byte[] bits = [];
            for (int round = 0; round < 20; round++)
                bits = Bits(ensemble[1].Encode(_images, threads: 1, CancellationToken.None));
            return bits;
        }))];
        run.Dispose();
        Assert.All(await Task.WhenAll(encodings), bits => Assert.Equal(expected, bits));
    }

    [Fact]
    public async Task What_nobody_holds_any_more_is_freed()
    {
        string folder = await TrainAsync();
        WeakReference weights = OpenAndLetGo(folder);
        Collect();
        Assert.False(weights.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference OpenAndLetGo(string folder)
    {
        using Run run = Run.Open(folder);
        return new WeakReference(run.Ensemble[0].Encoder);
    }

    private static void Collect()
    {
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static byte[] Bits(SparseCodes codes) => [.. codes.Value.ToArray().SelectMany(BitConverter.GetBytes)];

    private async Task<string> TrainAsync()
    {
        TrainingOptions options = new() { Features = 32, Rule = new SparsityRule.TopK(4), Members = 2, Epochs = 1, Batch = 20 };
        using Run run = await Run.TrainAsync(_folder.File("run"), _images, options, execution: new Execution { Threads = 1 }, cancellation: TestContext.Current.CancellationToken);
        return run.Folder;
    }
}
