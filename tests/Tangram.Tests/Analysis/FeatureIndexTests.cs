namespace Tangram.Tests;

/// <summary>The index against plain loops over dense codes.</summary>
public sealed class FeatureIndexTests
{
    private const int Images = 300, Features = 40;
    private static readonly SparseCodes s_codes = RandomCodes.Of(Images, Features, most: 9);
    private static readonly double[,] s_dense = RandomCodes.Dense(s_codes);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_strongest_images_of_a_feature_come_first_and_of_equal_ones_the_lowest_number(int threads)
    {
        FeatureIndex index = Build(threads);
        for (int feature = 0; feature < Features; feature++)
        {
            ImageActivation[] expected = [.. Active(feature).OrderByDescending(image => s_dense[image, feature]).ThenBy(image => image)
                .Select(image => new ImageActivation(image, (float)s_dense[image, feature]))];
            foreach (int count in new[] { 0, 1, 16, FeatureIndex.TopImages, FeatureIndex.TopImages + 1, Images })
                Assert.Equal(expected.Take(count), index.Top(feature, count));
        }
        Assert.Empty(index.Top(Features - 1, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Top(Features, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Top(-1, 16));
    }

    [Fact]
    public void A_feature_has_the_images_that_activate_it_ascending_and_an_image_its_code()
    {
        FeatureIndex index = Build();
        Assert.Equal((Images, Features), (index.Count, index.Features));
        Assert.Equal(Enumerable.Range(0, Features).Sum(feature => Active(feature).Length), index.NonZeros);
        for (int feature = 0; feature < Features; feature++)
        {
            Assert.Equal(Active(feature), index[feature].Images.ToArray());
            Assert.Equal(Active(feature).Select(image => (float)s_dense[image, feature]), index[feature].Activations.ToArray());
        }
        for (int image = 0; image < Images; image++)
        {
            var (features, activations) = index.Code(image);
            Assert.Equal(Enumerable.Range(0, Features).Where(feature => s_dense[image, feature] != 0), features);
            Assert.Equal(features.Select(feature => (float)s_dense[image, feature]), activations);
        }
    }

    [Fact]
    public void A_histogram_counts_every_activation_once_between_the_smallest_and_the_largest()
    {
        FeatureIndex index = Build();
        for (int feature = 0; feature < Features; feature++)
        {
            double[] values = [.. Active(feature).Select(image => s_dense[image, feature])];
            var (smallest, largest, counts) = index.Histogram(feature);
            Assert.Equal(FeatureIndex.Bins, counts.Count);
            Assert.Equal(values.Length, counts.Sum());
            if (values.Length == 0)
                continue;
            Assert.Equal((values.Min(), values.Max()), ((double)smallest, (double)largest));
            for (int bin = 0; bin < counts.Count; bin++)
            {
                double width = (largest - (double)smallest) / counts.Count, low = smallest + (bin * width);
                Assert.Equal(values.Count(value => value >= low && (value < low + width || bin == counts.Count - 1)), counts[bin]);
            }
        }
    }

    [Fact]
    public void Features_that_are_active_together_are_ranked_by_their_jaccard_index()
    {
        FeatureIndex index = Build();
        for (int feature = 0; feature < Features; feature++)
        {
            int[] own = Active(feature);
            SimilarFeature[] expected = [.. Enumerable.Range(0, Features).Where(other => other != feature && own.Intersect(Active(other)).Any())
                .Select(other => new SimilarFeature(other, (float)(own.Intersect(Active(other)).Count() / (double)own.Union(Active(other)).Count())))
                .OrderByDescending(one => one.Similarity).ThenBy(one => one.Feature).Take(FeatureIndex.Neighbours)];
            Assert.Equal(expected, index.Together(feature));
        }
        Assert.Empty(index.Together(Features - 1));
    }

    [Fact]
    public void Features_that_look_alike_are_ranked_by_the_cosine_of_their_decoder_rows()
    {
        SparseAutoencoder dictionary = Make.Full(new ImageShape(5, 4, 1), Features, 4, 1)[0];
        dictionary.Decoder.Row(7).Clear();
        FeatureIndex index = FeatureIndex.Build(s_codes, dictionary, threads: 2, TestContext.Current.CancellationToken);
        double Cosine(int a, int b)
        {
            float[] x = dictionary.Feature(a), y = dictionary.Feature(b);
            double Product(float[] one, float[] other) => one.Zip(other, (p, q) => (double)p * q).Sum();
            return Product(x, y) / Math.Sqrt(Product(x, x) * Product(y, y));
        }
        foreach (int feature in new[] { 0, 1, Features - 1 })
        {
            (int Feature, double Cosine)[] expected = [.. Enumerable.Range(0, Features).Where(other => other != feature && other != 7).Select(other => (other, Cosine(feature, other)))
                .OrderByDescending(one => one.Item2).Take(FeatureIndex.Neighbours)];
            Assert.Equal(expected.Select(one => one.Feature), index.Alike(feature).Select(one => one.Feature));
            Assert.All(expected.Zip(index.Alike(feature)), pair => Assert.Equal(pair.First.Cosine, pair.Second.Similarity, 1e-5));
        }
        Assert.Empty(index.Alike(7)); // a row of zeros is like none
        Assert.Empty(Build().Alike(0)); // codes alone don't say how features look
    }

    [Fact]
    public void A_search_ranks_all_images_by_cosine_and_of_equal_ones_the_lowest_number_first()
    {
        FeatureIndex index = Build();
        for (int query = 0; query < Images; query += 7)
        {
            var (features, activations) = index.Code(query);
            foreach (int? except in new int?[] { null, query })
            {
                SimilarImage[] expected = [.. Enumerable.Range(0, Images).Where(image => image != except).Select(image => new SimilarImage(image, Cosine(query, image), Shared(query, image)))
                    .OrderByDescending(one => one.Cosine).ThenBy(one => one.Image)];
                Assert.Equal(expected, index.Search(features, activations, Images, except));
                Assert.Equal(expected.Take(10), index.Search(features, activations, 10, except));
            }
        }
    }

    [Fact]
    public void A_code_that_makes_no_sense_is_refused_and_an_empty_one_is_like_none()
    {
        FeatureIndex index = Build();
        Assert.All(index.Search([], [], 3), one => Assert.Equal((0.0, 0), (one.Cosine, one.Shared)));
        Assert.Throws<InputException>(() => index.Search([1], [], 3));
        Assert.Throws<InputException>(() => index.Search([Features], [1], 3));
        Assert.Throws<InputException>(() => index.Search([-1], [1], 3));
        Assert.Throws<InputException>(() => index.Search([2, 1], [1, 1], 3));
        Assert.Throws<InputException>(() => FeatureIndex.Build(s_codes, Make.Ensemble(new ImageShape(4, 4, 1), 8, 2, 1)[0], cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void One_image_without_activations_makes_an_index()
    {
        FeatureIndex index = FeatureIndex.Build(new SparseCodes(3, [0, 0], [], []), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((1, 3, 0L), (index.Count, index.Features, index.NonZeros));
        Assert.Empty(index.Top(0, 5));
        Assert.Equal([new SimilarImage(0, 0, 0)], index.Search([1], [2], 5));
    }

    private static FeatureIndex Build(int threads = 0) => FeatureIndex.Build(s_codes, threads: threads, cancellation: TestContext.Current.CancellationToken);

    private static int[] Active(int feature) => [.. Enumerable.Range(0, Images).Where(image => s_dense[image, feature] != 0)];

    private static double Cosine(int query, int image)
    {
        double Product(int a, int b) => Enumerable.Range(0, Features).Sum(feature => s_dense[a, feature] * s_dense[b, feature]);
        double product = Product(query, image);
        return product == 0 ? 0 : Math.Clamp(product / (Math.Sqrt(Product(query, query)) * Math.Sqrt(Product(image, image))), -1, 1);
    }

    private static int Shared(int query, int image) => Enumerable.Range(0, Features).Count(feature => s_dense[query, feature] != 0 && s_dense[image, feature] != 0);
}
