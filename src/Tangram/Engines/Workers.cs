using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Tangram;

/// <summary>
/// A fixed crew of threads for short parallel loops; the caller is worker 0. The items of a loop lie in lanes, and each worker has lanes of its own: it begins
/// with those, in order, so that from loop to loop it finds its data in its caches. When they are done it helps in others, so that a slow worker holds nobody up;
/// but not at once, since what it helps with moves to its caches, and back in the next loop. What an item computes must not depend on who takes it. Between loops
/// workers spin briefly, then sleep.
/// </summary>
internal sealed class Workers : IDisposable
{
    /// <summary>Counters lie this many integers apart: two workers never write one cache line, nor the one fetched beside it.</summary>
    private const int Apart = 32;

    /// <summary>Half a millisecond; a unit takes a tenth of that in small models, and what took longer was interrupted.</summary>
    private static readonly long s_longestPatience = Stopwatch.Frequency / 2000;

    private readonly Thread[] _threads;
    private readonly Lock _oneLoop = new();
    private readonly Gate _begun, _done;
    private readonly CancellationToken _cancellation;
    private Action<int, int, int>? _body;
    private int[] _next = new int[Apart];
    private int _lanes, _units, _busy, _haste;
    private volatile bool _stop;
    private ExceptionDispatchInfo? _failure;

    /// <param name="count">Threads, the caller's included; 1 or more.</param>
    /// <param name="cancellation">Ends a loop before its next unit.</param>
    public Workers(int count, CancellationToken cancellation = default)
    {
        (Count, _cancellation) = (count, cancellation);
        // With more threads than processors, whoever spins keeps another from working.
        bool spin = count <= Environment.ProcessorCount;
        (_begun, _done) = (new Gate(spin), new Gate(spin));
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
    /// <exception cref="OperationCanceledException">The crew's token was cancelled before the last item.</exception>
    public void Run(int items, Action<int, int> body) => Run(1, items, (worker, _, item) => body(worker, item));

    /// <summary>
    /// Runs body(worker, lane, unit) for the units 0 … units − 1 of each lane, those of a lane begun in order, and returns when all are done; an exception in one
    /// is thrown here.
    /// </summary>
    public void Run(int lanes, int units, Action<int, int, int> body)
    {
        lock (_oneLoop)
        {
            if (_next.Length < lanes * Apart)
                _next = new int[lanes * Apart];
            Array.Clear(_next);
            (_body, _lanes, _units, _failure) = (body, lanes, units, null);
            int seen = _done.Value;
            Volatile.Write(ref _busy, _threads.Length + 1);
            _begun.Advance();
            Work(0);
            _done.WaitUntilNot(seen);
            _failure?.Throw();
        }
    }

    public void Dispose()
    {
        _stop = true;
        _begun.Advance();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Loop(int worker)
    {
        int seen = 0;
        while (true)
        {
            _begun.WaitUntilNot(seen);
            if (_stop)
                return;
            seen++; // a next loop can't begin before this worker has done its part of this one
            Work(worker);
        }
    }

    private void Work(int worker)
    {
        try
        {
            long begun = Stopwatch.GetTimestamp(), longest = 0;
            int home = (int)((long)worker * _lanes / Count), owned = Math.Max(1, (int)((worker + 1L) * _lanes / Count) - home);
            for (int lane = home; lane < home + owned; lane++)
            {
                while (TryWork(worker, lane))
                {
                    long now = Stopwatch.GetTimestamp();
                    longest = Math.Max(longest, now - begun);
                    begun = now;
                }
            }
            while (AwaitOthers(longest))
                Help(worker, home + owned);
        }
        catch (Exception exception)
        {
            for (int lane = 0; lane < _lanes; lane++)
                Volatile.Write(ref _next[lane * Apart], _units);
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
        if (Interlocked.Decrement(ref _busy) == 0)
            _done.Advance();
    }

    /// <summary>Does a lane's next unit, if there is one left.</summary>
    private bool TryWork(int worker, int lane)
    {
        ref int next = ref _next[lane * Apart];
        int unit;
        if (Volatile.Read(ref next) >= _units || (unit = Interlocked.Increment(ref next) - 1) >= _units)
            return false;
        _cancellation.ThrowIfCancellationRequested();
        _body!(worker, lane, unit);
        return true;
    }

    /// <summary>
    /// Waits while others begin units of theirs. False when none is left; true when for twice the time of the own longest unit none was begun: then another program
    /// keeps somebody from working.
    /// </summary>
    private bool AwaitOthers(long longestUnit)
    {
        long since = Stopwatch.GetTimestamp(), patience = Math.Min(2 * longestUnit, s_longestPatience) >> Volatile.Read(ref _haste);
        for (long left = Left(), seen = left; left > 0; left = Left())
        {
            long now = Stopwatch.GetTimestamp();
            if (left != seen)
                (seen, since) = (left, now);
            else if (now - since >= patience)
                return true;
            Thread.SpinWait(8);
        }
        Volatile.Write(ref _haste, Math.Max(_haste - 1, 0));
        return false;
    }

    /// <summary>
    /// Does a unit of another worker's lane. If nobody else begins one meanwhile, the other program is still there and will come again: the next waits are shorter. If
    /// somebody does, it was no more than slow, perhaps because what helpers moved to their caches has to come back: then helping would make for more of it.
    /// </summary>
    private void Help(int worker, int firstLane)
    {
        long before = Left();
        for (int offset = 0; offset < _lanes; offset++)
        {
            if (!TryWork(worker, (firstLane + offset) % _lanes))
                continue;
            Volatile.Write(ref _haste, Left() < before - 1 ? 0 : Math.Min(_haste + 2, 6));
            return;
        }
    }

    /// <summary>Units that nobody has begun.</summary>
    private long Left()
    {
        long left = 0;
        for (int lane = 0; lane < _lanes; lane++)
            left += Math.Max(0, _units - Volatile.Read(ref _next[lane * Apart]));
        return left;
    }

    /// <summary>
    /// A number that grows; who waits for it spins for a while, then sleeps. The while grows as long as waits are short, and shrinks when they aren't: on a busy
    /// machine, who spins may keep from its processor the very worker that it waits for.
    /// </summary>
    private sealed class Gate(bool spin)
    {
        /// <summary>Longer than the gaps between a step's phases on a quiet machine.</summary>
        private static readonly long s_longestSpin = Stopwatch.Frequency / 20_000; // 50 µs

        private long _spin = spin ? s_longestSpin : 0;
        private int _value, _sleepers;

        public int Value => Volatile.Read(ref _value);

        public void Advance()
        {
            Interlocked.Increment(ref _value);
            // Either this sees the sleeper, or the sleeper, who counted himself in before he looked, sees the value.
            if (Volatile.Read(ref _sleepers) == 0)
                return;
            lock (this)
                Monitor.PulseAll(this);
        }

        public void WaitUntilNot(int seen)
        {
            long start = Stopwatch.GetTimestamp(), limit = Volatile.Read(ref _spin);
            do
            {
                for (int look = 0; look < 64; look++)
                {
                    if (Value != seen)
                    {
                        if (spin && limit < s_longestSpin)
                            Volatile.Write(ref _spin, Math.Min(s_longestSpin, (2 * limit) + 1));
                        return;
                    }
                    Thread.SpinWait(1);
                }
            }
            while (Stopwatch.GetTimestamp() - start < limit);
            lock (this)
            {
                Interlocked.Increment(ref _sleepers);
                // Each time a processor falls idle, the system may fetch a worker that another program keeps from running elsewhere; so wake now and then at first.
                for (int milliseconds = 1; Value == seen; milliseconds *= 2)
                    Monitor.Wait(this, milliseconds > 16 ? Timeout.Infinite : milliseconds);
                Interlocked.Decrement(ref _sleepers);
            }
            if (spin)
                Volatile.Write(ref _spin, Stopwatch.GetTimestamp() - start < s_longestSpin ? Math.Min(s_longestSpin, (2 * limit) + 1) : limit / 2);
        }
    }
}
