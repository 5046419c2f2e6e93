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
    public void A_few_images_of_a_small_class_make_no_feature_selective_or_key()
    {
        // 8 images of class a, 1,000 each of b … e. Feature 0: 24 activations, 2 of them in a. Feature 1: 200 images of b, 30 of the others.
        int[] labels = [.. Enumerable.Repeat(0, 8), .. Enumerable.Range(1, 4).SelectMany(label => Enumerable.Repeat(label, 1000))];
        var codes = labels.Select((label, image) => (label == 0 ? image < 2 : image % 180 == 0, label == 1 ? image % 5 == 0 : label > 1 && image % 100 == 0) switch
        {
            (true, true) => new[] { (0, 5f), (1, 1f) },
            (true, false) => [(0, 5f)],
            (false, true) => [(1, 1f)],
            _ => [],
        }).ToList();
        var profile = new ClassProfile(Csr(2, codes), ImageSet.FromBytes("set", new ImageShape(1, 1, 1), new byte[labels.Length], labels, ["a", "b", "c", "d", "e"]));
        Assert.Equal(24, codes.Count(code => code.Any(entry => entry.Item1 == 0)));
        Assert.True(profile.Selectivity(0) > profile.Selectivity(1)); // what the counts seem to say
        Assert.True(profile.Selectivity(0) > 0.6);
        Assert.Equal(0, profile.SelectivityAtLeast(0));
        Assert.True(profile.SelectivityAtLeast(1) > profile.SelectivityAtLeast(0));
        Assert.True(profile.EffectiveClassesAtMost(1) > profile.EffectiveClasses(1));
        Assert.Equal([1], profile.KeyFeatures(1, 10));
        Assert.True(profile.Score(0, 0) > profile.Score(1, 1)); // 5 × (.25 − .005) above .19
        Assert.Empty(profile.KeyFeatures(0, 10)); // 2 of 8 may be chance
    }

    [Fact]
    public void Careful_rates_are_drawn_to_the_whole_sets_and_their_entropy_has_the_error_of_the_delta_method()
    {
        CarefulRate few = CarefulRate.Of(2, 8, 0.006), many = CarefulRate.Of(250, 1000, 0.006);
        Assert.Equal(2.12 / 28, few.Mean, 1e-12);
        Assert.Equal(2.12 / 28 * (25.88 / 28) / 29, few.Variance, 1e-12);
        Assert.Equal(0.2452, many.Mean, 1e-4);
        Assert.True(few.AtLeastAbove(CarefulRate.Of(22, 4000, 0.006)) < 0);
        Assert.True(many.AtLeastAbove(CarefulRate.Of(22, 4000, 0.006)) > 0.19);
        Assert.Equal(0.006, CarefulRate.Of(0, 0, 0.006).Mean, 1e-12);

        CarefulRate[] rates = [new(0.3, 1e-4), new(0.1, 4e-4), new(0.05, 1e-6)];
        double Entropy(double[] weights) => -weights.Sum(weight => weight / weights.Sum() * Math.Log(weight / weights.Sum()));
        double[] means = [.. rates.Select(rate => rate.Mean)];
        double variance = 0;
        for (int rate = 0; rate < 3; rate++)
        {
            double[] above = [.. means], below = [.. means];
            (above[rate], below[rate]) = (above[rate] + 1e-6, below[rate] - 1e-6);
            variance += Math.Pow((Entropy(above) - Entropy(below)) / 2e-6, 2) * rates[rate].Variance;
        }
        Assert.Equal(Entropy(means) + (3 * Math.Sqrt(variance)), CarefulRate.EntropyAtMost(rates), 1e-6);
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
