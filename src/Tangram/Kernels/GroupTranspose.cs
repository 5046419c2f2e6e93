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
    /// <paramref name="partStride"/> apart, rows <paramref name="rowStride"/>. <paramref name="columns"/> is a multiple of 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumToRows(float* parts, long partStride, int partCount, int columns, float* rows, long rowStride)
    {
        for (int column = 0; column < columns; column += 4)
        {
            float* source = parts + ((long)column * Lanes);
            for (int lane = 0; lane < RowBlock; lane += 4)
            {
                if (!Vector128.IsHardwareAccelerated)
                {
                    SumScalars(source + lane, partStride, partCount, rows + (lane * rowStride) + column, rowStride);
                    continue;
                }
                Vector128<float> a = Vector128.Load(source + lane), b = Vector128.Load(source + lane + Lanes);
                Vector128<float> c = Vector128.Load(source + lane + (2 * Lanes)), d = Vector128.Load(source + lane + (3 * Lanes));
                for (int part = 1; part < partCount; part++)
                {
                    float* next = source + lane + (part * partStride);
                    a += Vector128.Load(next);
                    b += Vector128.Load(next + Lanes);
                    c += Vector128.Load(next + (2 * Lanes));
                    d += Vector128.Load(next + (3 * Lanes));
                }
                Transpose(a, b, c, d, rows + (lane * rowStride) + column, rowStride);
            }
        }
    }

    private static void SumScalars(float* source, long partStride, int partCount, float* rows, long rowStride)
    {
        for (int lane = 0; lane < 4; lane++)
        {
            for (int inner = 0; inner < 4; inner++)
            {
                float sum = source[(inner * Lanes) + lane];
                for (int part = 1; part < partCount; part++)
                    sum += source[(part * partStride) + (inner * Lanes) + lane];
                rows[(lane * rowStride) + inner] = sum;
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
