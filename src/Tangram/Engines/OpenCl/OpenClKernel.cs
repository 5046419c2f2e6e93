using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>What a kernel is given: a buffer, or a number of 4 or 8 bytes.</summary>
internal readonly struct OpenClArgument
{
    private readonly long _bits;
    private readonly int _bytes;

    private OpenClArgument(long bits, int bytes) => (_bits, _bytes) = (bits, bytes);

    public static implicit operator OpenClArgument(int value) => new(value, sizeof(int));

    public static implicit operator OpenClArgument(long value) => new(value, sizeof(long));

    public static implicit operator OpenClArgument(float value) => new(BitConverter.SingleToInt32Bits(value), sizeof(float));

    public static implicit operator OpenClArgument(bool value) => new(value ? 1 : 0, sizeof(int));

    public static implicit operator OpenClArgument(OpenClBuffer<float> buffer) => Of(buffer);

    public static implicit operator OpenClArgument(OpenClBuffer<int> buffer) => Of(buffer);

    public static implicit operator OpenClArgument(OpenClBuffer<long> buffer) => Of(buffer);

    public static implicit operator OpenClArgument(OpenClBuffer<ushort> buffer) => Of(buffer);

    public static implicit operator OpenClArgument(OpenClBuffer<byte> buffer) => Of(buffer);

    public static OpenClArgument Of<T>(OpenClBuffer<T> buffer) where T : unmanaged => new(buffer.Handle, Unsafe.SizeOf<nint>());

    public void Set(OpenClApi api, nint kernel, int index)
    {
        if (_bytes == sizeof(int))
            api.SetArgument(kernel, index, (int)_bits);
        else
            api.SetArgument(kernel, index, _bits);
    }
}

/// <summary>A kernel of a program.</summary>
internal sealed class OpenClKernel(OpenClContext context, string name, nint handle)
{
    /// <summary>Work-groups queued in a second dimension: some GPUs have no more than 2¹⁶ − 1 there.</summary>
    public const int MostRows = 1 << 15;

    private readonly List<nint> _runs = [];

    public string Name => name;

    public nint Handle => handle;

    /// <summary>How often it was queued.</summary>
    public int Runs { get; private set; }

    /// <summary>Queues the kernel for at least so many items, whole work-groups of them, with arguments in the order of its parameters.</summary>
    /// <param name="items">Items wanted, in one or two dimensions.</param>
    /// <param name="group">Items of a work-group.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="after">An event that it waits for; 0: nothing.</param>
    public void Run(ReadOnlySpan<long> items, ReadOnlySpan<int> group, ReadOnlySpan<OpenClArgument> arguments, nint after = 0)
    {
        for (int index = 0; index < arguments.Length; index++)
            arguments[index].Set(context.Api, handle, index);
        Span<nuint> global = stackalloc nuint[items.Length], local = stackalloc nuint[items.Length];
        for (int dimension = 0; dimension < items.Length; dimension++)
        {
            local[dimension] = (nuint)group[dimension];
            global[dimension] = (nuint)((items[dimension] + group[dimension] - 1) / group[dimension] * group[dimension]);
        }
        nint done = context.Api.EnqueueKernel(context.Queue, handle, global, local, after, context.IsProfiled);
        Runs++;
        if (context.IsProfiled)
            _runs.Add(done);
    }

    /// <summary>Queues work-groups of the layout's size for rows, which lie in the second dimension, as often as it takes.</summary>
    /// <param name="rows">Rows wanted.</param>
    /// <param name="groups">Work-groups of a row.</param>
    /// <param name="arguments">What it is given; each time it is also given, as the last, the first row of that time.</param>
    /// <param name="after">An event that it waits for; 0: nothing.</param>
    public void RunRows(long rows, long groups, ReadOnlySpan<OpenClArgument> arguments, nint after = 0)
    {
        int group = context.Layout.Group;
        for (long first = 0; first < rows; first += MostRows)
            Run([groups * group, Math.Min(rows - first, MostRows)], [group, 1], [.. arguments, (int)first], after);
    }

    /// <summary>Milliseconds of all runs since the last call, once they are done; only where kernels are timed.</summary>
    public double TakeMilliseconds()
    {
        long nanoseconds = 0;
        foreach (nint run in _runs)
        {
            nanoseconds += context.Api.Nanoseconds(run);
            context.Api.ReleaseEvent(run);
        }
        _runs.Clear();
        return nanoseconds / 1e6;
    }
}
