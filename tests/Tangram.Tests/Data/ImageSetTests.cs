namespace Tangram.Tests;

public sealed class ImageSetTests
{
    private static readonly ImageShape Shape = new(2, 3, 1);
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 24).Select(value => (byte)(value * 10))];
    private static readonly int[] Labels = [1, 0, 2, 1];

    [Fact]
    public void Pixels_become_numbers_from_0_to_1()
    {
        ImageSet set = ImageSet.FromBytes("set", Shape, new byte[] { 0, 255, 51, 102, 1, 254 });
        var values = new float[6];
        set.CopyTo(0, values);
        Assert.Equal([0, 1, 51 / 255f, 102 / 255f, 1 / 255f, 254 / 255f], values);
        Assert.Equal(1, set.Count);
        Assert.False(set.HasLabels);
        Assert.Empty(set.ClassNames);
        Assert.Throws<InvalidOperationException>(() => set.Label(0));
    }

    [Fact]
    public void Rows_stay_as_they_are()
    {
        ImageSet set = ImageSet.FromRows("rows", 3, new float[] { 1, -2, 3.5f, 1e30f, 0, -0f });
        var values = new float[3];
        set.CopyTo(1, values);
        Assert.Equal([1e30f, 0, -0f], values);
        Assert.Equal(2, set.Count);
        Assert.False(set.Shape.IsImage);
        Assert.Equal(3, set.Shape.Length);
    }

    [Fact]
    public void Labels_belong_to_their_images_and_classes_have_names()
    {
        ImageSet numbered = ImageSet.FromBytes("set", Shape, Pixels, Labels);
        Assert.Equal(["0", "1", "2"], numbered.ClassNames);
        Assert.Equal(Labels, Enumerable.Range(0, 4).Select(numbered.Label));
        ImageSet named = ImageSet.FromBytes("set", Shape, Pixels, Labels, ["cat", "dog", "bird", "fish"]);
        Assert.Equal("dog", named.ClassNames[named.Label(0)]);
    }

    [Fact]
    public void Halves_take_turns_and_never_part_a_group()
    {
        var rows = ValueStore.Of((ReadOnlyMemory<float>)new float[9]);
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1, 0], ImageSet.FromStore("set", ImageShape.Row(1), rows).Halves());
        Assert.Equal([0, 0, 0, 1, 1, 0, 1, 1, 1], ImageSet.FromStore("set", ImageShape.Row(1), rows, groups: [7, 7, 7, 2, 2, 7, 5, 2, 5]).Halves());
    }

    [Fact]
    public void Later_changes_of_the_callers_labels_change_nothing()
    {
        int[] mine = [.. Labels];
        ImageSet set = ImageSet.FromBytes("set", Shape, Pixels, mine);
        mine[0] = 99;
        Assert.Equal(1, set.Label(0));
    }

    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(2, -3, 1)]
    [InlineData(2, 3, 2)]
    [InlineData(5, 3, 1)]
    [InlineData(65536, 65536, 1)]
    [InlineData(int.MaxValue, int.MaxValue, 3)]
    public void Shapes_that_dont_fit_the_pixels_are_refused(int width, int height, int channels)
    {
        var exception = Assert.Throws<InputException>(() => ImageSet.FromBytes("my set", new ImageShape(width, height, channels), Pixels));
        Assert.Contains("my set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_that_dont_fit_are_refused()
    {
        foreach (int[] labels in new int[][] { [], [1, 2, 3], [0, 1, 2, 3, 4], [0, -1, 0, 0], [-5, -5, -5, -5], [0, 0, 0, int.MaxValue] })
        {
            var exception = Assert.Throws<InputException>(() => ImageSet.FromBytes("my set", Shape, Pixels, labels));
            Assert.Contains("my set", exception.Message, StringComparison.Ordinal);
        }
        Assert.Throws<InputException>(() => ImageSet.FromBytes("set", Shape, Pixels, Labels, ["too", "few"]));
        Assert.Throws<InputException>(() => ImageSet.FromBytes("set", Shape, Array.Empty<byte>()));
    }

    [Fact]
    public void Rows_that_dont_fit_or_arent_finite_are_refused()
    {
        Assert.Throws<InputException>(() => ImageSet.FromRows("rows", 3, new float[4]));
        Assert.Throws<InputException>(() => ImageSet.FromRows("rows", 0, new float[4]));
        Assert.Throws<InputException>(() => ImageSet.FromRows("rows", -1, new float[4]));
        Assert.Throws<InputException>(() => ImageSet.FromRows("rows", 3, Array.Empty<float>()));
        foreach (float broken in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var exception = Assert.Throws<InputException>(() => ImageSet.FromRows("my rows", 2, new[] { 0, 0, 0, broken }));
            Assert.Contains("row 1, value 1", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_subset_has_the_chosen_images_in_the_chosen_order_and_so_has_a_subset_of_it()
    {
        ImageSet set = ImageSet.FromBytes("set", Shape, Pixels, Labels);
        ImageSet subset = set.Subset("part", [3, 1, 1]), again = subset.Subset("part of the part", [2, 0]);
        Assert.Equal("part", subset.Name);
        Assert.Equal(3, subset.Count);
        Assert.Equal([1, 0, 0], Enumerable.Range(0, 3).Select(subset.Label));
        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(again.Label));
        Assert.Equal(Values(set, 3), Values(again, 1));
        Assert.Equal(Values(set, 1), Values(again, 0));
    }

    [Fact]
    public void A_subset_of_nothing_or_of_images_that_arent_there_is_refused()
    {
        ImageSet set = ImageSet.FromBytes("set", Shape, Pixels);
        Assert.Throws<InputException>(() => set.Subset("none", []));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Subset("beyond", [0, 4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Subset("before", [-1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Subset("part", [2]).Subset("beyond the part", [1]));
    }

    [Fact]
    public void A_sample_is_the_same_each_time_and_in_order()
    {
        ImageSet set = ImageSet.Open("sample:test");
        ImageSet sample = set.Sample(100);
        Assert.Equal(100, sample.Count);
        Assert.Equal(sample.Fingerprint, ImageSet.Open("sample:test").Sample(100).Fingerprint);
        Assert.Same(set, set.Sample(500));
    }

    [Fact]
    public void The_fingerprint_depends_on_pixels_labels_order_and_shape_and_on_nothing_else()
    {
        ImageSet set = ImageSet.FromBytes("set", Shape, Pixels, Labels);
        byte[] otherPixels = [.. Pixels];
        otherPixels[23]++;
        string[] different =
        [
            set.Fingerprint,
            ImageSet.FromBytes("set", Shape, otherPixels, Labels).Fingerprint,
            ImageSet.FromBytes("set", Shape, Pixels, new[] { 1, 0, 2, 0 }).Fingerprint,
            ImageSet.FromBytes("set", Shape, Pixels).Fingerprint,
            ImageSet.FromBytes("set", new ImageShape(3, 2, 1), Pixels, Labels).Fingerprint,
            ImageSet.FromBytes("set", new ImageShape(2, 1, 3), Pixels, Labels).Fingerprint,
            set.Subset("set", [1, 0, 2, 3]).Fingerprint,
            set.Subset("set", [0, 1, 2]).Fingerprint,
            ImageSet.FromRows("set", 6, Array.ConvertAll(Pixels, pixel => pixel / 255f), Labels).Fingerprint,
        ];
        Assert.Equal(different.Length, different.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(set.Fingerprint, ImageSet.FromBytes("another name", Shape, Pixels.ToArray(), Labels).Fingerprint);
        Assert.Equal(set.Fingerprint, set.Subset("copy", [3, 2, 1, 0]).Subset("back", [3, 2, 1, 0]).Fingerprint);
    }

    private static float[] Values(ImageSet set, int index)
    {
        var values = new float[set.Shape.Length];
        set.CopyTo(index, values);
        return values;
    }
}
