namespace Tangram.Tests;

[TestsKernels("encode")]
public sealed class EncodeKernelTests(OpenClPrograms programs) : KernelTests(programs)
{
    private const int FirstImage = 3, Member = 1;

    private static readonly int[] Columns = [1, 15, 16, 17, 40, 70];

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Pre_activations_on_both_sides_of_tiles_borders_are_the_plain_products(int group, bool isMixed)
    {
        int combination = 0, tile = Array.Find(OpenClPrograms.Layouts, layout => layout.Group == group)!.Tile;
        int[] sizes = [.. new[] { 1, tile - 1, tile, tile + 1, (2 * tile) + 1 }.Where(size => size > 0).Distinct()];
        foreach (int images in sizes)
        {
            foreach (int features in sizes)
            {
                bool isScaled = combination % 2 == 0;
                Check(group, isMixed, images, features, Columns[combination++ % Columns.Length], isScaled);
            }
        }
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void Every_number_of_columns_is_summed_up(int group, bool isMixed)
    {
        for (int columns = 1; columns <= 50; columns++)
            Check(group, isMixed, 5, 7, columns, isScaled: columns % 2 == 0);
    }

    [Theory, MemberData(nameof(GroupsAndPrecisions))]
    public void An_image_with_a_NaN_spoils_its_own_pre_activations_alone(int group, bool isMixed)
    {
        const int Images = 6, Features = 9, Spoiled = 2;
        using KernelBench bench = Bench(group, isMixed);
        FloatMatrix images = bench.Matrix(Images, 20, 1), weights = bench.Matrix(Features, 20, 2);
        images.Row(Spoiled)[19] = float.NaN;
        OpenClBuffer<float> ones = bench.Buffer<float>([.. Enumerable.Repeat(1f, Features)]), target = bench.Marked(Images * Features);
        Run(bench, images, weights, ones, isScaled: true, ones, member: 0, target, 0, Images);
        float[] actual = target.Read();
        for (int place = 0; place < actual.Length; place++)
            Assert.Equal(place / Features == Spoiled, float.IsNaN(actual[place]));
    }

    [Theory, MemberData(nameof(Groups))]
    public void Half_precision_sums_up_no_more_than_a_tiles_columns(int group)
    {
        int combination = 0, differ = 0;
        foreach (int images in new[] { 1, 9, 65 })
        {
            foreach (int columns in new[] { 1, 16, 17, 70, 784 })
                differ += Check(group, isMixed: true, images, 11, columns, isScaled: combination++ % 2 == 0, isHalf: true);
        }
        Assert.True(differ > 1000, $"only {differ} numbers tell it from single precision");
    }

    /// <summary>Returns how many pre-activations are further from the plain product than single precision can take them.</summary>
    private int Check(int group, bool isMixed, int count, int features, int columns, bool isScaled, bool isHalf = false)
    {
        int differ = 0;
        using KernelBench bench = Bench(group, isMixed, isHalf);
        FloatMatrix images = bench.Matrix(FirstImage + count + 1, columns, 1), weights = bench.Matrix(features, columns, 2);
        // Another member's numbers, and lengths that aren't asked for, would show.
        float[] others = [.. Enumerable.Repeat(float.NaN, features)], lengths = Numbers.Row(features, 3), offsets = Numbers.Row(features, 4);
        OpenClBuffer<float> target = bench.Marked((count + 1) * features);
        Run(bench, images, weights, bench.Buffer<float>([.. others, .. isScaled ? lengths : others]), isScaled, bench.Buffer<float>([.. others, .. offsets]), Member, target,
            FirstImage, count);
        float[] actual = target.Read();
        for (int image = 0; image < count; image++)
        {
            for (int feature = 0; feature < features; feature++)
            {
                ReadOnlySpan<float> x = images.Row(FirstImage + image), w = weights.Row(feature);
                double length = isScaled ? lengths[feature] : 1, products = 0, magnitude = Math.Abs(offsets[feature]);
                for (int column = 0; column < columns; column++)
                    products += Math.Abs(length * x[column] * w[column]);
                magnitude += products;
                double expected = (length * GroupProduct.Reference(x, w)) + offsets[feature], found = actual[(image * features) + feature];
                if (isHalf)
                {
                    // A product and as many additions as there are columns in a tile, each with half of a half's last bit, 2⁻¹¹.
                    Assert.Equal(expected, found, ((OpenClLayout.TileDepth + 1) * Math.ScaleB(products, -11)) + (columns * Math.ScaleB(1, -24)) + 1e-6);
                    differ += Math.Abs(found - expected) > (columns + 1) * Math.ScaleB(magnitude, -24) ? 1 : 0;
                }
                else
                {
                    Numbers.SumIsClose(expected, found, columns + 1, magnitude);
                }
            }
        }
        Assert.False(actual.AsSpan(count * features).ContainsAnyExcept(KernelBench.Mark));
        return differ;
    }

    private static void Run(KernelBench bench, FloatMatrix images, FloatMatrix weights, OpenClBuffer<float> lengths, bool isScaled, OpenClBuffer<float> offsets, int member,
        OpenClBuffer<float> target, int firstImage, int count)
    {
        int tile = bench.Layout.Tile, items = bench.Layout.TileItems;
        bench.Run("encode", [(weights.Rows + tile - 1) / tile * items, (count + tile - 1) / tile * items], [items, items], bench.Stored(images), bench.Stored(weights), lengths,
            isScaled, offsets, member, target, firstImage, count, weights.Rows, images.Stride);
    }
}
