using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// A file that the system has mapped into memory: opening it reads nothing, and what is read often stays in the system's cache. For files that are replaced
/// whole (<see cref="AtomicFile"/>), never changed in place: one that is cut short while it is mapped takes the process with it.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <param name="stream">The open file, not empty; it stays the caller's.</param>
    public MappedFile(FileStream stream)
    {
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        // Who forgets to dispose leaves the file mapped: a finalizer might unmap it while somebody still reads a span of it.
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>Values from a byte of the file on, which must be a multiple of their size; they can be read until the file is disposed.</summary>
    public ReadOnlyMemory<T> Memory<T>(long start, int length) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + ((long)length * sizeof(T)), _view.Capacity);
        return new Region<T>(this, start, length).Memory;
    }

    public void Dispose()
    {
        if (_start is null)
            return;
        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class Region<T>(MappedFile file, long start, int length) : MemoryManager<T> where T : unmanaged
    {
        public override Span<T> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file._start is null, file);
            return new Span<T>(file._start + start, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new(Unsafe.AsPointer(ref GetSpan()[elementIndex]), pinnable: this);

        public override void Unpin()
        {
            // Mapped memory doesn't move.
        }

        protected override void Dispose(bool disposing)
        {
            // The file is the caller's.
        }
    }
}
