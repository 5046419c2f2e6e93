namespace Tangram.Tests;

/// <summary>One small run on the embedded digits that the tests of a class read.</summary>
public sealed class TrainedRun : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.File("run");

    public string Model => Path.Combine(Folder, "model.safetensors");

    /// <summary>What <c>train</c> printed.</summary>
    public string Output { get; private set; } = "";

    public async ValueTask InitializeAsync() => Output = await CommandRun.SucceedAsync(["train", "sample", "--out", Folder, .. CommandRun.Tiny]);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
