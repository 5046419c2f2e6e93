namespace Tangram.Tests;

public sealed class PrincipalComponentsTests
{
    private const int Inputs = 21, Images = 400;

    /// <summary>Independent numbers of known, falling variances along random orthonormal directions: those are the components.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public void They_are_the_directions_of_most_variance(int count)
    {
        using var workers = new Workers(2);
        using var directions = new FloatMatrix(Inputs, Inputs);
        OrthogonalInitialisation.Fill(Inputs, Inputs, 7, 0, workers, (row, values) => values.CopyTo(directions.Row(row)));
        var random = new CounterRandom(3, RandomPurpose.EvaluationSample);
        var rows = new float[Images * Inputs];
        var covariance = new double[Inputs, Inputs];
        for (int image = 0; image < Images; image++)
        {
            for (int direction = 0; direction < Inputs; direction++)
            {
                double amount = Math.Pow(0.7, direction) * random.Normal((ulong)((image * Inputs) + direction));
                for (int input = 0; input < Inputs; input++)
                    rows[(image * Inputs) + input] += (float)((amount * directions.Row(direction)[input]) + (0.1 * input));
            }
        }
        ImageSet images = ImageSet.FromRows("known", Inputs, rows);
        using FloatMatrix components = PrincipalComponents.Of(images, count, 1, workers);
        Assert.Equal(count, components.Rows);
        // Against the covariance itself: C v = λ v, lengths 1, right angles, λ falling.
        double[] mean = GeometricMedian.Mean(images, workers);
        for (int image = 0; image < Images; image++)
        {
            for (int row = 0; row < Inputs; row++)
            {
                for (int column = 0; column < Inputs; column++)
                    covariance[row, column] += (rows[(image * Inputs) + row] - mean[row]) * (rows[(image * Inputs) + column] - mean[column]) / Images;
            }
        }
        double before = double.PositiveInfinity;
        for (int component = 0; component < count; component++)
        {
            float[] vector = components.Row(component).ToArray();
            double[] product = [.. Enumerable.Range(0, Inputs).Select(row => Enumerable.Range(0, Inputs).Sum(column => covariance[row, column] * vector[column]))];
            double variance = Enumerable.Range(0, Inputs).Sum(input => product[input] * vector[input]);
            Assert.InRange(variance, 0, before);
            before = variance;
            for (int input = 0; input < Inputs; input++)
                Assert.Equal(variance * vector[input], product[input], 1e-4);
            for (int other = 0; other <= component; other++)
                Assert.Equal(other == component ? 1 : 0, Enumerable.Range(0, Inputs).Sum(input => (double)vector[input] * components.Row(other)[input]), 1e-4);
            Assert.True(vector.MaxBy(Math.Abs) > 0);
        }
    }

    [Fact]
    public void They_do_not_depend_on_the_number_of_threads()
    {
        ImageSet images = ImageSet.Open("sample");
        using var one = new Workers(1);
        using var three = new Workers(3);
        using FloatMatrix first = PrincipalComponents.Of(images, 30, 5, one), second = PrincipalComponents.Of(images, 30, 5, three);
        Numbers.SameBits(first, second);
    }

    [Fact]
    public void Images_that_vary_in_few_directions_have_few()
    {
        using var workers = new Workers(2);
        float[] rows = [.. Enumerable.Range(0, 50).SelectMany(image => new[] { image % 2, 1f, image % 3, 0f, 2f })];
        using FloatMatrix components = PrincipalComponents.Of(ImageSet.FromRows("flat", 5, rows), 4, 1, workers);
        Assert.Equal(2, components.Rows);
        using FloatMatrix none = PrincipalComponents.Of(ImageSet.FromRows("one", 5, new float[50]), 4, 1, workers);
        Assert.Equal(0, none.Rows);
    }

    [Fact]
    public void Features_are_components_both_ways_and_the_rest_is_at_right_angles_to_them()
    {
        const int Features = 64, K = 10, Count = 15;
        using var workers = new Workers(2);
        ImageSet images = ImageSet.Open("sample");
        int count = ComponentInitialisation.CountFor(new ModelOptions { Shape = images.Shape, Features = Features, Rule = new SparsityRule.TopK(K) }, images.Count);
        Assert.Equal(Count, count);
        using FloatMatrix components = PrincipalComponents.Of(images, count, 0, workers);
        var features = new float[Features][];
        ComponentInitialisation.Fill(Features, components, 0, 0, workers, (feature, row) => features[feature] = row.ToArray());
        for (int feature = 0; feature < Features; feature++)
        {
            Assert.Equal(1, Math.Sqrt(features[feature].Sum(weight => (double)weight * weight)), 1e-4);
            for (int component = 0; component < Count; component++)
            {
                double expected = feature / 2 == component && feature < 2 * Count ? (feature % 2 == 0 ? 1 : -1) : 0;
                Assert.Equal(expected, components.Row(component).ToArray().Zip(features[feature], (first, second) => (double)first * second).Sum(), 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(3, 2, 100, 5, 0)] // too few features
    [InlineData(64, 4, 100, 784, 6)]
    [InlineData(64, 50, 100, 784, 16)]
    [InlineData(64, 10, 8, 784, 7)]
    [InlineData(64, 10, 100, 5, 4)]
    public void There_are_no_more_than_features_images_and_pixels_have_room_for(int features, int k, int images, int inputs, int expected) =>
        Assert.Equal(expected, ComponentInitialisation.CountFor(Sessions.Model(inputs, features, k, 1), images));
}
