using System.Numerics.Tensors;

namespace Tangram;

/// <summary>Numbers of images that a linear function of their vectors shall give: one row, or a row per class (1 for the class, else 0).</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Fill">Writes the value of (row, training image).</param>
/// <param name="Score">How good guesses [rows] are for a training image: larger is better.</param>
internal sealed record ReadoutTarget(int Rows, Func<int, int, double> Fill, Func<double[], int, double> Score)
{
    /// <summary>Labels 0 … classes − 1 of the training images.</summary>
    public static ReadoutTarget OfLabels(int[] labels, int classes) =>
        new(classes, (row, image) => labels[image] == row ? 1 : 0, (guess, image) => Array.IndexOf(guess, guess.Max()) == labels[image] ? 1 : 0);

    /// <summary>Numbers of the training images.</summary>
    public static ReadoutTarget OfNumbers(double[] values) => new(1, (_, image) => values[image], (guess, image) => -(guess[0] - values[image]) * (guess[0] - values[image]));
}

/// <summary>
/// Linear functions of vectors, fitted to some images and applied to others: ridge regression. Solved in the space of images, (K + λ) A = Y with K the products of
/// the centred training vectors, scaled to a mean diagonal of 1, by conjugate gradients for all targets at once; λ is the best of a few on a fifth of the training images. Sources: Saunders,
/// Gammerman, Vovk, "Ridge regression learning algorithm in dual variables", ICML 1998; Hestenes, Stiefel, "Methods of conjugate gradients for solving linear systems", 1952.
/// </summary>
internal static class LinearReadout
{
    /// <summary>More steps than these change weights that the ridge should have kept small.</summary>
    private const int MostSteps = 40, Fold = 5;
    private const double Tolerance = 1e-3;
    private static readonly double[] s_ridges = [0.01, 0.1, 1, 10];

    /// <summary>The guesses for each target and test image, [target][image][row].</summary>
    public static double[][][] Predict(FloatMatrix train, FloatMatrix test, IReadOnlyList<ReadoutTarget> targets, Workers workers)
    {
        Centre(train, test);
        using FloatMatrix k = RowProducts.Of(train, train, workers), across = RowProducts.Of(train, test, workers);
        using var values = new FloatMatrix(targets.Sum(target => target.Rows), train.Rows);
        int first = 0;
        foreach (ReadoutTarget target in targets)
        {
            for (int row = 0; row < target.Rows; row++, first++)
            {
                for (int image = 0; image < train.Rows; image++)
                    values.Row(first)[image] = (float)target.Fill(row, image);
            }
        }
        bool[] kept = [.. Enumerable.Range(0, train.Rows).Select(image => image % Fold != 0)], all = [.. kept.Select(_ => true)];
        int[] held = [.. Enumerable.Range(0, train.Rows).Where(image => !kept[image])];
        double[][] scores = [.. s_ridges.Select(ridge =>
        {
            double[][][] guesses = Split(targets, Apply(values, kept, ridge, k, k, workers));
            return targets.Select((target, index) => held.Sum(image => target.Score(guesses[index][image], image))).ToArray();
        })];
        var results = new double[targets.Count][][];
        foreach (var chosen in Enumerable.Range(0, targets.Count).GroupBy(target => Enumerable.Range(0, s_ridges.Length).MaxBy(ridge => scores[ridge][target])))
        {
            double[][][] guesses = Split(targets, Apply(values, all, s_ridges[chosen.Key], k, across, workers));
            foreach (int target in chosen)
                results[target] = guesses[target];
        }
        return results;
    }

    /// <summary>Takes the training vectors' mean from both, and scales both so that training vectors have a mean square length of 1.</summary>
    private static void Centre(FloatMatrix train, FloatMatrix test)
    {
        var mean = new double[train.Columns];
        for (int row = 0; row < train.Rows; row++)
        {
            ReadOnlySpan<float> vector = train.Row(row);
            for (int column = 0; column < mean.Length; column++)
                mean[column] += vector[column] / (double)train.Rows;
        }
        float[] shift = Array.ConvertAll(mean, value => (float)value);
        double square = 0;
        foreach (FloatMatrix rows in (FloatMatrix[])[train, test])
        {
            for (int row = 0; row < rows.Rows; row++)
            {
                TensorPrimitives.Subtract(rows.Row(row), shift, rows.Row(row));
                square += rows == train ? (double)TensorPrimitives.SumOfSquares<float>(rows.Row(row)) / train.Rows : 0;
            }
        }
        float scale = square > 0 ? (float)(1 / Math.Sqrt(square)) : 1;
        foreach (FloatMatrix rows in (FloatMatrix[])[train, test])
        {
            for (int row = 0; row < rows.Rows; row++)
                TensorPrimitives.Multiply(rows.Row(row), scale, rows.Row(row));
        }
    }

    /// <summary>Fits values [t, n] of the kept images, less their mean, and applies that to the columns of <paramref name="products"/> [n, m].</summary>
    private static FloatMatrix Apply(FloatMatrix values, bool[] kept, double ridge, FloatMatrix k, FloatMatrix products, Workers workers)
    {
        int n = values.Columns, count = Math.Max(1, kept.Count(one => one));
        using var centred = new FloatMatrix(values.Rows, n);
        var means = new double[values.Rows];
        for (int row = 0; row < values.Rows; row++)
        {
            for (int image = 0; image < n; image++)
                means[row] += kept[image] ? (double)values.Row(row)[image] / count : 0;
            for (int image = 0; image < n; image++)
                centred.Row(row)[image] = kept[image] ? (float)(values.Row(row)[image] - means[row]) : 0;
        }
        using FloatMatrix weights = Solve(centred, kept, ridge, k, workers);
        var guesses = new FloatMatrix(values.Rows, products.Columns);
        workers.Run(values.Rows, (_, row) =>
        {
            Span<float> guess = guesses.Row(row);
            guess.Fill((float)means[row]);
            for (int image = 0; image < n; image++)
                TensorPrimitives.MultiplyAdd(products.Row(image), weights.Row(row)[image], guess, guess);
        });
        return guesses;
    }

    /// <summary>Conjugate gradients for each row by itself, their products with K taken together; images that aren't kept stay 0.</summary>
    private static FloatMatrix Solve(FloatMatrix values, bool[] kept, double ridge, FloatMatrix k, Workers workers)
    {
        int rows = values.Rows, n = values.Columns;
        var solution = new FloatMatrix(rows, n);
        using var residual = new FloatMatrix(rows, n);
        using var direction = new FloatMatrix(rows, n);
        double[] squares = new double[rows], goals = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            values.Row(row).CopyTo(residual.Row(row));
            values.Row(row).CopyTo(direction.Row(row));
            squares[row] = TensorPrimitives.SumOfSquares<float>(residual.Row(row));
            goals[row] = Tolerance * Tolerance * squares[row];
        }
        for (int step = 0; step < MostSteps && Enumerable.Range(0, rows).Any(row => squares[row] > goals[row]); step++)
        {
            using FloatMatrix products = RowProducts.Of(k, direction, workers); // [n, t]: K is symmetric, and few rows are quicker to turn than many
            workers.Run(rows, (_, row) =>
            {
                if (squares[row] <= goals[row])
                    return;
                Span<float> p = direction.Row(row), r = residual.Row(row), w = solution.Row(row), q = new float[n];
                for (int image = 0; image < n; image++)
                    q[image] = kept[image] ? products.Row(image)[row] + ((float)ridge * p[image]) : 0;
                double curvature = TensorPrimitives.Dot<float>(p, q);
                float along = (float)(squares[row] / curvature);
                TensorPrimitives.MultiplyAdd(p, along, w, w);
                TensorPrimitives.MultiplyAdd(q, -along, r, r);
                double square = TensorPrimitives.SumOfSquares<float>(r);
                TensorPrimitives.MultiplyAdd(p, (float)(square / squares[row]), r, p);
                squares[row] = square;
            });
        }
        return solution;
    }

    /// <summary>Guesses [t, m] as [target][image][row].</summary>
    private static double[][][] Split(IReadOnlyList<ReadoutTarget> targets, FloatMatrix guesses)
    {
        var split = new double[targets.Count][][];
        int first = 0;
        for (int target = 0; target < targets.Count; target++)
        {
            int from = first, rows = targets[target].Rows;
            split[target] = [.. Enumerable.Range(0, guesses.Columns).Select(image =>
                Enumerable.Range(from, rows).Select(row => (double)guesses.Row(row)[image]).ToArray())];
            first += rows;
        }
        guesses.Dispose();
        return split;
    }
}
