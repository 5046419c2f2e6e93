namespace Tangram;

/// <summary>How features relate to classes, from the codes of labelled images.</summary>
public sealed class ClassProfile
{
    /// <summary>A feature with fewer activations over the whole set is unrated, and key to no class: its frequencies are chance.</summary>
    public const int LeastActivations = 20;

    private readonly long[,] _active;
    private readonly double[,] _activationSum;
    private readonly long[] _activations;
    private readonly int[] _images;
    private readonly int _imageCount;

    /// <param name="codes">Codes of the images, in order.</param>
    /// <param name="images">The images, with labels.</param>
    /// <exception cref="InputException">The images have no labels, or their number isn't that of the codes.</exception>
    public ClassProfile(SparseCodes codes, ImageSet images)
    {
        if (!images.HasLabels || images.Count != codes.Count)
            throw new InputException($"'{images.Name}' has no labels for these codes.");
        (Classes, Features) = (images.ClassNames, codes.Features);
        (_active, _activationSum, _images) = (new long[Classes.Count, Features], new double[Classes.Count, Features], new int[Classes.Count]);
        (_activations, _imageCount) = (new long[Features], codes.Count);
        for (int image = 0; image < codes.Count; image++)
        {
            int label = images.Label(image);
            _images[label]++;
            var (features, activations) = codes[image];
            for (int slot = 0; slot < features.Length; slot++)
            {
                if (activations.Span[slot] == 0)
                    continue;
                _active[label, features.Span[slot]]++;
                _activations[features.Span[slot]]++;
                _activationSum[label, features.Span[slot]] += activations.Span[slot];
            }
        }
        Present = [.. Enumerable.Range(0, Classes.Count).Where(label => _images[label] > 0)];
    }

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The classes that have images, ascending: a subset of a set may lack some, and says nothing of them.</summary>
    internal IReadOnlyList<int> Present { get; }

    /// <summary>Whether there are classes to compare: two with images.</summary>
    internal bool Comparable => Present.Count >= 2;

    /// <summary>Number of features, F.</summary>
    public int Features { get; }

    /// <summary>P(f active | c); 0 for a class without images.</summary>
    public double Frequency(int label, int feature) => _images[label] == 0 ? 0 : (double)_active[label, feature] / _images[label];

    /// <summary>Mean activation of f in images of c that activate it; 0 when none do.</summary>
    public double MeanActivation(int label, int feature) => _active[label, feature] == 0 ? 0 : _activationSum[label, feature] / _active[label, feature];

    /// <summary>(P(f active | c) − P(f active | not c)) × mean activation of f in c when active: how typical f is of c.</summary>
    public double Score(int label, int feature) => (Frequency(label, feature) - FrequencyElsewhere(label, feature)) * MeanActivation(label, feature);

    /// <summary>P(f active | not c); 0 where all images are of class c.</summary>
    internal double FrequencyElsewhere(int label, int feature)
    {
        int images = _imageCount - _images[label];
        return images == 0 ? 0 : (double)(_activations[feature] - _active[label, feature]) / images;
    }

    /// <summary>
    /// The features most typical of a class, best first: those of the largest score that small counts can't bring about (<see cref="CarefulRate"/>).
    /// A key feature is more frequent in the class than elsewhere even so, adds to images of it, and has at least <see cref="LeastActivations"/> activations in the set: there may
    /// be fewer than <paramref name="count"/>.
    /// </summary>
    public IReadOnlyList<int> KeyFeatures(int label, int count) =>
        [.. Best(feature => Within(label, feature).AtLeastAbove(Elsewhere(label, feature)) * MeanActivation(label, feature), count).Select(one => one.Item)];

    /// <summary>
    /// The features most typical of a class against another alone, best first, each with (P(f active | c) − P(f active | other)) × mean activation in c when active; ranked, as
    /// <see cref="KeyFeatures"/> are, by what of it small counts can't bring about.
    /// </summary>
    internal IReadOnlyList<(int Feature, double Score)> TypicalAgainst(int label, int other, int count) =>
        [.. Best(feature => Within(label, feature).AtLeastAbove(Within(other, feature)) * MeanActivation(label, feature), count)
            .Select(one => (one.Item, (Frequency(label, one.Item) - Frequency(other, one.Item)) * MeanActivation(label, one.Item)))];

    /// <summary>The class that activates a feature most often; of equal ones the first.</summary>
    internal int MostFrequentIn(int feature) => Enumerable.Range(0, Classes.Count).MaxBy(label => Frequency(label, feature));

    /// <summary>Mean code of the images of a class, [F]; zeros for a class without images.</summary>
    internal double[] MeanCode(int label) =>
        [.. Enumerable.Range(0, Features).Select(feature => _activationSum[label, feature] / Math.Max(1, _images[label]))];

    /// <summary>Images of a class.</summary>
    internal int Images(int label) => _images[label];

    /// <summary>
    /// 1 − H(class | f active) / log C under equal class weights, C the number of classes that have images: 0 even over classes, 1 one class only;
    /// NaN when unrated or with fewer than two classes. Few images of a small class can bring it near 1: what ranks features is <see cref="SelectivityAtLeast"/>.
    /// </summary>
    public double Selectivity(int feature) => IsRated(feature) && Comparable ? SelectivityOf(Entropy(feature)) : double.NaN;

    /// <summary>
    /// The selectivity that small counts can't bring about (<see cref="CarefulRate"/>): of the frequencies of classes drawn towards the feature's in the whole set, less three standard
    /// errors, and 0 at least. NaN when unrated or with fewer than two classes.
    /// </summary>
    public double SelectivityAtLeast(int feature) => IsRated(feature) && Comparable ? SelectivityOf(EntropyAtMost(feature)) : double.NaN;

    /// <summary>
    /// exp H(class | f active) under equal class weights: the effective number of classes that activate f, 1 … C; NaN when unrated.
    /// </summary>
    public double EffectiveClasses(int feature) => IsRated(feature) ? Math.Exp(Entropy(feature)) : double.NaN;

    /// <summary>The most that the effective number of classes may be, as <see cref="SelectivityAtLeast"/> is the least that the selectivity may be.</summary>
    public double EffectiveClassesAtMost(int feature) => IsRated(feature) ? Math.Exp(EntropyAtMost(feature)) : double.NaN;

    private bool IsRated(int feature) => _activations[feature] >= LeastActivations;

    private double SelectivityOf(double entropy) => 1 - (entropy / Math.Log(Present.Count));

    private double Overall(int feature) => (double)_activations[feature] / _imageCount;

    private CarefulRate Within(int label, int feature) => CarefulRate.Of(_active[label, feature], _images[label], Overall(feature));

    private CarefulRate Elsewhere(int label, int feature) =>
        CarefulRate.Of(_activations[feature] - _active[label, feature], _imageCount - _images[label], Overall(feature));

    private double EntropyAtMost(int feature) => CarefulRate.EntropyAtMost([.. Present.Select(label => Within(label, feature))]);

    private (int Item, double Score)[] Best(Func<int, double> scoreOf, int count)
    {
        var best = new Largest(count);
        for (int feature = 0; feature < Features; feature++)
        {
            if (IsRated(feature) && scoreOf(feature) is > 0 and var score)
                best.Offer(feature, score);
        }
        return best.Take();
    }

    private double Entropy(int feature)
    {
        double[] frequencies = [.. Enumerable.Range(0, Classes.Count).Select(label => Frequency(label, feature))];
        double sum = frequencies.Sum();
        return sum == 0 ? 0 : -frequencies.Where(frequency => frequency > 0).Sum(frequency => frequency / sum * Math.Log(frequency / sum));
    }
}
