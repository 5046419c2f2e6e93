using System.Diagnostics;

namespace Tangram;

/// <summary>What a machine can do at best with a number of threads, measured; bandwidths in bytes per second, all threads together, data of each thread its own.</summary>
/// <param name="Threads">Threads measured with.</param>
/// <param name="Flops">Multiply-adds in registers, two operations each, per second.</param>
/// <param name="Level1Read">Reading 16 KiB per thread.</param>
/// <param name="Level2Read">Reading 384 KiB per thread.</param>
/// <param name="Level3Read">Reading 6 MiB per thread.</param>
/// <param name="MemoryRead">Reading 192 MiB per thread, or less where all threads would take more than a quarter of the memory.</param>
/// <param name="Level3Update">Reading and writing three arrays of 2 MiB per thread; both directions count.</param>
/// <param name="MemoryUpdate">Reading and writing three arrays of 64 MiB per thread; both directions count.</param>
/// <param name="Bf16Flops">Products of bf16 matrices that lie in the first-level cache, two operations a multiply-add, per second; 0 where the CPU has no such unit.</param>
/// <param name="EmptyLoop">Seconds that all threads take to begin and end a loop in which there is nothing to do.</param>
public sealed record MachinePeaks(int Threads, double Flops, double Level1Read, double Level2Read, double Level3Read, double MemoryRead, double Level3Update, double MemoryUpdate,
    double Bf16Flops, double EmptyLoop)
{
    private const int Repeats = 5;

    /// <summary>More than nothing, so that arrays don't compete for the same places of a cache.</summary>
    private const int Apart = 11 << 10;

    /// <summary>Takes a few seconds, and the median of five measurements of each figure.</summary>
    /// <param name="threads">Threads to measure with.</param>
    /// <param name="cancellation">Stops between loops, of a tenth of a second or so.</param>
    public static MachinePeaks Measure(int threads, CancellationToken cancellation = default) => SimdTiers.Best switch
    {
        SimdTier.Bits512 => Measure<Simd512>(threads, cancellation),
        SimdTier.Bits256 => Measure<Simd256>(threads, cancellation),
        SimdTier.Bits128 => Measure<Simd128>(threads, cancellation),
        _ => Measure<SimdScalar>(threads, cancellation),
    };

    private static unsafe MachinePeaks Measure<TSimd>(int threads, CancellationToken cancellation) where TSimd : struct, ISimd<TSimd>
    {
        // Many threads share a quarter of the memory.
        int most = (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 / threads, 2 << 20, 48 << 20);
        using var workers = new Workers(threads, cancellation);
        var sink = new float[threads * 64];
        NativeBuffer<float>[] buffers = [.. Enumerable.Range(0, threads).Select(_ => new NativeBuffer<float>(most + (2 * Apart)))];
        try
        {
            const long Rounds = 20_000_000;
            double Read(int kibibytes)
            {
                int count = Math.Min(kibibytes * 256, most / 16 * 16);
                long passes = Math.Max(1, (1L << 29) / (4L * count));
                return threads * passes * 4.0 * count / Median(workers, thread =>
                {
                    for (long pass = 0; pass < passes; pass++)
                        sink[thread * 64] += PeakKernels.Read<TSimd>(buffers[thread].Pointer, count);
                });
            }
            double Update(int kibibytes)
            {
                int count = Math.Min(kibibytes * 256, most / 48 * 16);
                long passes = Math.Max(1, (1L << 29) / (24L * count));
                return threads * passes * 24.0 * count / Median(workers, thread =>
                {
                    float* start = buffers[thread].Pointer;
                    for (long pass = 0; pass < passes; pass++)
                        PeakKernels.Update<TSimd>(start, start + count + Apart, start + (2L * (count + Apart)), count);
                });
            }
            double flops = threads * 2.0 * Rounds * 12 * TSimd.Width / Median(workers, thread => sink[thread * 64] += PeakKernels.MultiplyAdd<TSimd>(Rounds));
            double bf16 = Bf16Product.ThisMachine is { } product ? Bf16(product, workers, [.. buffers.Select(buffer => (nint)buffer.Pointer)]) : 0;
            const int Loops = 2000;
            double emptyLoop = Median(() =>
            {
                for (int loop = 0; loop < Loops; loop++)
                    workers.Run(threads, 1, (_, _, _) => { });
            }) / Loops;
            return new MachinePeaks(threads, flops, Read(16), Read(384), Read(6 << 10), Read(192 << 10), Update(2 << 10), Update(64 << 10), bf16, emptyLoop);
        }
        finally
        {
            foreach (NativeBuffer<float> buffer in buffers)
                buffer.Dispose();
        }
    }

    /// <summary>Multiplies 32 rows by 32 images, 128 columns of each: 8 KiB and 8 KiB.</summary>
    private static unsafe double Bf16(Bf16Product product, Workers workers, nint[] rooms)
    {
        const int Rounds = 60_000, Rows = 32, Columns = 128, Operand = Columns * Rows;
        return workers.Count * 2.0 * Rounds * Rows * Columns * GroupProduct.Lanes / Median(workers, thread =>
        {
            ushort* weights = (ushort*)rooms[thread], images = weights + Operand;
            float* sums = (float*)(images + Operand);
            for (int round = 0; round < Rounds; round++)
                product.Run(weights, Columns, Rows, images, Columns, sums, add: false);
        });
    }

    private static double Median(Workers workers, Action<int> body) => Median(() => workers.Run(workers.Count, (_, item) => body(item)));

    private static double Median(Action body)
    {
        body(); // warm up
        double[] seconds = [.. Enumerable.Range(0, Repeats).Select(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            body();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Order()];
        return seconds[Repeats / 2];
    }
}
