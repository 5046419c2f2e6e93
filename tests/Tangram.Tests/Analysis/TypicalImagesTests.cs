namespace Tangram.Tests;

/// <summary>Images of a class, and features of one class against another, against plain loops.</summary>
public sealed class TypicalImagesTests
{
    private const int Images = 300, Features = 24, Classes = 4;

    [Theory]
    [InlineData(0, 10)]
    [InlineData(2, 3)]
    [InlineData(1, 60)] // nearly all of the class's images
    [InlineData(3, 5)] // a class without images
    public void They_are_ordered_by_the_cosine_to_the_mean_code(int label, int count)
    {
        var (codes, images, profile) = Random();
        double[] mean = profile.MeanCode(label);
        double[,] dense = RandomCodes.Dense(codes);
        int[] own = [.. Enumerable.Range(0, Images).Where(image => images.Label(image) == label)];
        for (int feature = 0; feature < Features; feature++)
            Assert.Equal(own.Select(image => dense[image, feature]).DefaultIfEmpty(0).Average(), mean[feature], 1e-9);
        TypicalImages found = TypicalImages.Of(codes, images, label, mean, count);
        double[] descending = [.. own.Select(image => Cosine(dense, image, mean)).OrderDescending()];
        Equal(descending.Take(count), found.Typical);
        Equal(descending.Skip(count).Reverse().Take(count), found.Atypical);
        Assert.All(found.Typical.Concat(found.Atypical), one => Assert.Equal(Cosine(dense, one.Image, mean), one.Cosine, 1e-9));
        Assert.Distinct(found.Typical.Concat(found.Atypical).Select(one => one.Image));
    }

    [Theory]
    [InlineData(0, 1, 5)]
    [InlineData(1, 0, 100)]
    [InlineData(2, 3, 5)] // against a class without images
    [InlineData(3, 2, 5)]
    public void Features_are_typical_of_one_class_against_another_by_definition(int label, int other, int count)
    {
        // Classes by the first features, so that there is something typical.
        SparseCodes codes = RandomCodes.Of(Images, Features, 8);
        double[,] dense = RandomCodes.Dense(codes);
        int[] labels = [.. Enumerable.Range(0, Images).Select(image => dense[image, 0] > 0 ? 0 : dense[image, 1] > 0 ? 1 : 2)];
        ImageSet images = ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[Images], labels, ["a", "b", "c", "none"]);
        var profile = new ClassProfile(codes, images);
        double Share(int of, int feature) => Values(of, feature).Select(value => value != 0 ? 1.0 : 0).DefaultIfEmpty(0).Average();
        CarefulRate Careful(int of, int feature) => CarefulRate.Of(Values(of, feature).Count(value => value != 0), labels.Count(one => one == of),
            Enumerable.Range(0, Images).Count(image => dense[image, feature] != 0) / (double)Images);
        IEnumerable<double> Values(int of, int feature) => Enumerable.Range(0, Images).Where(image => images.Label(image) == of).Select(image => dense[image, feature]);
        var expected = Enumerable.Range(0, Features).Where(feature => Enumerable.Range(0, Images).Count(image => dense[image, feature] != 0) >= ClassProfile.LeastActivations)
            .Select(feature => (feature, Score: (Share(label, feature) - Share(other, feature)) * Values(label, feature).Where(value => value != 0).DefaultIfEmpty(0).Average()))
            .Select(one => (one.feature, one.Score, Least: Careful(label, one.feature).AtLeastAbove(Careful(other, one.feature)) *
                Values(label, one.feature).Where(value => value != 0).DefaultIfEmpty(0).Average()))
            .Where(one => one.Least > 0).OrderByDescending(one => one.Least).Take(count).ToList();
        var found = profile.TypicalAgainst(label, other, count);
        Assert.Equal(expected.Select(one => one.feature), found.Select(one => one.Feature));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-9));
        Assert.Equal(label == 3, found.Count == 0);
    }

    private static (SparseCodes, ImageSet, ClassProfile) Random()
    {
        SparseCodes codes = RandomCodes.Of(Images, Features, 8);
        int[] labels = [.. Enumerable.Range(0, Images).Select(image => (image * image) % 7 % (Classes - 1))]; // none of the last class
        ImageSet images = ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[Images], labels, ["a", "b", "c", "none"]);
        return (codes, images, new ClassProfile(codes, images));
    }

    private static double Cosine(double[,] dense, int image, double[] mean)
    {
        double[] code = [.. Enumerable.Range(0, mean.Length).Select(feature => dense[image, feature])];
        double lengths = Math.Sqrt(code.Sum(value => value * value) * mean.Sum(value => value * value));
        return lengths == 0 ? 0 : code.Zip(mean, (a, b) => a * b).Sum() / lengths;
    }

    private static void Equal(IEnumerable<double> expected, IReadOnlyList<(int Image, double Cosine)> found)
    {
        double[] cosines = [.. expected];
        Assert.Equal(cosines.Length, found.Count);
        for (int place = 0; place < cosines.Length; place++)
            Assert.Equal(cosines[place], found[place].Cosine, 1e-9);
    }
}
