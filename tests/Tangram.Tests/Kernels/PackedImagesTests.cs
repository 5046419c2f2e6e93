namespace Tangram.Tests;

public sealed unsafe class PackedImagesTests
{
    private const int Lanes = GroupProduct.Lanes, Columns = 80, Features = 24;

    public static TheoryData<string> Products => ["fp32", nameof(Bf16Unit.Avx512), nameof(Bf16Unit.Amx), "stand-in"];

    [Theory, MemberData(nameof(Products))]
    public void Groups_with_many_zeros_or_none_give_the_plain_products(string product)
    {
        Bf16Product? bf16 = product switch
        {
            "fp32" => null,
            "stand-in" => Bf16Units.OpenStandIn(), // AMX, which takes all columns
            _ => Bf16Units.Open(product),
        };
        using var packed = new PackedImages(3, Columns);
        using FloatMatrix weights = Numbers.Matrix(Features, Columns, 1), sums = new(Features, Lanes);
        foreach (int width in new[] { 16, 48, Columns })
        {
            FloatMatrix[] groups = [.. new[] { 0.0, 0.7, 1.0 }.Select(zeros => Images(width, zeros))];
            for (int slot = 0; slot < groups.Length; slot++)
                packed.Pack<Simd128>(slot, groups[slot].Pointer, groups[slot].Stride, groups[slot].Rows, width, bf16);
            for (int slot = 0; slot < groups.Length; slot++)
            {
                Multiply(packed, bf16, slot, weights, width, sums, add: false);
                Check(groups[slot], weights, sums, width, bf16 is not null, times: 1);
                Multiply(packed, bf16, slot, weights, width, sums, add: true);
                Check(groups[slot], weights, sums, width, bf16 is not null, times: 2);
                int columns = packed.ColumnsOf(slot);
                if (bf16 is { ChoosesPairs: false })
                    Assert.Equal(FloatMatrix.RoundUp(width, Bf16.ColumnUnit), columns);
                else
                    Assert.InRange(columns, slot == 0 ? width : 0, slot == 0 ? width : slot == 1 ? width - 1 : 0);
                groups[slot].Dispose();
            }
        }
    }

    /// <summary>Of 29 images the share of columns that are 0 in all of them.</summary>
    private static FloatMatrix Images(int width, double zeros)
    {
        FloatMatrix images = Numbers.Matrix(29, width, 2);
        for (int column = 0; column < width * zeros; column++)
        {
            for (int image = 0; image < images.Rows; image++)
                images.Row(image)[(column + 3) % width] = 0;
        }
        return images;
    }

    private static void Multiply(PackedImages packed, Bf16Product? bf16, int slot, FloatMatrix weights, int width, FloatMatrix sums, bool add)
    {
        if (bf16 is null)
        {
            packed.Multiply<Simd128>(slot, weights.Pointer, weights.Stride, Features, sums.Pointer, add);
            return;
        }
        int stride = FloatMatrix.RoundUp(width, Bf16.ColumnUnit);
        using var rounded = new NativeBuffer<ushort>(Features * stride);
        for (int row = 0; row < Features; row++)
            bf16.Round(weights.RowPointer(row), rounded.Pointer + (row * stride), width);
        packed.Multiply(bf16, slot, rounded.Pointer, stride, Features, sums.Pointer, add);
    }

    private static void Check(FloatMatrix images, FloatMatrix weights, FloatMatrix sums, int width, bool isRounded, int times)
    {
        float Seen(float value) => isRounded ? Bf16.Widen(Bf16.Round(value)) : value;
        for (int feature = 0; feature < Features; feature++)
        {
            for (int lane = 0; lane < Lanes; lane++)
            {
                float[] image = lane < images.Rows ? [.. images.Row(lane).ToArray().Select(Seen)] : new float[width], row = [.. weights.Row(feature)[..width].ToArray().Select(Seen)];
                double magnitude = GroupProduct.Reference(Array.ConvertAll(image, Math.Abs), Array.ConvertAll(row, Math.Abs));
                Numbers.SumIsClose(times * GroupProduct.Reference(image, row), sums.Row(feature)[lane], times * width, times * magnitude);
            }
        }
    }
}
