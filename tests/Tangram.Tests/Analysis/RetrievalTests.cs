namespace Tangram.Tests;

/// <summary>Precision@10 against plain loops over all pairs.</summary>
public sealed class RetrievalTests
{
    private const int Count = 90, Width = 6;
    private static readonly int[] s_labels = [.. Enumerable.Range(0, Count).Select(image => image % 5 == 0 ? 2 : image % 3 == 0 ? 0 : 3)]; // uneven, and class 1 is empty

    [Fact]
    public void Precision_is_that_of_plain_loops_with_groups_left_out()
    {
        float[] rows = Rows(1, classes: true), others = Rows(2, classes: false);
        // Three images of a group, some of two classes.
        ImageSet images = Grouped(rows, [.. Enumerable.Range(0, Count).Select(image => image / 3)]);
        Retrieval retrieval = Of(images, rows, others)!;
        Assert.Equal((Count, 3), (retrieval.Queries, retrieval.Classes));
        Assert.Equal(["rows 0", "rows 1"], retrieval.Spaces.Select(space => space.Space), StringComparer.Ordinal);
        double own = Plain(rows, images), other = Plain(others, images);
        Assert.Equal(own, retrieval.Spaces[0].Precision.Mean, 1e-12);
        Assert.Equal(other, retrieval.Spaces[1].Precision.Mean, 1e-12);
        Assert.Equal(own - other, Assert.Single(retrieval.Differences).Mean, 1e-12);
        Assert.True(own > other + 0.1); // else this would show nothing
        Assert.All(retrieval.Spaces.Select(space => space.Precision).Concat(retrieval.Differences), estimate => Assert.True(estimate.Low < estimate.Mean && estimate.Mean < estimate.High));
        Assert.True(retrieval.Differences[0].Low > 0);
        Assert.InRange(retrieval.Chance, retrieval.Spaces[1].Precision.Low, retrieval.Spaces[1].Precision.High);
    }

    [Fact]
    public void A_space_differs_from_itself_by_nothing_whatever_the_resample()
    {
        float[] rows = Rows(1, classes: true);
        Retrieval retrieval = Of(Grouped(rows, null), rows, rows)!;
        Assert.Equal(new Estimate(0, 0, 0), Assert.Single(retrieval.Differences));
        Assert.Equal(retrieval.Spaces[0].Precision, retrieval.Spaces[1].Precision);
    }

    [Fact]
    public void The_interval_covers_what_resampling_in_another_way_covers()
    {
        // Queries of two classes whose precisions are 1 and 0 at random: the standard error of a class's mean is √(p (1 − p) / n).
        float[] rows = Rows(1, classes: true);
        ImageSet images = Grouped(rows, null);
        Estimate estimate = Of(images, rows)!.Spaces[0].Precision;
        double[][] perClass = [.. PlainPerQuery(rows, images).Zip(s_labels).GroupBy(one => one.Second, one => one.First).Select(one => one.ToArray())];
        double error = Math.Sqrt(perClass.Sum(values => values.Sum(value => Math.Pow(value - values.Average(), 2)) / values.Length / values.Length)) / perClass.Length;
        Assert.Equal(1.96 * error, (estimate.High - estimate.Low) / 2, 0.2 * error);
    }

    [Fact]
    public void The_number_of_threads_has_no_say()
    {
        float[] rows = Rows(1, classes: true);
        ImageSet images = Grouped(rows, null);
        Retrieval one = Of(images, 1, rows)!, three = Of(images, 3, rows)!;
        Assert.Equal(one.Spaces, three.Spaces);
    }

    [Fact]
    public void Of_many_images_a_thousand_are_asked_for()
    {
        const int Many = 1500;
        float[] rows = [.. Enumerable.Range(0, Many * Width).Select(index => (float)new CounterRandom(3, RandomPurpose.Shuffle).Normal((ulong)index))];
        ImageSet images = ImageSet.FromRows("many", Width, rows, Enumerable.Range(0, Many).Select(image => image % 4).ToArray());
        Retrieval retrieval = Of(images, rows)!;
        Assert.Equal((1000, 4), (retrieval.Queries, retrieval.Classes));
        Assert.InRange(retrieval.Spaces[0].Precision.Mean, 0.2, 0.3); // of no use: chance
        Assert.Equal((Many / 4.0 - 1) / (Many - 1), retrieval.Chance, 1e-12);
    }

    [Fact]
    public void Nothing_is_said_without_labels_with_one_class_or_with_too_few_images()
    {
        float[] rows = Rows(1, classes: true);
        Assert.Null(Of(ImageSet.FromRows("unlabelled", Width, rows), rows));
        Assert.Null(Of(ImageSet.FromRows("one class", Width, rows, new int[Count]), rows));
        float[] few = rows[..(10 * Width)];
        Assert.Null(Of(ImageSet.FromRows("few", Width, few, s_labels.AsMemory(0, 10)), few));
        float[] enough = rows[..(11 * Width)];
        Assert.NotNull(Of(ImageSet.FromRows("enough", Width, enough, s_labels.AsMemory(0, 11)), enough));
        Assert.Null(Of(Grouped(rows, new int[Count]), rows)); // all of one group
    }

    [Fact]
    public void The_nearest_images_of_equal_cosine_are_those_of_the_lowest_numbers_and_zeros_are_like_none()
    {
        float[] rows = [1, 0, 0, 1, 2, 0, 0, 0, 3, 0, 1, 1];
        ImageSet images = ImageSet.FromRows("rows", 2, rows);
        using var workers = new Workers(2);
        int[][] nearest = NearestImages.Of(VectorSpace.OfPixels("rows", images, new float[2]), images, [0, 3], 4, workers, TestContext.Current.CancellationToken);
        Assert.Equal([2, 4, 5, 1], nearest[0]);
        Assert.Equal([0, 1, 2, 4], nearest[1]);
    }

    private static Retrieval? Of(ImageSet images, params float[][] spaces) => Of(images, 2, spaces);

    private static Retrieval? Of(ImageSet images, int threads, params float[][] spaces)
    {
        using var workers = new Workers(threads);
        return Retrieval.Of([.. spaces.Select((rows, index) => VectorSpace.OfPixels($"rows {index}", ImageSet.FromRows("rows", Width, rows), new float[Width]))],
            images, workers, TestContext.Current.CancellationToken);
    }

    private static ImageSet Grouped(float[] rows, int[]? groups) =>
        ImageSet.FromStore("grouped", ImageShape.Row(Width), ValueStore.Of((ReadOnlyMemory<float>)rows), s_labels, ["a", "none", "b", "c"], groups);

    /// <summary>Random rows; with <paramref name="classes"/> drawn towards a direction of their class.</summary>
    private static float[] Rows(ulong seed, bool classes)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        return [.. Enumerable.Range(0, Count * Width).Select(index => (float)random.Normal((ulong)index) + (classes && index % Width == s_labels[index / Width] ? 1.2f : 0))];
    }

    private static double Plain(float[] rows, ImageSet images) =>
        PlainPerQuery(rows, images).Zip(s_labels).GroupBy(one => one.Second, one => one.First).Average(values => values.Average());

    private static double[] PlainPerQuery(float[] rows, ImageSet images)
    {
        double Cosine(int a, int b)
        {
            double Product(int x, int y) => Enumerable.Range(0, Width).Sum(column => (double)rows[(x * Width) + column] * rows[(y * Width) + column]);
            return Product(a, b) / Math.Sqrt(Product(a, a) * Product(b, b));
        }
        return [.. Enumerable.Range(0, Count).Select(query => Enumerable.Range(0, Count).Where(image => images.Group(image) != images.Group(query))
            .OrderByDescending(image => Cosine(query, image)).Take(10).Average(image => s_labels[image] == s_labels[query] ? 1.0 : 0))];
    }
}
