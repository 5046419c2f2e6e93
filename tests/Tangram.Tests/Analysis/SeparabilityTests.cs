namespace Tangram.Tests;

public sealed class SeparabilityTests : IDisposable
{
    private readonly Workers _workers = new(3);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void Silhouette_and_purity_are_those_of_plain_loops_with_groups_left_out()
    {
        const int Count = 40, Width = 5;
        int[] labels = Numbers.Integers(Count, 4, 1), groups = Numbers.Integers(Count, 15, 2);
        float[] rows = [.. Enumerable.Range(0, Count).SelectMany(image => Numbers.Row(Width, (ulong)(image + 1)).Select((value, column) => value + (column == labels[image] ? 1.5f : 0)))];
        ImageSet images = ImageSet.FromStore("rows", ImageShape.Row(Width), ValueStore.Of(rows), labels, ["a", "b", "c", "d", "none"], groups);
        using FloatMatrix matrix = Given.Matrix([.. rows.Chunk(Width)]);
        Separability found = Assert.Single(Separability.Of([VectorSpace.OfRows("rows", matrix)], images, _workers));

        var (silhouettes, pure) = (new List<double>(), 0);
        for (int image = 0; image < Count; image++)
        {
            int[] others = [.. Enumerable.Range(0, Count).Where(other => groups[other] != groups[image])];
            double Distance(int other) => 1 - Cosine(rows, image, other, Width);
            pure += labels[others.MinBy(Distance)] == labels[image] ? 1 : 0;
            Dictionary<int, double> means = others.GroupBy(other => labels[other]).ToDictionary(group => group.Key, group => group.Average(Distance));
            if (!means.TryGetValue(labels[image], out double a))
                continue;
            double b = means.Where(mean => mean.Key != labels[image]).Min(mean => mean.Value);
            silhouettes.Add((b - a) / Math.Max(a, b));
        }
        Assert.Equal("rows", found.Space);
        Assert.Equal(silhouettes.Average(), found.Silhouette, 1e-5);
        Assert.Equal((double)pure / Count, found.Purity, 1e-12);
        foreach (var (value, estimate) in new[] { (found.Silhouette, found.SilhouetteEstimate), (found.Purity, found.PurityEstimate) })
            Assert.True(estimate.Mean == value && estimate.Low < value && value < estimate.High);
    }

    [Fact]
    public void Tight_classes_have_a_silhouette_of_one_and_mixed_ones_none()
    {
        using FloatMatrix apart = Given.Matrix([1, 0], [2, 0], [0, 1], [0, 3]), same = Given.Matrix([1, 0], [1, 0], [1, 0], [1, 0]);
        ImageSet images = ImageSet.FromRows("four", 1, new float[4], new[] { 0, 0, 1, 1 });
        Separability[] found = Separability.Of([VectorSpace.OfRows("apart", apart), VectorSpace.OfRows("same", same)], images, _workers);
        Assert.Equal((1, 1), (found[0].Silhouette, found[0].Purity));
        Assert.Equal(0, found[1].Silhouette, 1e-6);
    }

    [Fact]
    public void One_class_or_no_labels_give_none_and_a_class_of_one_image_counts_in_purity_only()
    {
        using FloatMatrix matrix = Given.Matrix([1, 0], [2, 0.1f], [0, 1]);
        VectorSpace[] spaces = [VectorSpace.OfRows("rows", matrix)];
        Assert.Empty(Separability.Of(spaces, ImageSet.FromRows("one", 1, new float[3], new int[3], ["a", "b"]), _workers));
        Assert.Empty(Separability.Of(spaces, ImageSet.FromRows("none", 1, new float[3]), _workers));
        Separability found = Separability.Of(spaces, ImageSet.FromRows("two", 1, new float[3], new[] { 0, 0, 1 }), _workers)[0];
        Assert.InRange(found.Silhouette, 0.9, 1); // of the first two
        Assert.Equal(2 / 3.0, found.Purity, 1e-12);
    }

    [Fact]
    public void Chance_is_the_sum_of_squared_shares() =>
        Assert.Equal(0.25 + 0.0625 + 0.0625, Separability.Chance(ImageSet.FromRows("rows", 1, new float[4], new[] { 0, 2, 0, 1 })), 1e-12);

    private static double Cosine(float[] rows, int a, int b, int width)
    {
        double Dot(int i, int j) => Enumerable.Range(0, width).Sum(column => (double)rows[(i * width) + column] * rows[(j * width) + column]);
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }
}
