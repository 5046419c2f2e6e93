namespace Tangram;

/// <summary>
/// Groups of <see cref="GroupProduct.Lanes"/> images side by side, a panel of columns each, as the encoder's product reads them: without the columns that are 0 in all
/// images of the group, in float32 or, in pairs, in bf16. Each has a slot, which one thread fills and any number read.
/// </summary>
/// <param name="slots">Groups times panels.</param>
/// <param name="columns">The widest panel's.</param>
internal sealed unsafe class PackedImages(int slots, int columns) : IDisposable
{
    private const int Lanes = GroupProduct.Lanes;
    private readonly NativeBuffer<float> _values = new(slots * Rounded(columns) * Lanes);
    private readonly NativeBuffer<int> _kept = new(slots * Rounded(columns));
    private readonly int[] _counts = new int[slots];
    private readonly long _columns = Rounded(columns);

    /// <summary>Bytes that they take.</summary>
    public static long Bytes(long slots, int columns) => slots * Rounded(columns) * ((sizeof(float) * Lanes) + sizeof(int));

    /// <summary>
    /// Fills a slot with rows [<paramref name="count"/>, <paramref name="width"/>], <paramref name="stride"/> apart, at most <see cref="GroupProduct.Lanes"/>; width is a
    /// multiple of 4. With <paramref name="bf16"/>, which must then multiply them, they are rounded.
    /// </summary>
    public void Pack<TSimd>(int slot, float* rows, long stride, int count, int width, Bf16Product? bf16) where TSimd : struct, ISimd<TSimd>
    {
        float* group = Values(slot);
        GroupTranspose.FromRows(rows, stride, count, width, group);
        if (bf16 is null)
        {
            _counts[slot] = NonZeroColumns.Keep<TSimd>(group, width, 1, Kept(slot));
            return;
        }
        int chosen = bf16.ChoosesPairs ? 2 * NonZeroColumns.Keep<TSimd>(group, width, 2, Kept(slot)) : width;
        bf16.RoundPairs(group, chosen, (ushort*)group);
        _counts[slot] = bf16.ChoosesPairs ? chosen : (int)Rounded(width);
    }

    /// <summary>
    /// What rows of weights in this slot's panel, <paramref name="wStride"/> apart, give with its images: output [rows, Lanes]; as <see cref="GroupProduct.Run"/>.
    /// </summary>
    public void Multiply<TSimd>(int slot, float* w, long wStride, int rows, float* output, bool add) where TSimd : struct, ISimd<TSimd> =>
        GroupProduct.Run<TSimd>(w, wStride, rows, Values(slot), _counts[slot], output, add, Kept(slot));

    /// <summary>The same in bf16; as <see cref="Bf16Product.Run"/>.</summary>
    public void Multiply(Bf16Product bf16, int slot, ushort* w, long wStride, int rows, float* output, bool add) =>
        bf16.Run(w, wStride, rows, (ushort*)Values(slot), _counts[slot], output, add, bf16.ChoosesPairs ? Kept(slot) : null);

    /// <summary>Columns that a slot's product takes.</summary>
    public int ColumnsOf(int slot) => _counts[slot];

    public void Dispose()
    {
        _values.Dispose();
        _kept.Dispose();
    }

    private static long Rounded(int columns) => FloatMatrix.RoundUp(columns, Bf16.ColumnUnit);

    private float* Values(int slot) => _values.Pointer + (slot * _columns * Lanes);

    private int* Kept(int slot) => _kept.Pointer + (slot * _columns);
}
