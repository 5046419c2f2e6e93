namespace Tangram;

/// <summary>How well an attribute of images is told by linear functions of each kind of vector.</summary>
/// <param name="Attribute">Its name.</param>
/// <param name="Measure">What the scores are: the share of images guessed right, or R².</param>
/// <param name="Chance">What the training images' most frequent value, or the mean, gets.</param>
/// <param name="Scores">Of each kind of vector, in the order of the spaces.</param>
internal sealed record Readout(string Attribute, string Measure, double Chance, double[] Scores)
{
    /// <summary>Each of <see cref="Scores"/> with its interval over the images that it was measured on, by <see cref="Bootstrap"/>; the read-outs themselves stay as they were fitted.</summary>
    public Estimate[] Estimates { get; init; } = [];
}

/// <summary>What can be inferred from codes by a linear read-out, beside an untrained dictionary's codes, pixels and principal components.</summary>
/// <param name="Spaces">The kinds of vectors.</param>
/// <param name="Learned">Images that read-outs were fitted to.</param>
/// <param name="Images">Images that they were measured on.</param>
/// <param name="All">One per attribute that varies.</param>
internal sealed record Readouts(string[] Spaces, int Learned, int Images, Readout[] All)
{
    /// <summary>Images at most, on each side: their products are kept.</summary>
    public const int Most = 2000;

    /// <summary>A set of images as vectors of each kind, with what is known of the images.</summary>
    public sealed record Side(ImageSet Images, ImageAttributes Attributes, IReadOnlyList<VectorSpace> Spaces);

    /// <param name="fitted">What to fit to. Where it is the same set as <paramref name="measured"/>, each gets one half.</param>
    /// <param name="measured">What to measure on, in the same spaces.</param>
    /// <param name="workers">Threads.</param>
    public static Readouts Of(Side fitted, Side measured, Workers workers)
    {
        int[] train = RandomSample.Of(fitted.Images.Count, Most), test = RandomSample.Of(measured.Images.Count, Most);
        if (ReferenceEquals(fitted.Images, measured.Images))
            (train, test) = ([.. train.Where(image => fitted.Attributes.Halves[image] == 0)], [.. test.Where(image => fitted.Attributes.Halves[image] == 1)]);
        string[] names = [.. fitted.Spaces.Select(space => space.Name)];
        Question[] questions = train.Length < 2 || test.Length == 0 ? [] : [.. Questions(fitted, measured, train, test)];
        if (questions.Length == 0)
            return new Readouts(names, train.Length, test.Length, []);
        Func<int[]?, double>[][] scores = [.. fitted.Spaces.Zip(measured.Spaces, (from, to) =>
        {
            using FloatMatrix known = from.Rows(train), asked = to.Rows(test);
            double[][][] guesses = LinearReadout.Predict(known, asked, [.. questions.Select(question => question.Target)], workers);
            return questions.Select((question, index) => question.Score(guesses[index])).ToArray();
        })];
        Estimate[] estimates = Bootstrap.Of([.. test.Select(measured.Images.Group)], RandomPurpose.ReadoutResample, [.. scores.SelectMany(one => one)]);
        return new Readouts(names, train.Length, test.Length,
            [.. questions.Select((question, index) =>
            {
                Estimate[] own = [.. scores.Select((_, space) => estimates[(space * questions.Length) + index])];
                return new Readout(question.Attribute, question.Measure, question.Chance, [.. own.Select(one => one.Mean)]) { Estimates = own };
            })]);
    }

    private static IEnumerable<Question> Questions(Side fitted, Side measured, int[] train, int[] test)
    {
        var questions = new List<Question?>();
        if (fitted.Images.HasLabels && measured.Images.HasLabels)
        {
            // Classes are the same where their names are: images of another set may have other ones.
            string[] names = [.. fitted.Images.ClassNames];
            int[] known = [.. measured.Images.ClassNames.Select(name => Array.IndexOf(names, name))];
            int[] asked = [.. test.Select(image => known[measured.Images.Label(image)])];
            if (asked.Any(label => label >= 0))
                questions.Add(Question.OfLabels("class", [.. train.Select(fitted.Images.Label)], asked, fitted.Images.ClassNames.Count));
        }
        if (measured.Attributes.HasHues)
        {
            int blue = NamedHue.Of(230.0), hues = NamedHue.All.Count + 1;
            questions.Add(Question.OfLabels("dominant hue", Pick(fitted.Attributes.DominantHue, train), Pick(measured.Attributes.DominantHue, test), hues));
            questions.Add(Question.OfNumbers("share of blue", Pick(fitted.Attributes.Hues[blue], train), Pick(measured.Attributes.Hues[blue], test)));
        }
        if (measured.Images.Shape.IsImage)
        {
            questions.Add(Question.OfNumbers("brightness", Pick(fitted.Attributes.Brightness, train), Pick(measured.Attributes.Brightness, test)));
            questions.Add(Question.OfNumbers("contrast", Pick(fitted.Attributes.Contrast, train), Pick(measured.Attributes.Contrast, test)));
        }
        return questions.OfType<Question>();
    }

    private static T[] Pick<T>(T[] values, int[] images) => [.. images.Select(image => values[image])];

    /// <summary>An attribute to be told, and how guesses for the measured images are scored.</summary>
    private sealed record Question(string Attribute, string Measure, double Chance, ReadoutTarget Target, Func<double[][], Func<int[]?, double>> Score)
    {
        /// <summary>Null where all training images have the same label.</summary>
        public static Question? OfLabels(string name, int[] known, int[] asked, int classes)
        {
            int frequent = known.GroupBy(label => label).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
            return known.All(label => label == frequent) ? null : new Question(name, "right", Right(asked, _ => frequent), ReadoutTarget.OfLabels(known, classes),
                guesses =>
                {
                    bool[] right = [.. asked.Select((label, image) => Array.IndexOf(guesses[image], guesses[image].Max()) == label)];
                    return times => Share(right, times);
                });
        }

        /// <summary>Null where the numbers don't vary.</summary>
        public static Question? OfNumbers(string name, double[] known, double[] asked)
        {
            double mean = asked.Average(), variance = asked.Sum(value => (value - mean) * (value - mean));
            return variance <= 1e-12 * asked.Sum(value => value * value) || known.Max() == known.Min() ? null
                : new Question(name, "R²", 0, ReadoutTarget.OfNumbers(known), guesses =>
                {
                    double[] errors = [.. guesses.Zip(asked, (guess, value) => (guess[0] - value) * (guess[0] - value))];
                    return times => 1 - (Sum(errors, times) / SquaredDeviation(asked, times));
                });
        }

        private static double Right(int[] labels, Func<int, int> guess) => (double)labels.Where((label, image) => guess(image) == label).Count() / labels.Length;

        private static double Share(bool[] right, int[]? times)
        {
            var (sum, count) = (0L, 0L);
            for (int image = 0; image < right.Length; image++)
            {
                int weight = times?[image] ?? 1;
                (sum, count) = (sum + (right[image] ? weight : 0), count + weight);
            }
            return (double)sum / count;
        }

        private static double Sum(double[] values, int[]? times)
        {
            double sum = 0;
            for (int image = 0; image < values.Length; image++)
                sum += values[image] * (times?[image] ?? 1);
            return sum;
        }

        /// <summary>About the mean of the images, each counted as often as told; 0 where they are alike, and no R² has a value.</summary>
        private static double SquaredDeviation(double[] values, int[]? times)
        {
            double mean = Sum(values, times) / (times is null ? values.Length : times.Sum()), sum = 0;
            for (int image = 0; image < values.Length; image++)
                sum += (values[image] - mean) * (values[image] - mean) * (times?[image] ?? 1);
            return sum;
        }
    }
}
