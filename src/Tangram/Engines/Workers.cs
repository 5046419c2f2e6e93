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
    private readonly object _bell = new();
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
        for (int index = 0; index < _threads.Length; index++)
        {
            int worker = index + 1;
            _threads[index] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"tangram worker {worker}" };
            _threads[index].Start();
        }
    }

    public int Count { get; }

    /// <summary>The number of threads that an option means; 0: one per processor.</summary>
    /// <exception cref="InputException">Negative, or more than 1024.</exception>
    public static int CountFor(int threads) => threads switch
    {
        < 0 or > 1024 => throw new InputException($"{threads} threads can't be used; give 1 … 1024, or 0 for one per processor."),
        0 => Environment.ProcessorCount,
        _ => threads,
    };

    /// <summary>Runs body(worker, item) for items 0 … items − 1 and returns when all are done; an exception in one is thrown here.</summary>
    public void Run(int items, Action<int, int> body)
    {
        lock (_gate) // one loop at a time
        {
            (_body, _items, _next, _failure) = (body, items, 0, null);
            Volatile.Write(ref _busy, _threads.Length);
            Ring();
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
        Ring();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Loop(int worker)
    {
        int seen = 0;
        while (true)
        {
            Await(seen);
            if (_stop)
                return;
            seen = _generation;
            Take(worker);
            Interlocked.Decrement(ref _busy);
        }
    }

    /// <summary>
    /// Starts the next generation and wakes every sleeper. Not a semaphore: a worker that has finished early could take the permit meant for one that hasn't begun.
    /// </summary>
    private void Ring()
    {
        lock (_bell)
        {
            _generation++;
            Monitor.PulseAll(_bell);
        }
    }

    private void Await(int seen)
    {
        var spin = new SpinWait();
        while (_generation == seen && spin.Count < Spins)
            spin.SpinOnce(sleep1Threshold: -1);
        if (_generation != seen)
            return;
        lock (_bell)
        {
            while (_generation == seen)
                Monitor.Wait(_bell);
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
