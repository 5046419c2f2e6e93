namespace Tangram;

/// <summary>How well one kind of vector retrieves images of the same class.</summary>
/// <param name="Space">What the vectors are.</param>
/// <param name="Precision">Class-balanced precision@10.</param>
internal sealed record SpaceRetrieval(string Space, Estimate Precision);

/// <summary>
/// Whether codes find images of the same class: of the ten nearest images by cosine, those of the query's own group left out, the share that has its class; a mean over the
/// queries of each class, then over classes (precision@10, class-balanced). Intervals are percentiles of a bootstrap over the groups of each class's queries, so that no class
/// drops out, with the same resamples for all spaces, so that a difference's interval is that of a paired comparison. Source: Efron, Tibshirani, "An Introduction to the
/// Bootstrap", 1993, chapters 8 and 13.
/// </summary>
/// <param name="Queries">Number of queries.</param>
/// <param name="Classes">Classes that have a query.</param>
/// <param name="Chance">The same for neighbours drawn at random.</param>
/// <param name="Spaces">Each kind of vector; the first is what the others are compared with.</param>
/// <param name="Differences">The first space's precision less that of each other one, in their order.</param>
internal sealed record Retrieval(int Queries, int Classes, double Chance, IReadOnlyList<SpaceRetrieval> Spaces, IReadOnlyList<Estimate> Differences)
{
    /// <summary>Neighbours that are looked at.</summary>
    public const int Neighbours = 10;

    private const int MostQueries = 1000;

    /// <param name="spaces">Vectors of the set's images; the first are those in question.</param>
    /// <param name="images">A set; where more than 1,000 of its images can be queries, these are drawn.</param>
    /// <param name="workers">Who computes; the result doesn't depend on their number.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null without labels, or where fewer than two classes have an image with ten others outside its group.</returns>
    public static Retrieval? Of(IReadOnlyList<VectorSpace> spaces, ImageSet images, Workers workers, CancellationToken cancellation = default)
    {
        if (!images.HasLabels)
            return null;
        int[] queries = Drawn(images);
        if (queries.Select(images.Label).Distinct().Count() < 2)
            return null;
        var sample = new QuerySample(images, queries);
        double[][] precisions = [.. spaces.Select(space => sample.Precisions(NearestImages.Of(space, images, queries, Neighbours, workers, cancellation)))];
        double[][] resampled = [.. precisions.Select(_ => new double[Bootstrap.Resamples])];
        for (int resample = 0; resample < Bootstrap.Resamples; resample++)
        {
            int[] times = sample.Resample(resample);
            for (int space = 0; space < spaces.Count; space++)
                resampled[space][resample] = sample.Balanced(precisions[space], times);
        }
        double[] means = [.. precisions.Select(one => sample.Balanced(one))];
        return new Retrieval(queries.Length, sample.Classes, sample.Balanced(sample.Chance()),
            [.. spaces.Select((space, index) => new SpaceRetrieval(space.Name, Estimate.Of(means[index], resampled[index])))],
            [.. Enumerable.Range(1, spaces.Count - 1).Select(other =>
                Estimate.Of(means[0] - means[other], resampled[0].Zip(resampled[other], (own, others) => own - others)))]);
    }

    /// <summary>Images that have ten others outside their group, or a thousand of them, ascending.</summary>
    private static int[] Drawn(ImageSet images)
    {
        Dictionary<int, int> sizes = Enumerable.Range(0, images.Count).CountBy(images.Group).ToDictionary();
        int[] possible = [.. Enumerable.Range(0, images.Count).Where(image => images.Count - sizes[images.Group(image)] >= Neighbours)];
        if (possible.Length <= MostQueries)
            return possible;
        int[] order = new CounterRandom(0, RandomPurpose.RetrievalQueries).Permutation(possible.Length);
        return [.. order.Take(MostQueries).Order().Select(place => possible[place])];
    }

    /// <summary>The queries, by class and by group.</summary>
    private sealed class QuerySample
    {
        private readonly ImageSet _images;
        private readonly int[] _queries, _labels, _units;
        private readonly int[][] _unitsOfClass;

        public QuerySample(ImageSet images, int[] queries)
        {
            (_images, _queries) = (images, queries);
            _labels = [.. queries.Select(images.Label)];
            // What is resampled as a whole: the queries of a class that are of one group.
            var units = new Dictionary<(int Label, int Group), int>();
            _units = [.. queries.Select(image =>
            {
                units.TryAdd((images.Label(image), images.Group(image)), units.Count);
                return units[(images.Label(image), images.Group(image))];
            })];
            _unitsOfClass = [.. units.GroupBy(unit => unit.Key.Label, unit => unit.Value).OrderBy(one => one.Key).Select(one => one.Order().ToArray())];
        }

        public int Classes => _unitsOfClass.Length;

        /// <summary>Of each query, the share of its neighbours that has its class.</summary>
        public double[] Precisions(int[][] nearest) =>
            [.. nearest.Select((found, query) => found.Count(image => _images.Label(image) == _labels[query]) / (double)found.Length)];

        /// <summary>Of each query, the share of all images outside its group that has its class.</summary>
        public double[] Chance()
        {
            int[] all = [.. Enumerable.Range(0, _images.Count)];
            Dictionary<int, int> ofClass = all.CountBy(_images.Label).ToDictionary(), ofGroup = all.CountBy(_images.Group).ToDictionary();
            Dictionary<(int, int), int> ofBoth = all.CountBy(image => (_images.Group(image), _images.Label(image))).ToDictionary();
            return [.. _queries.Select((image, query) =>
                (ofClass[_labels[query]] - ofBoth[(_images.Group(image), _labels[query])]) / (double)(all.Length - ofGroup[_images.Group(image)]))];
        }

        /// <summary>How often each group of a class's queries comes up when as many are drawn with replacement as the class has.</summary>
        public int[] Resample(int resample)
        {
            var random = new CounterRandom(0, RandomPurpose.RetrievalResample, Epoch: resample);
            var times = new int[_unitsOfClass.Sum(units => units.Length)];
            ulong draw = 0;
            foreach (int[] units in _unitsOfClass)
            {
                for (int count = 0; count < units.Length; count++)
                    times[units[random.Below(units.Length, draw++)]]++;
            }
            return times;
        }

        /// <summary>The mean over classes of the mean over each class's queries, each counted as often as its group was drawn; null: once.</summary>
        public double Balanced(double[] values, int[]? times = null)
        {
            int labels = _images.ClassNames.Count;
            var (sums, counts) = (new double[labels], new long[labels]);
            for (int query = 0; query < values.Length; query++)
            {
                int weight = times?[_units[query]] ?? 1;
                sums[_labels[query]] += weight * values[query];
                counts[_labels[query]] += weight;
            }
            double mean = 0;
            for (int label = 0; label < labels; label++)
                mean += counts[label] == 0 ? 0 : sums[label] / counts[label];
            return mean / Classes;
        }
    }
}
