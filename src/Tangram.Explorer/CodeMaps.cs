using System.Collections.Concurrent;

namespace Tangram.Explorer;

/// <summary>What a map shows.</summary>
internal enum MapSubject
{
    /// <summary>Codes of images.</summary>
    Images,

    /// <summary>Features that are in use.</summary>
    Features,
}

/// <summary>What a map keeps.</summary>
internal enum MapLayout
{
    /// <summary>The two directions in which codes vary most.</summary>
    Components,

    /// <summary>Neighbours (t-SNE).</summary>
    Neighbours,
}

/// <summary>Maps that were asked for, each made once, beside the requests; those that take long one at a time. Thread-safe.</summary>
internal sealed class CodeMaps(Exploration exploration) : IDisposable
{
    private readonly ConcurrentDictionary<(int, MapSubject, MapLayout), Lazy<Making>> _maps = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>A map, or how far it is; begins to make it where nobody has asked for it before.</summary>
    /// <exception cref="NotFoundException">No such member.</exception>
    public Making Of(int member, MapSubject subject, MapLayout layout)
    {
        MemberView view = exploration.Member(member);
        return _maps.GetOrAdd((member, subject, layout), _ => new Lazy<Making>(() => Begin(view, subject, layout))).Value;
    }

    public void Dispose()
    {
        _closing.Cancel();
        // They may read an index, which is about to go.
        Task.WhenAll(_maps.Values.Where(map => map.IsValueCreated).Select(map => map.Value.Task)).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        _closing.Dispose();
        _oneAtATime.Dispose();
    }

    private Making Begin(MemberView view, MapSubject subject, MapLayout layout)
    {
        var making = new Making();
        making.Task = Task.Run(() => MakeInTurnAsync(view, subject, layout, making));
        return making;
    }

    private async Task<PlacedItems?> MakeInTurnAsync(MemberView view, MapSubject subject, MapLayout layout, Making making)
    {
        if (layout == MapLayout.Components)
            return Make(view, subject, layout, making); // soon done
        await _oneAtATime.WaitAsync(_closing.Token);
        try
        {
            return Make(view, subject, layout, making);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private PlacedItems? Make(MemberView view, MapSubject subject, MapLayout layout, Making making)
    {
        using var workers = new Workers(Workers.CountFor(exploration.Source.Threads), _closing.Token);
        using MapVectors vectors = subject == MapSubject.Images ? MapVectors.OfCodes(view.Codes)
            : MapVectors.OfFeatures(view.Autoencoder, [.. Enumerable.Range(0, view.Features).Where(feature => view.Use[feature].Frequency > 0)]);
        if (layout == MapLayout.Components)
            return CodeMap.Of(vectors, workers) is { } map ? new PlacedItems(map.Items, map.X, map.Y, map.Share) : null;
        return NeighbourMap.Of(vectors, workers, making, _closing.Token) is { } placed ? new PlacedItems(placed.Items, placed.X, placed.Y, null) : null;
    }

    /// <summary>A map that is being made, or was.</summary>
    internal sealed class Making : IProgress<int>
    {
        private volatile int _steps;

        /// <summary>Null: what should be placed varies in fewer than two directions.</summary>
        public Task<PlacedItems?> Task { get; set; } = System.Threading.Tasks.Task.FromResult<PlacedItems?>(null);

        /// <summary>0 … 1; 1 only once it is there.</summary>
        public double Progress => Task.IsCompleted ? 1 : (double)_steps / (NeighbourMap.Steps + 1);

        public void Report(int value) => _steps = value;
    }
}

/// <summary>Items at their places.</summary>
/// <param name="Items">Numbers of images or features.</param>
/// <param name="X">Their places.</param>
/// <param name="Y">Their places.</param>
/// <param name="Share">Share of the variance that the two directions hold; null where they aren't directions.</param>
internal sealed record PlacedItems(int[] Items, double[] X, double[] Y, double? Share);
