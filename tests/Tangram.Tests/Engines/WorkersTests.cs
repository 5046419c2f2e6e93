namespace Tangram.Tests;

public sealed class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Every_item_is_done_exactly_once_in_many_loops(int threads)
    {
        using var workers = new Workers(threads);
        for (int loop = 0; loop < 200; loop++)
        {
            int items = loop % 97;
            var done = new int[items];
            workers.Run(items, (worker, item) =>
            {
                Assert.InRange(worker, 0, threads - 1);
                Interlocked.Increment(ref done[item]);
            });
            Assert.DoesNotContain(done, count => count != 1);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void No_two_items_share_a_worker_at_the_same_time(int threads)
    {
        using var workers = new Workers(threads);
        var busy = new int[threads];
        int clashes = 0;
        workers.Run(500, (worker, _) =>
        {
            if (Interlocked.Increment(ref busy[worker]) != 1)
                Interlocked.Increment(ref clashes);
            Thread.Yield();
            Interlocked.Decrement(ref busy[worker]);
        });
        Assert.Equal(0, clashes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void An_exception_reaches_the_caller_and_the_crew_survives(int threads)
    {
        using var workers = new Workers(threads);
        for (int loop = 0; loop < 20; loop++)
        {
            int bad = loop * 3;
            var exception = Assert.Throws<InvalidOperationException>(() => workers.Run(60, (_, item) =>
            {
                if (item == bad)
                    throw new InvalidOperationException($"item {item}");
            }));
            Assert.Equal($"item {bad}", exception.Message);
            int done = 0;
            workers.Run(60, (_, _) => Interlocked.Increment(ref done));
            Assert.Equal(60, done);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Sleeping_workers_wake(int threads)
    {
        using var workers = new Workers(threads);
        int total = 0;
        for (int loop = 0; loop < 30; loop++)
        {
            // 0 … 5 ms: some loops start while the crew still spins, some while it falls asleep, some long after.
            Thread.Sleep(loop % 6);
            workers.Run(threads, (_, _) => Interlocked.Increment(ref total));
            Assert.Equal((loop + 1) * threads, total);
        }
    }

    [Fact]
    public void All_workers_take_part()
    {
        const int Threads = 5;
        using var workers = new Workers(Threads);
        using var together = new Barrier(Threads);
        var took = new int[Threads];
        // An item ends only when all five are under way, so each must be with another worker.
        workers.Run(Threads, (worker, _) =>
        {
            took[worker]++;
            Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        });
        Assert.Equal([1, 1, 1, 1, 1], took);
    }

    [Fact]
    public void Crews_can_be_made_and_disposed_without_having_run()
    {
        for (int crew = 0; crew < 20; crew++)
        {
            var workers = new Workers(1 + (crew % 5));
            Assert.Equal(1 + (crew % 5), workers.Count);
            workers.Dispose();
        }
    }
}
