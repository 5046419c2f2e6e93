using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>A zeroed array outside the garbage-collected heap, aligned to 64 bytes, with a 64-bit length.</summary>
internal sealed unsafe class NativeBuffer<T> : IDisposable where T : unmanaged
{
    private const int Alignment = 64;
    private readonly long _bytes;
    private T* _start;

    public NativeBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // A whole vector more than asked, so that stores of a last, partly filled vector stay inside.
        nuint bytes = checked((nuint)length * (nuint)sizeof(T)) + Alignment;
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        // The system may promise more than it has, and kill the process that takes it at its word.
        if ((long)bytes > available)
            throw new InsufficientMemoryException($"An array of {(long)bytes >> 20:N0} MiB doesn't fit this machine's {available >> 20:N0} MiB.");
        _start = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(_start, bytes);
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
        NativeMemory.AlignedFree(_start);
        _start = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}
