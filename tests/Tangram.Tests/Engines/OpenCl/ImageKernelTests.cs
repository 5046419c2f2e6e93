namespace Tangram.Tests;

[TestsKernels("read_pixels", "read_values")]
public sealed class ImageKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int Images = 3;

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Every_byte_becomes_its_pixel_and_padding_zeros(int group, bool isMixed)
    {
        float[] units = [.. Enumerable.Range(0, 256).Select(pixel => pixel / 255f)];
        foreach (int columns in new[] { 1, 15, 16, 17, 63, 64, 65, 256 })
        {
            using KernelBench bench = Bench(group, isMixed);
            byte[] pixels = [.. Enumerable.Range(0, Images * columns).Select(place => (byte)(place * 7))];
            StoredNumbers images = Target(bench, columns, out int stride);
            bench.ForColumns("read_pixels", stride, Images, bench.Buffer(pixels), bench.Buffer(units), images, columns, stride);
            Check(bench, images, columns, place => units[pixels[place]]);
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Numbers_are_kept_as_they_are_or_rounded_to_the_nearest_half(int group, bool isMixed)
    {
        // Each half that there is, the numbers halfway to the next one, and what lies around both.
        float[] halves = [.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))];
        float[] values =
        [
            .. halves.SelectMany(half => new[] { half, MathF.BitIncrement(half), MathF.BitDecrement(half) }),
            .. halves.Zip(halves.Skip(1), (low, high) => (low + high) / 2).SelectMany(middle => new[] { middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle) }),
            65519.996f, 65520, -65520, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon,
        ];
        using KernelBench bench = Bench(group, isMixed);
        int columns = (values.Length + Images - 1) / Images;
        Array.Resize(ref values, columns * Images);
        StoredNumbers images = Target(bench, columns, out int stride);
        bench.ForColumns("read_values", stride, Images, bench.Buffer(values), images, columns, stride);
        Check(bench, images, columns, place => values[place]);
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Rows_of_numbers_are_padded_with_zeros(int group, bool isMixed)
    {
        foreach (int columns in new[] { 1, 15, 16, 17, 63, 64, 65, 100 })
        {
            using KernelBench bench = Bench(group, isMixed);
            float[] values = Numbers.Row(Images * columns, 1);
            StoredNumbers images = Target(bench, columns, out int stride);
            bench.ForColumns("read_values", stride, Images, bench.Buffer(values), images, columns, stride);
            Check(bench, images, columns, place => values[place]);
        }
    }

    /// <summary>Marks, a row more than there are images.</summary>
    private static StoredNumbers Target(KernelBench bench, int columns, out int stride)
    {
        stride = FloatMatrix.RoundUp(columns, OpenClLayout.TileDepth);
        return bench.Stored(Enumerable.Repeat(KernelBench.Mark, (Images + 1) * stride).ToArray());
    }

    private static void Check(KernelBench bench, StoredNumbers images, int columns, Func<int, float> value)
    {
        float[] actual = images.Read();
        int stride = actual.Length / (Images + 1);
        for (int place = 0; place < actual.Length; place++)
        {
            int row = place / stride, column = place % stride;
            float expected = bench.Kept(row == Images ? KernelBench.Mark : column < columns ? value((row * columns) + column) : 0);
            if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(actual[place]) && !(float.IsNaN(expected) && float.IsNaN(actual[place])))
                Assert.Fail($"Image {row}, column {column} of {columns}: {actual[place]:R}, not {expected:R}.");
        }
    }
}
