using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>A zeroed array outside the garbage-collected heap, aligned to 64 bytes, with a 64-bit length.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable where T : unmanaged
{
    /// <summary>A third of what the sets of a usual second-level cache span.</summary>
    public const int StaggerBytes = 43 << 10;

    private const int Alignment = 64;
    private readonly long _bytes;
    private readonly void* _memory;
    private T* _start;

    /// <param name="length">Elements.</param>
    /// <param name="stagger">Arrays read side by side should differ in it: then they don't compete for the same places of a cache.</param>
    public NativeBuffer(long length, int stagger = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // A whole vector more than asked, so that stores of a last, partly filled vector stay inside.
        nuint offset = (nuint)stagger * StaggerBytes, bytes = checked((nuint)length * (nuint)sizeof(T)) + Alignment + offset;
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        // The system may promise more than it has, and kill the process that takes it at its word.
        if ((long)bytes > available)
            throw new InsufficientMemoryException($"An array of {(long)bytes >> 20:N0} MiB doesn't fit this machine's {available >> 20:N0} MiB.");
        bool huge = bytes >= HugePages.Size;
        _memory = NativeMemory.AlignedAlloc(bytes, huge ? HugePages.Size : (nuint)Alignment);
        if (huge)
            HugePages.Advise(_memory, bytes);
        NativeMemory.Clear(_memory, bytes);
        _start = (T*)((byte*)_memory + offset);
        _bytes = (long)bytes;
        GC.AddMemoryPressure(_bytes); // so that buffers nobody disposes are collected before memory runs out
    }

    ~NativeBuffer() => Free();

    public long Length { get; }

    public T* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return _start;
        }
    }

    public Span<T> Span(long start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Span<T>(Pointer + start, length);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start is null)
            return;
        NativeMemory.AlignedFree(_memory);
        _start = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}

/// <summary>Large pages for large arrays, where the system gives them on request: rows picked at random cost no look-up of their pages.</summary>
internal static unsafe class HugePages
{
    public const nuint Size = 2 << 20;

    private const int MadviseHugePage = 14;

    public static void Advise(void* start, nuint bytes)
    {
        if (OperatingSystem.IsLinux())
            _ = AdviseMemory(start, bytes, MadviseHugePage);
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int AdviseMemory(void* start, nuint bytes, int advice);
}
