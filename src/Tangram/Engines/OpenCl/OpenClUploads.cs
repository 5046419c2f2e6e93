namespace Tangram;

/// <summary>
/// Brings batches to a device, as bytes where images are pixels: while kernels work on one batch, the next one's bytes are on their way from memory that the device's
/// copying reaches.
/// </summary>
internal sealed unsafe class OpenClUploads : IDisposable
{
    private readonly OpenClContext _context;
    private readonly List<Slot> _slots = [];
    private readonly OpenClBuffer<float> _units;
    private readonly int _columns, _stride;
    private int _current;

    public OpenClUploads(OpenClContext context, int batch, int columns, int stride)
    {
        (_context, _columns, _stride) = (context, columns, stride);
        long bytes = (long)batch * columns * sizeof(float);
        _units = new OpenClBuffer<float>(context, 1 + byte.MaxValue);
        try
        {
            Span<float> units = stackalloc float[1 + byte.MaxValue];
            for (int pixel = 0; pixel < units.Length; pixel++)
                units[pixel] = pixel / 255f;
            _units.Write(0, units);
            _slots.Add(new Slot(context, bytes));
            _slots.Add(new Slot(context, bytes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends a batch on its way; <see cref="Take"/> finds it.</summary>
    public void Begin(ImageBatch batch)
    {
        Slot slot = _slots[1 - _current];
        slot.Wait();
        ReadOnlySpan<int> indices = batch.Indices.Span;
        slot.HasPixels = batch.Images.HasPixels;
        slot.Count = indices.Length;
        for (int image = 0; image < indices.Length; image++)
        {
            byte* row = slot.Memory + ((long)image * _columns * (slot.HasPixels ? 1 : sizeof(float)));
            if (slot.HasPixels)
                batch.Images.CopyPixels(indices[image], new Span<byte>(row, _columns));
            else
                batch.Images.CopyTo(indices[image], new Span<float>(row, _columns));
        }
        slot.Send((long)indices.Length * _columns * (slot.HasPixels ? 1 : sizeof(float)));
        _context.Api.Flush(_context.Uploads);
    }

    /// <summary>Queues what makes images [count, stride] of the batch sent last.</summary>
    public void Take(OpenClArgument images)
    {
        _current = 1 - _current;
        Slot slot = _slots[_current];
        string kernel = slot.HasPixels ? "read_pixels" : "read_values";
        ReadOnlySpan<OpenClArgument> arguments = slot.HasPixels
            ? [slot.Raw, _units, images, _columns, _stride]
            : [slot.Raw, images, _columns, _stride];
        _context[kernel].RunRows(slot.Count, (_stride + _context.Layout.Group - 1) / _context.Layout.Group, arguments, slot.Sent);
    }

    public void Dispose()
    {
        foreach (Slot slot in _slots)
            slot.Dispose();
        _units.Dispose();
    }

    /// <summary>A batch as it comes, here and on the device.</summary>
    private sealed class Slot : IDisposable
    {
        private readonly OpenClContext _context;
        private readonly nint _pinned;

        public Slot(OpenClContext context, long bytes)
        {
            _context = context;
            Raw = new OpenClBuffer<byte>(context, bytes);
            try
            {
                _pinned = context.Api.CreateBuffer(context.Handle, Math.Max(1, bytes), isPinned: true);
                Memory = (byte*)context.Api.Map(context.Uploads, _pinned, Math.Max(1, bytes));
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public OpenClBuffer<byte> Raw { get; }

        public byte* Memory { get; }

        /// <summary>The event of its arrival; 0: nothing was sent.</summary>
        public nint Sent { get; private set; }

        public bool HasPixels { get; set; }

        public int Count { get; set; }

        public void Send(long bytes) => Sent = _context.Api.BeginWrite(_context.Uploads, Raw.Handle, 0, bytes, Memory);

        /// <summary>Until what was sent before has arrived.</summary>
        public void Wait()
        {
            if (Sent == 0)
                return;
            nint sent = Sent;
            Sent = 0;
            _context.Api.Wait(sent);
            _context.Api.ReleaseEvent(sent);
        }

        public void Dispose()
        {
            try
            {
                Wait();
                if (Memory is not null)
                    _context.Api.Unmap(_context.Uploads, _pinned, Memory);
                _context.Api.Finish(_context.Uploads);
            }
            catch (OpenClException)
            {
                // The device is lost, and its memory with it.
            }
            Raw.Dispose();
            if (_pinned != 0)
                _context.Api.ReleaseBuffer(_pinned);
        }
    }
}
