namespace Tangram.Tests;

/// <summary>Runs kernels of one program on buffers that it frees.</summary>
internal sealed class KernelBench(OpenClContext context, bool isMixed, IReadOnlyList<string> kernels) : IDisposable
{
    /// <summary>What a kernel must leave where it has nothing to write.</summary>
    public const float Mark = 12345.678f;

    /// <summary>The same of integers.</summary>
    public const int IntegerMark = -77;

    private readonly List<IDisposable> _owned = [];

    public bool IsMixed => isMixed;

    public OpenClLayout Layout => context.Layout;

    /// <summary>A number as images and weights are stored.</summary>
    public float Kept(float value) => isMixed ? (float)(Half)value : value;

    /// <summary>Standard normal numbers, with <paramref name="isStored"/> such that can be stored as they are.</summary>
    public FloatMatrix Matrix(int rows, int columns, ulong seed, bool isStored = true)
    {
        FloatMatrix matrix = Own(Numbers.Matrix(rows, columns, seed));
        for (int row = 0; isStored && row < rows; row++)
        {
            foreach (ref float value in matrix.Row(row))
                value = Kept(value);
        }
        return matrix;
    }

    public OpenClBuffer<T> Buffer<T>(params ReadOnlySpan<T> values) where T : unmanaged
    {
        OpenClBuffer<T> buffer = Own(new OpenClBuffer<T>(context, values.Length));
        buffer.Write(0, values);
        return buffer;
    }

    /// <summary>A matrix with its padding.</summary>
    public OpenClBuffer<float> Buffer(FloatMatrix matrix) => Buffer(Padded(matrix));

    public OpenClBuffer<float> Marked(long length) => Buffer<float>([.. Enumerable.Repeat(Mark, (int)length)]);

    public OpenClBuffer<int> MarkedIntegers(long length) => Buffer<int>([.. Enumerable.Repeat(IntegerMark, (int)length)]);

    public StoredNumbers Stored(ReadOnlySpan<float> values)
    {
        if (!isMixed)
            return new StoredNumbers(Buffer(values), null);
        ushort[] halves = Array.ConvertAll(values.ToArray(), value => BitConverter.HalfToUInt16Bits((Half)value));
        return new StoredNumbers(null, Buffer<ushort>(halves));
    }

    public StoredNumbers Stored(FloatMatrix matrix) => Stored(Padded(matrix));

    /// <summary>Runs a kernel on single items.</summary>
    public void ForItems(string kernel, long items, params ReadOnlySpan<OpenClArgument> arguments) => Run(kernel, [items], [Layout.Group], arguments);

    /// <summary>Runs a kernel on one work-group.</summary>
    public void ForOne(string kernel, params ReadOnlySpan<OpenClArgument> arguments) => Run(kernel, [Layout.Group], [Layout.Group], arguments);

    /// <summary>Runs a kernel on rows, such as images or features, a work-group each.</summary>
    public void ForRows(string kernel, long rows, params ReadOnlySpan<OpenClArgument> arguments) => ForParts(kernel, rows, 1, arguments);

    /// <summary>Runs a kernel on all columns of some rows.</summary>
    public void ForColumns(string kernel, int columns, long rows, params ReadOnlySpan<OpenClArgument> arguments) => ForParts(kernel, rows, Blocks(columns), arguments);

    /// <summary>Runs a kernel on rows, some work-groups each.</summary>
    public void ForParts(string kernel, long rows, int groups, params ReadOnlySpan<OpenClArgument> arguments)
    {
        Assert.Contains(kernel, kernels, StringComparer.Ordinal);
        context[kernel].RunRows(rows, groups, arguments);
    }

    public void Run(string kernel, ReadOnlySpan<long> items, ReadOnlySpan<int> group, params ReadOnlySpan<OpenClArgument> arguments)
    {
        Assert.Contains(kernel, kernels, StringComparer.Ordinal);
        context[kernel].Run(items, group, arguments);
    }

    /// <summary>Work-groups that share some items.</summary>
    public int Blocks(int items) => (items + Layout.Group - 1) / Layout.Group;

    public void Dispose() => _owned.ForEach(owned => owned.Dispose());

    public static float[] Padded(FloatMatrix matrix)
    {
        var values = new float[matrix.Rows * matrix.Stride];
        for (int row = 0; row < matrix.Rows; row++)
            matrix.Row(row).CopyTo(values.AsSpan(row * matrix.Stride));
        return values;
    }

    private T Own<T>(T part) where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }
}

/// <summary>Numbers as images and weights are stored: in half precision where the program is mixed.</summary>
internal sealed class StoredNumbers(OpenClBuffer<float>? singles, OpenClBuffer<ushort>? halves)
{
    public static implicit operator OpenClArgument(StoredNumbers numbers) => numbers.Argument;

    private OpenClArgument Argument => singles is not null ? singles : halves!;

    public float[] Read() => singles is not null ? singles.Read() : Array.ConvertAll(halves!.Read(), bits => (float)BitConverter.UInt16BitsToHalf(bits));
}

internal static class OpenClBufferExtensions
{
    public static T[] Read<T>(this OpenClBuffer<T> buffer) where T : unmanaged
    {
        var values = new T[buffer.Length];
        buffer.Read(0, values);
        return values;
    }
}

/// <summary>Codes as kernels have them: [images, slots] features and a number for each. In slots that aren't used stand feature 0 and NaN.</summary>
internal sealed class KernelCodes
{
    public KernelCodes(int images, int slots)
    {
        (Images, Slots, Features, Values) = (images, slots, new int[images * slots], new float[images * slots]);
        Array.Fill(Values, float.NaN);
    }

    public int Images { get; }

    public int Slots { get; }

    public int[] Features { get; }

    public float[] Values { get; }

    /// <summary>Adds random codes from a slot on, features ascending; returns their counts, which go through 0 … most.</summary>
    public int[] Add(int firstSlot, int most, int features, ulong seed)
    {
        var counts = new int[Images];
        for (int image = 0; image < Images; image++)
        {
            counts[image] = (most + (3 * image)) % (most + 1);
            int[] chosen = [.. new CounterRandom(seed, RandomPurpose.Shuffle, Epoch: image).Permutation(features).Take(counts[image]).Order()];
            chosen.CopyTo(Features, (image * Slots) + firstSlot);
            Numbers.Row(chosen.Length, (seed << 10) + (ulong)image).CopyTo(Values, (image * Slots) + firstSlot);
        }
        return counts;
    }

    public Range SlotsOf(int image, int firstSlot, int count) => ((image * Slots) + firstSlot)..((image * Slots) + firstSlot + count);
}
