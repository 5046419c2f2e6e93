using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tangram;

/// <summary>
/// Between rows of images and groups of <see cref="GroupProduct.Lanes"/> images side by side: group[d, i] = row_i[d], and back. Moves numbers, so its bits are
/// the same on every tier; 4×4 blocks of 128-bit vectors where the processor has them.
/// </summary>
internal static unsafe class GroupTranspose
{
    private const int Lanes = GroupProduct.Lanes;

    /// <summary>Images that <see cref="SumToRows"/> unpacks at a time.</summary>
    public const int RowBlock = 16;

    /// <summary>Columns summed up at a time: half of a first-level cache.</summary>
    private const int SumColumns = 256;

    /// <summary>
    /// Rows [<paramref name="count"/>, <paramref name="columns"/>], <paramref name="stride"/> apart, into group [columns, Lanes]; lanes of missing rows become 0.
    /// Columns are a multiple of 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromRows(float* rows, long stride, int count, int columns, float* group)
    {
        int whole = Vector128.IsHardwareAccelerated ? count & ~3 : 0;
        for (int column = 0; column < columns; column += 4)
        {
            float* target = group + ((long)column * Lanes);
            for (int lane = 0; lane < whole; lane += 4)
            {
                float* source = rows + (lane * stride) + column;
                Transpose(Vector128.Load(source), Vector128.Load(source + stride), Vector128.Load(source + (2 * stride)), Vector128.Load(source + (3 * stride)),
                    target + lane, Lanes);
            }
            for (int lane = whole; lane < Lanes; lane++)
            {
                for (int inner = 0; inner < 4; inner++)
                    target[(inner * Lanes) + lane] = lane < count ? rows[(lane * stride) + column + inner] : 0;
            }
        }
    }

    /// <summary>
    /// row_i[f] = Σ_s part_s[f, i], s ascending, for the <see cref="RowBlock"/> lanes that <paramref name="parts"/> points at; parts are
    /// <paramref name="partStride"/> apart, rows <paramref name="rowStride"/>. <paramref name="columns"/> is a multiple of 4. Parts are read one after the other, some
    /// columns at a time: memory has more of one long piece than of thirty short ones.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumToRows<TSimd>(float* parts, long partStride, int partCount, int columns, float* rows, long rowStride) where TSimd : struct, ISimd<TSimd>
    {
        float* sums = stackalloc float[SumColumns * RowBlock];
        for (int first = 0; first < columns; first += SumColumns)
        {
            int count = Math.Min(SumColumns, columns - first);
            float* part = parts + ((long)first * Lanes);
            if (partCount > 1)
            {
                Add<TSimd>(part, part + partStride, Lanes, count, sums);
                for (int number = 2; number < partCount; number++)
                    Add<TSimd>(sums, part + (number * partStride), RowBlock, count, sums);
                ToRows(sums, RowBlock, count, rows + first, rowStride);
            }
            else
            {
                ToRows(part, Lanes, count, rows + first, rowStride);
            }
        }
    }

    /// <summary>a + b [columns, RowBlock], columns of a being <paramref name="aStride"/> apart, those of b Lanes, those of the sums RowBlock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TSimd>(float* a, float* b, int aStride, int columns, float* sums) where TSimd : struct, ISimd<TSimd>
    {
        for (int column = 0; column < columns; column++, a += aStride, b += Lanes, sums += RowBlock)
        {
            for (int lane = 0; lane < RowBlock; lane += TSimd.Width)
                (TSimd.Load(a + lane) + TSimd.Load(b + lane)).Store(sums + lane);
        }
    }

    /// <summary>Columns [columns, RowBlock], <paramref name="stride"/> apart, become rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRows(float* source, int stride, int columns, float* rows, long rowStride)
    {
        for (int column = 0; column < columns; column += 4, source += 4 * stride)
        {
            for (int lane = 0; lane < RowBlock; lane += 4)
            {
                float* from = source + lane, target = rows + (lane * rowStride) + column;
                if (Vector128.IsHardwareAccelerated)
                {
                    Transpose(Vector128.Load(from), Vector128.Load(from + stride), Vector128.Load(from + (2 * stride)), Vector128.Load(from + (3 * stride)), target, rowStride);
                    continue;
                }
                for (int row = 0; row < 4; row++)
                {
                    for (int inner = 0; inner < 4; inner++)
                        target[(row * rowStride) + inner] = from[(inner * stride) + row];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d, float* target, long stride)
    {
        Vector128<float> ac = Low(a, c), bd = Low(b, d);
        Low(ac, bd).Store(target);
        High(ac, bd).Store(target + stride);
        (ac, bd) = (High(a, c), High(b, d));
        Low(ac, bd).Store(target + (2 * stride));
        High(ac, bd).Store(target + (3 * stride));
    }

    /// <summary>a0 b0 a1 b1: one instruction, where the runtime has no portable word for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> a, Vector128<float> b)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            return System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b);
        if (System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported)
            return System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipLow(a, b);
        return Vector128.Create(a[0], b[0], a[1], b[1]);
    }

    /// <summary>a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> a, Vector128<float> b)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            return System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b);
        if (System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported)
            return System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.ZipHigh(a, b);
        return Vector128.Create(a[2], b[2], a[3], b[3]);
    }
}
