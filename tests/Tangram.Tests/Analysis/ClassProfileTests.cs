namespace Tangram.Tests;

public sealed class ClassProfileTests
{
    [Fact]
    public void Scores_and_selectivity_follow_their_definitions()
    {
        // 60 images of class 0, 30 of class 1. Feature 0: all of class 0, value 2. Feature 1: everywhere. Feature 2: ten images of class 1.
        int[] labels = [.. Enumerable.Repeat(0, 60), .. Enumerable.Repeat(1, 30)];
        var codes = new List<(int Feature, float Value)[]>();
        for (int image = 0; image < 90; image++)
            codes.Add(image < 60 ? [(0, 2f), (1, 1f)] : image < 70 ? [(1, 1f), (2, 3f)] : [(1, 1f)]);
        var profile = new ClassProfile(Csr(4, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[90], labels, ["a", "b"]));
        Assert.Equal((1 - 0) * 2.0, profile.Score(0, 0), 1e-12);
        Assert.Equal(0, profile.Score(0, 1), 1e-12);
        Assert.Equal(10 / 30.0 * 3, profile.Score(1, 2), 1e-12);
        Assert.Equal([0], profile.KeyFeatures(0, 10)); // feature 1 scores 0, feature 2 never fires in class 0
        Assert.Empty(profile.KeyFeatures(1, 10)); // feature 2 scores, but with ten activations: unrated
        Assert.Equal(1, profile.Selectivity(0), 1e-12);
        Assert.Equal(0, profile.Selectivity(1), 1e-12);
        Assert.True(double.IsNaN(profile.Selectivity(2))); // ten activations: unrated
        Assert.Equal(1, profile.EffectiveClasses(0), 1e-12);
        Assert.Equal(2, profile.EffectiveClasses(1), 1e-12);
    }

    [Fact]
    public void A_feature_with_a_negative_mean_or_too_few_activations_is_key_to_no_class()
    {
        int[] labels = [.. Enumerable.Range(0, 80).Select(image => image % 2)];
        var codes = Enumerable.Range(0, 80).Select(image => image % 2 == 1 ? [(3, 1f)] : image < 38 ? new[] { (0, -1f), (1, 1f) }
            : [(0, -1f), (2, 1f)]).ToList();
        var profile = new ClassProfile(Csr(4, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[80], labels));
        Assert.Equal([2], profile.KeyFeatures(0, 10)); // 21 activations; feature 1 has 19, feature 0 scores -1
        Assert.Equal([3], profile.KeyFeatures(1, 10));
        Assert.Equal([(1, 1), (1, 1)], DictionaryAnalysis.UniqueKeys(profile));
    }

    [Fact]
    public void Classes_without_images_dont_count()
    {
        int[] labels = [.. Enumerable.Range(0, 80).Select(image => image % 2 == 0 ? 0 : 2)];
        var codes = Enumerable.Range(0, 80).Select(_ => new[] { (0, 1f) }).ToList();
        var profile = new ClassProfile(Csr(1, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[80], labels,
            ["a", "none", "b", "none too"]));
        Assert.Equal([0, 2], profile.Present);
        Assert.Equal(0, profile.Selectivity(0), 1e-12); // even over the two classes there are: 1 - log 2 / log 2
        Assert.Equal(2, DictionaryAnalysis.UniqueKeys(profile).Length);
        var one = new ClassProfile(Csr(1, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[80], new int[80], ["a", "none"]));
        Assert.False(one.Comparable);
        Assert.True(double.IsNaN(one.Selectivity(0)));
    }

    [Fact]
    public void Nearest_mean_is_right_where_codes_differ_and_chance_where_they_dont()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(image => image % 4 == 0 ? 0 : 1)];
        ImageSet images = ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[40], labels);
        NearestMean apart = NearestMean.Of(Csr(2, [.. labels.Select(label => new[] { (label, 1f) })]), images);
        Assert.Equal(1, apart.Accuracy, 1e-12);
        Assert.Equal(0.75, apart.Chance, 1e-12);
        NearestMean same = NearestMean.Of(Csr(2, [.. labels.Select(_ => new[] { (0, 1f) })]), images);
        Assert.Equal(0.25, same.Accuracy, 1e-12); // equally near: the first class
    }

    [Fact]
    public void Classes_weigh_the_same_whatever_their_size()
    {
        // The feature fires in half of either class, although one has nine times the images.
        int[] labels = [.. Enumerable.Repeat(0, 180), .. Enumerable.Repeat(1, 20)];
        var codes = Enumerable.Range(0, 200).Select(image => image % 2 == 0 ? new[] { (0, 1f) } : []).ToList();
        var profile = new ClassProfile(Csr(1, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[200], labels));
        Assert.Equal(2, profile.EffectiveClasses(0), 1e-12);
    }

    [Fact]
    public void Unlabelled_images_are_refused() =>
        Assert.Throws<InputException>(() => new ClassProfile(Csr(1, [[(0, 1f)]]), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[1])));

    [Fact]
    public void Ranks_agree_with_hand_computed_cases()
    {
        Assert.Equal(0, Ranks.Gini([3, 3, 3]), 1e-12);
        Assert.Equal(0.75, Ranks.Gini([0, 0, 0, 1]), 1e-12);
        Assert.Equal(0, Ranks.Gini([0, 0]));
        Assert.Equal(1, Ranks.Spearman([1, 2, 3], [10, 100, 1000]), 1e-12);
        Assert.Equal(-1, Ranks.Spearman([1, 2, 3], [3, 2, 1]), 1e-12);
        Assert.Equal(0.5, Ranks.Spearman([1, 2, 3], [2, 1, 3]), 1e-12);
        Assert.True(double.IsNaN(Ranks.Spearman([1, 1], [1, 2])));
    }

    private static SparseCodes Csr(int features, IReadOnlyList<(int Feature, float Value)[]> rows)
    {
        var starts = new long[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++)
            starts[row + 1] = starts[row] + rows[row].Length;
        return new SparseCodes(features, starts, [.. rows.SelectMany(row => row.Select(entry => entry.Feature))], [.. rows.SelectMany(row => row.Select(entry => entry.Value))]);
    }
}
