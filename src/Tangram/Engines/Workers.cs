using System.Runtime.ExceptionServices;

namespace Tangram;

/// <summary>
/// A fixed crew of threads for short parallel loops. The caller is worker 0. Between loops workers spin briefly, then sleep. Which worker takes which item is
/// left to chance; what an item computes must not depend on it.
/// </summary>
internal sealed class Workers : IDisposable
{
    /// <summary>About 50 µs of spinning bridges the gaps between a step's phases; longer waits should free the core.</summary>
    private const int Spins = 30;

    private readonly Thread[] _threads;
    private readonly Lock _gate = new();
    /// <summary>Each worker sleeps at its own: from a common one, a worker that is done early could take the call that another still has to hear.</summary>
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _announced;
    private Action<int, int>? _body;
    private int _items, _next, _busy;
    private volatile int _generation;
    private volatile bool _stop;
    private ExceptionDispatchInfo? _failure;

    /// <param name="count">Threads, the caller's included; 1 or more.</param>
    public Workers(int count)
    {
        Count = count;
        _threads = new Thread[count - 1];
        _wake = [.. _threads.Select(_ => new SemaphoreSlim(0))];
        _announced = new int[_threads.Length];
        for (int index = 0; index < _threads.Length; index++)
        {
            int worker = index + 1;
            _threads[index] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"tangram worker {worker}" };
            _threads[index].Start();
        }
    }

    public int Count { get; }

    /// <summary>Runs body(worker, item) for items 0 … items − 1 and returns when all are done; an exception in one is thrown here.</summary>
    public void Run(int items, Action<int, int> body)
    {
        lock (_gate) // one loop at a time
        {
            (_body, _items, _next, _failure) = (body, items, 0, null);
            Volatile.Write(ref _busy, _threads.Length);
            _generation++;
            for (int sleeper = 0; sleeper < _wake.Length; sleeper++)
            {
                if (Interlocked.Exchange(ref _announced[sleeper], 0) == 1)
                    _wake[sleeper].Release();
            }
            Take(0);
            var spin = new SpinWait();
            while (Volatile.Read(ref _busy) > 0)
                spin.SpinOnce(sleep1Threshold: -1);
            _failure?.Throw();
        }
    }

    public void Dispose()
    {
        _stop = true;
        _generation++;
        foreach (SemaphoreSlim wake in _wake)
            wake.Release();
        foreach (Thread thread in _threads)
            thread.Join();
        foreach (SemaphoreSlim wake in _wake)
            wake.Dispose();
    }

    private void Loop(int worker)
    {
        int seen = 0;
        while (true)
        {
            Await(seen, worker - 1);
            if (_stop)
                return;
            seen = _generation;
            Take(worker);
            Interlocked.Decrement(ref _busy);
        }
    }

    private void Await(int seen, int sleeper)
    {
        var spin = new SpinWait();
        while (_generation == seen)
        {
            if (spin.Count < Spins)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            // Announce the sleep, then look once more: a loop that starts in between either sees the announcement or is seen here.
            Interlocked.Exchange(ref _announced[sleeper], 1);
            if (_generation != seen && Interlocked.Exchange(ref _announced[sleeper], 0) == 1)
                return;
            _wake[sleeper].Wait();
        }
    }

    private void Take(int worker)
    {
        try
        {
            int item;
            while ((item = Interlocked.Increment(ref _next) - 1) < _items)
                _body!(worker, item);
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _next, _items);
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }
}
