namespace Tangram.Tests;

public sealed class SnapshotComponentsTests
{
    [Fact]
    public void They_are_the_components_that_the_other_method_finds()
    {
        ImageSet images = ImageSet.Open("sample:test").Subset("some", [.. Enumerable.Range(0, 300)]);
        using var workers = new Workers(2);
        using FloatMatrix expected = PrincipalComponents.Of(images, 12, 0, workers);
        using ImageComponents components = ImageComponents.Of(images, workers, 40);
        Assert.Equal(40, components.Count);
        for (int component = 0; component < expected.Rows; component++)
            Assert.Equal(1, Math.Abs(Correlation.Cosine(expected.Row(component), components.Components.Row(component))), 1e-3);
        AssertOrthonormal(components.Components);
    }

    [Fact]
    public void All_of_them_rebuild_every_image()
    {
        ImageSet images = ImageSet.Open("sample:test").Subset("few", [.. Enumerable.Range(0, 30)]);
        using var workers = new Workers(2);
        using ImageComponents components = ImageComponents.Of(images, workers, 400);
        Assert.Equal(29, components.Count);
        AssertOrthonormal(components.Components);
        using FloatMatrix projections = components.Project(images, workers);
        for (int image = 0; image < images.Count; image++)
        {
            var original = new float[images.Shape.Length];
            images.CopyTo(image, original);
            Assert.InRange(Correlation.SquaredError(original, components.Reconstruct(projections.Row(image))), 0, 1e-4);
        }
    }

    [Fact]
    public void Copies_have_as_many_as_there_are_different_images()
    {
        ImageSet images = ImageSet.Open("sample:test").Subset("copies", [.. Enumerable.Range(0, 600).Select(index => index % 5)]);
        using var workers = new Workers(2);
        using ImageComponents components = ImageComponents.Of(images, workers, 50);
        Assert.Equal(4, components.Count);
        AssertOrthonormal(components.Components);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(25)]
    public void Images_that_do_not_vary_have_none(int count)
    {
        using var workers = new Workers(1);
        using ImageComponents components = ImageComponents.Of(ImageSet.FromRows("alike", 3, Enumerable.Repeat(0.25f, 3 * count).ToArray()), workers, 5);
        Assert.Equal(0, components.Count);
        Assert.Equal([0.25f, 0.25f, 0.25f], components.Reconstruct([]));
    }

    [Fact]
    public void They_do_not_depend_on_the_number_of_threads()
    {
        ImageSet images = ImageSet.Open("sample:test").Subset("some", [.. Enumerable.Range(0, 100)]);
        float[][] Rows(int threads)
        {
            using var workers = new Workers(threads);
            using ImageComponents components = ImageComponents.Of(images, workers, 20);
            return [.. Enumerable.Range(0, components.Count).Select(row => components.Components.Row(row).ToArray())];
        }
        Assert.Equal(Rows(1), Rows(3));
    }

    private static void AssertOrthonormal(FloatMatrix rows)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            for (int other = 0; other <= row; other++)
                Assert.Equal(row == other ? 1 : 0, System.Numerics.Tensors.TensorPrimitives.Dot<float>(rows.Row(row), rows.Row(other)), 2e-3);
        }
    }
}
