namespace Tangram.Tests;

public sealed class ImageComponentsTests
{
    [Fact]
    public void Images_that_vary_in_few_directions_come_back_from_their_projections()
    {
        float[] first = Numbers.Row(40, 1), second = Numbers.Row(40, 2);
        float[] rows = [.. Enumerable.Range(0, 50).SelectMany(image => first.Zip(second, (a, b) => (a * (image % 7)) + (b * (image % 5)) + 0.5f))];
        ImageSet images = ImageSet.FromRows("plane", 40, rows);
        using var workers = new Workers(2);
        using ImageComponents components = ImageComponents.Of(images, workers);
        Assert.Equal(2, components.Count);
        using FloatMatrix projections = components.Project(images, workers);
        for (int image = 0; image < images.Count; image++)
            Assert.All(components.Reconstruct(projections.Row(image)).Zip(rows[(40 * image)..]), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public void The_leading_ones_are_the_first_of_them()
    {
        using var workers = new Workers(1);
        using ImageComponents all = ImageComponents.Of(ImageSet.Open("sample:test").Subset("some", [.. Enumerable.Range(0, 40)]), workers), few = all.Leading(3), every = all.Leading(99);
        Assert.Equal((39, 3, 39), (all.Count, few.Count, every.Count));
        for (int row = 0; row < few.Count; row++)
            Assert.Equal(all.Components.Row(row).ToArray(), few.Components.Row(row).ToArray());
    }

    [Fact]
    public void A_single_image_has_none()
    {
        using var workers = new Workers(1);
        using ImageComponents components = ImageComponents.Of(ImageSet.Open("sample:test").Subset("one", [0]), workers);
        Assert.Equal(0, components.Count);
    }
}
