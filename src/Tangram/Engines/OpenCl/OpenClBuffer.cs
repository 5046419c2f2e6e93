namespace Tangram;

/// <summary>A zeroed array of numbers in a device's memory.</summary>
internal sealed unsafe class OpenClBuffer<T> : IDisposable where T : unmanaged
{
    private readonly OpenClContext _context;
    private nint _handle;

    public OpenClBuffer(OpenClContext context, long length)
    {
        (_context, Length) = (context, length);
        _handle = context.Api.CreateBuffer(context.Handle, Bytes, isPinned: false);
        try
        {
            Clear();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint Handle => _handle;

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>In whole units of 16 bytes, and at least one: no buffer may be empty.</summary>
    private long Bytes => ((Length * sizeof(T)) + 16) / 16 * 16;

    public void Clear() => _context.Api.FillWithZeros(_context.Queue, _handle, Bytes);

    /// <summary>Waits for everything queued before, and copies.</summary>
    public void Read(long start, Span<T> destination)
    {
        Check(start, destination.Length);
        fixed (T* pointer = destination)
        {
            if (destination.Length > 0)
                _context.Api.Read(_context.Queue, _handle, start * sizeof(T), destination.Length * (long)sizeof(T), pointer);
        }
    }

    public void Write(long start, ReadOnlySpan<T> source)
    {
        Check(start, source.Length);
        fixed (T* pointer = source)
        {
            if (source.Length > 0)
                _context.Api.Write(_context.Queue, _handle, start * sizeof(T), source.Length * (long)sizeof(T), pointer);
        }
    }

    public void Dispose()
    {
        if (_handle != 0)
            _context.Api.ReleaseBuffer(_handle);
        _handle = 0;
    }

    private void Check(long start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - count);
    }
}
