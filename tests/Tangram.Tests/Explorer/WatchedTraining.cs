using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>A small training with a page, which waits where a test wants to look at it.</summary>
internal sealed class WatchedTraining : IAsyncDisposable
{
    public static readonly TrainingOptions Options = new() { Features = 80, Rule = new SparsityRule.TopK(4), Members = 2, Epochs = 3, Batch = 50 };

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _mayGoOn = new(0);
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ExplorerServer _server;
    private IDisposable? _shown;

    private WatchedTraining(ExplorerServer server, LiveTraining live, ImageSet images, TrainingOptions options, TemporaryFolder folder, long waitAt)
    {
        (_server, Live, _folder) = (server, live, folder);
        Client = new HttpClient { BaseAddress = server.Address };
        var execution = live.Watch(new Execution { Threads = 1, ReportInterval = TimeSpan.Zero });
        Training = Run.TrainAsync(folder.File("run"), images, options, execution: execution, cancellation: _stop.Token, progress: new Tangram.Cli.Direct<TrainingProgress>(progress =>
        {
            live.Report(progress);
            if (progress.Step != waitAt || progress.Activity != "training" || !_waits.TrySetResult())
                return;
            _mayGoOn.Wait(TimeSpan.FromMinutes(1));
        }));
    }

    public LiveTraining Live { get; }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public Task<Run> Training { get; }

    /// <summary>Starts one of 200 digits, 4 steps an epoch.</summary>
    /// <param name="waitAt">The step after which it waits; 0: none.</param>
    /// <param name="options">The experiment; null: <see cref="Options"/>.</param>
    public static async Task<WatchedTraining> StartAsync(long waitAt = 0, TrainingOptions? options = null)
    {
        options ??= Options;
        var folder = new TemporaryFolder();
        ImageSet images = ImageSet.Open("sample:train").Subset("some digits", [.. Enumerable.Range(0, 200)]);
        var live = new LiveTraining(folder.File("run"), images, images, options);
        return new WatchedTraining(await ExplorerServer.StartAsync(live, new ExplorerOptions { Port = 0 }), live, images, options, folder, waitAt);
    }

    /// <summary>Waits until the training waits.</summary>
    public Task WaitsAsync() => _waits.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    public void GoOn() => _mayGoOn.Release();

    /// <summary>Waits for the training, and tells pages that it ended.</summary>
    public async Task EndAsync()
    {
        Run run = await Training;
        _shown = Live.Trained(run);
    }

    /// <summary>The server goes, as when the process dies.</summary>
    public ValueTask BreakOffAsync() => _server.DisposeAsync();

    /// <summary>What a page is told, from when it opens to when the program ends.</summary>
    public async IAsyncEnumerable<JsonElement> FramesAsync(string query = "", [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using Stream stream = await Client.GetStreamAsync($"/api/live{query}", cancellation);
        await foreach (SseItem<string> item in SseParser.Create(stream).EnumerateAsync(cancellation))
            yield return JsonDocument.Parse(item.Data).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        GoOn();
        Live.Close();
        await _server.DisposeAsync();
        Client.Dispose();
        _shown?.Dispose();
        await _stop.CancelAsync();
        try
        {
            (await Training).Dispose();
        }
        catch (OperationCanceledException)
        {
            // Not all tests wait for its end.
        }
        _folder.Dispose();
    }
}
