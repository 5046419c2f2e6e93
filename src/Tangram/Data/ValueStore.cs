using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.Win32.SafeHandles;

namespace Tangram;

/// <summary>What the numbers of a set are kept as.</summary>
internal enum ValueType
{
    /// <summary>Pixels, 0 … 255 for 0 … 1.</summary>
    Byte,

    /// <summary>float32.</summary>
    Single,

    /// <summary>float16.</summary>
    Half,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,
}

/// <summary>The numbers of a set, one after another: in memory, or in a file from which they are read as they are needed. Thread-safe.</summary>
internal abstract class ValueStore
{
    public abstract ValueType Type { get; }

    /// <summary>How many.</summary>
    public abstract long Count { get; }

    /// <summary>What tells these numbers from others without reading them; null where that isn't known.</summary>
    public virtual string? Digest => null;

    public int ValueBytes => SizeOf(Type);

    public static int SizeOf(ValueType type) => type switch
    {
        ValueType.Byte => 1,
        ValueType.Single => sizeof(float),
        _ => sizeof(ushort),
    };

    public static ValueStore Of(ReadOnlyMemory<byte> pixels) => new InMemory<byte>(pixels, ValueType.Byte);

    public static ValueStore Of(ReadOnlyMemory<float> rows) => new InMemory<float>(rows, ValueType.Single);

    /// <summary>Writes as many numbers as there is room for, from number <paramref name="start"/> on, as the model sees them: pixels as value / 255.</summary>
    public abstract void CopyTo(long start, Span<float> destination);

    /// <summary>Writes the bytes of whole numbers, little-endian, from number <paramref name="start"/> on.</summary>
    public abstract void CopyBytes(long start, Span<byte> destination);

    /// <summary>Asks for numbers that will soon be copied, where that can be had without waiting.</summary>
    public virtual void Prefetch(long start, int count) { }

    /// <summary>Which number is the first that isn't one from <paramref name="least"/> to <paramref name="most"/>; −1: all are.</summary>
    public long FirstOutside(float least, float most, CancellationToken cancellation)
    {
        if (Type == ValueType.Byte)
            return -1;
        const int Piece = 1 << 18;
        long pieces = (Count + Piece - 1) / Piece, first = long.MaxValue;
        var looking = new Lock();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, pieces, parallel, () => new float[Piece], (piece, loop, room) =>
        {
            long start = piece * Piece;
            Span<float> values = room.AsSpan(0, (int)Math.Min(Piece, Count - start));
            CopyTo(start, values);
            int index = FirstOutside(values, least, most);
            if (index < 0)
                return room;
            loop.Break(); // pieces before this one are still looked at
            lock (looking)
                first = Math.Min(first, start + index);
            return room;
        }, _ => { });
        return first == long.MaxValue ? -1 : first;
    }

    private static int FirstOutside(ReadOnlySpan<float> values, float least, float most)
    {
        // NaN fails every comparison.
        var (lowest, highest) = (Vector128.Create(least), Vector128.Create(most));
        int index = 0;
        for (; index <= values.Length - Vector128<float>.Count; index += Vector128<float>.Count)
        {
            Vector128<float> four = Vector128.Create(values.Slice(index, Vector128<float>.Count));
            if (!Vector128.GreaterThanOrEqualAll(four, lowest) || !Vector128.LessThanOrEqualAll(four, highest))
                break;
        }
        for (; index < values.Length; index++)
        {
            if (!(values[index] >= least && values[index] <= most))
                return index;
        }
        return -1;
    }

    /// <summary>Numbers as the model sees them, from their bytes.</summary>
    protected static void Convert(ValueType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case ValueType.Byte:
                ToUnits(bytes, values);
                break;
            case ValueType.Single:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case ValueType.Half:
                System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int index = 0; index < values.Length; index++)
                    values[index] = BitConverter.UInt32BitsToSingle((uint)upper[index] << 16);
                break;
        }
    }

    /// <summary>value / 255. Not System.Numerics.Tensors, which converts bytes one at a time.</summary>
    private static void ToUnits(ReadOnlySpan<byte> pixels, Span<float> units)
    {
        int pixel = 0;
        for (; pixel <= pixels.Length - Vector128<byte>.Count; pixel += Vector128<byte>.Count)
        {
            (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Create(pixels.Slice(pixel, Vector128<byte>.Count)));
            ToUnits(lower, units[pixel..]);
            ToUnits(upper, units[(pixel + Vector128<ushort>.Count)..]);
        }
        for (; pixel < pixels.Length; pixel++)
            units[pixel] = pixels[pixel] / 255f;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToUnits(Vector128<ushort> pixels, Span<float> units)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(pixels);
        (Vector128.ConvertToSingle(lower.AsInt32()) / 255f).CopyTo(units);
        (Vector128.ConvertToSingle(upper.AsInt32()) / 255f).CopyTo(units[Vector128<uint>.Count..]);
    }

    private sealed class InMemory<T>(ReadOnlyMemory<T> values, ValueType type) : ValueStore where T : unmanaged
    {
        public override ValueType Type => type;

        public override long Count => values.Length;

        public override void CopyTo(long start, Span<float> destination) =>
            Convert(type, MemoryMarshal.AsBytes(values.Span.Slice((int)start, destination.Length)), destination);

        public override void CopyBytes(long start, Span<byte> destination) =>
            MemoryMarshal.AsBytes(values.Span.Slice((int)start, destination.Length / ValueBytes)).CopyTo(destination);

        // If the collector moves the numbers meanwhile, others are asked for, and nothing is lost but time.
        public override unsafe void Prefetch(long start, int count) =>
            CacheLines.Fetch(Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.Span.Slice((int)start, count))), (long)count * sizeof(T));
    }
}

/// <summary>
/// Numbers in a file, little-endian, from an offset on. They are read when they are needed, not mapped: a set may be larger than memory without counting against the
/// process, and a file that is cut short meanwhile is an error rather than a crash. The system's cache keeps what is read often.
/// </summary>
internal sealed class FileValues(string path, ValueType type, long offset, long count, string? digest = null) : ValueStore
{
    private const int ChunkBytes = 1 << 14;
    private readonly SafeFileHandle _file = Open(path);

    public override ValueType Type => type;

    public override long Count => count;

    public override string? Digest => digest;

    public override void CopyTo(long start, Span<float> destination)
    {
        if (type == ValueType.Single)
        {
            CopyBytes(start, MemoryMarshal.AsBytes(destination));
            return;
        }
        Span<byte> chunk = stackalloc byte[ChunkBytes];
        while (destination.Length > 0)
        {
            int taken = Math.Min(destination.Length, ChunkBytes / ValueBytes);
            Span<byte> bytes = chunk[..(taken * ValueBytes)];
            CopyBytes(start, bytes);
            Convert(type, bytes, destination[..taken]);
            start += taken;
            destination = destination[taken..];
        }
    }

    public override void CopyBytes(long start, Span<byte> destination)
    {
        // What lies beyond may be another tensor's numbers.
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, count - (destination.Length / ValueBytes));
        long position = offset + (start * ValueBytes);
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(_file, destination, position);
            if (read == 0)
                throw new IOException($"'{path}' was cut short while it was in use; fetch or build it again.");
            position += read;
            destination = destination[read..];
        }
    }

    /// <summary>Others may delete or replace the file: a set goes on with what it opened.</summary>
    private static SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete, options: FileOptions.RandomAccess);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"There is no file '{path}'.", exception);
        }
    }
}
