using MathNet.Numerics.LinearAlgebra;

namespace Tangram.Tests;

public sealed class LinearReadoutTests : IDisposable
{
    private readonly Workers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void A_linear_function_is_found_again()
    {
        using FloatMatrix train = Numbers.Matrix(400, 6, 1), test = Numbers.Matrix(50, 6, 2);
        double Function(FloatMatrix rows, int row) => 3 + (2 * rows.Row(row)[0]) - (0.5 * rows.Row(row)[4]);
        double[] known = [.. Enumerable.Range(0, 400).Select(row => Function(train, row))], asked = [.. Enumerable.Range(0, 50).Select(row => Function(test, row))];
        double[][] guesses = LinearReadout.Predict(train, test, [ReadoutTarget.OfNumbers(known)], _workers)[0];
        Assert.All(guesses.Zip(asked), pair => Assert.Equal(pair.Second, Assert.Single(pair.First), 0.01)); // the least ridge is 1e-2 of 400/6
    }

    [Theory]
    [InlineData(30, 5, 9)]
    [InlineData(20, 50, 9)] // more columns than images
    [InlineData(25, 12, 10)]
    [InlineData(25, 12, 11)]
    [InlineData(25, 12, 12)]
    [InlineData(25, 12, 13)]
    [InlineData(25, 12, 14)]
    public void Guesses_are_those_of_ridge_regression_with_a_ridge_chosen_on_a_fifth(int images, int columns, int seed)
    {
        double[] noise = Array.ConvertAll(Numbers.Row(images, (ulong)seed), value => (double)value);
        using FloatMatrix train = Numbers.Matrix(images, columns, 3), test = Numbers.Matrix(8, columns, 4);
        double[] known = [.. Enumerable.Range(0, images).Select(row => train.Row(row)[1] + (0.8 * noise[row]))];
        Matrix<double> x = Dense(train), y = Dense(test);
        double[][] guesses = LinearReadout.Predict(train, test, [ReadoutTarget.OfNumbers(known)], _workers)[0];

        Vector<double> mean = x.ColumnSums() / images;
        Matrix<double> centred = x - Matrix<double>.Build.Dense(images, columns, (_, column) => mean[column]);
        double scale = 1 / Math.Sqrt(centred.FrobeniusNorm() * centred.FrobeniusNorm() / images);
        centred *= scale;
        Matrix<double> asked = (y - Matrix<double>.Build.Dense(8, columns, (_, column) => mean[column])) * scale;
        int[] all = [.. Enumerable.Range(0, images)], kept = [.. all.Where(image => image % 5 != 0)], held = [.. all.Where(image => image % 5 == 0)];
        double best = new[] { 0.01, 0.1, 1, 10 }.MinBy(ridge => Ridge(centred, known, kept, Pick(centred, held), ridge).Zip(held, (guess, image) => Math.Pow(guess - known[image], 2)).Sum());
        Assert.All(Ridge(centred, known, all, asked, best).Zip(guesses), pair => Assert.Equal(pair.First, pair.Second[0], 0.01));
    }

    [Fact]
    public void Classes_that_a_line_parts_are_told_and_a_number_beside_them()
    {
        using FloatMatrix train = Numbers.Matrix(200, 2, 5), test = Numbers.Matrix(100, 2, 6);
        foreach (FloatMatrix rows in new[] { train, test })
        {
            for (int row = 0; row < rows.Rows; row++)
                rows.Row(row)[0] += row % 2 == 0 ? 6 : -6;
        }
        int[] labels = [.. Enumerable.Range(0, 200).Select(row => row % 2)];
        double[] numbers = [.. Enumerable.Range(0, 200).Select(row => (double)train.Row(row)[1])];
        double[] asked = [.. Enumerable.Range(0, 100).Select(row => (double)test.Row(row)[1])];
        double[][][] guesses = LinearReadout.Predict(train, test, [ReadoutTarget.OfLabels(labels, 3), ReadoutTarget.OfNumbers(numbers)], _workers);
        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(row % 2, Array.IndexOf(guesses[0][row], guesses[0][row].Max())));
        Assert.All(guesses[0], guess => Assert.Equal(3, guess.Length)); // the third class has no images
        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(asked[row], guesses[1][row][0], 0.5));
    }

    [Fact]
    public void Vectors_that_are_all_alike_give_the_mean()
    {
        using FloatMatrix train = Given.Matrix([.. Enumerable.Repeat(new float[] { 1, 2 }, 10)]), test = Given.Matrix([1, 2], [1, 2]);
        double[][] guesses = LinearReadout.Predict(train, test, [ReadoutTarget.OfNumbers([.. Enumerable.Range(0, 10).Select(value => (double)value)])], _workers)[0];
        Assert.All(guesses, guess => Assert.Equal(4.5, guess[0], 1e-6));
    }

    [Fact]
    public void Two_images_are_enough_and_values_that_dont_vary_are_guessed()
    {
        using FloatMatrix train = Given.Matrix([0, 1], [2, 1]), test = Given.Matrix([1, 1]);
        double[][][] guesses = LinearReadout.Predict(train, test, [ReadoutTarget.OfNumbers([7, 7]), ReadoutTarget.OfNumbers([0, 2])], _workers);
        Assert.Equal(7, guesses[0][0][0], 1e-6);
        Assert.Equal(1, guesses[1][0][0], 1e-6); // in the middle
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        int[] labels = Numbers.Integers(90, 4, 1);
        double[][][] Predict(int threads)
        {
            using var workers = new Workers(threads);
            using FloatMatrix train = Numbers.Matrix(90, 70, 7), test = Numbers.Matrix(30, 70, 8);
            return LinearReadout.Predict(train, test, [ReadoutTarget.OfLabels(labels, 4)], workers);
        }
        Assert.Equal(Predict(1)[0].SelectMany(guess => guess), Predict(3)[0].SelectMany(guess => guess));
    }

    private static Matrix<double> Dense(FloatMatrix rows) => Matrix<double>.Build.Dense(rows.Rows, rows.Columns, (row, column) => rows.Row(row)[column]);

    private static Matrix<double> Pick(Matrix<double> rows, int[] chosen) => Matrix<double>.Build.DenseOfRowVectors(chosen.Select(rows.Row));

    /// <summary>Primal ridge regression with a mean of its own: (XᵀX + λ) w = Xᵀ (y − ȳ).</summary>
    private static double[] Ridge(Matrix<double> rows, double[] values, int[] kept, Matrix<double> asked, double ridge)
    {
        Matrix<double> x = Pick(rows, kept);
        double mean = kept.Average(image => values[image]);
        var y = Vector<double>.Build.DenseOfEnumerable(kept.Select(image => values[image] - mean));
        Vector<double> weights = (x.TransposeThisAndMultiply(x) + (ridge * Matrix<double>.Build.DenseIdentity(x.ColumnCount))).Solve(x.TransposeThisAndMultiply(y));
        return [.. (asked * weights).Select(value => value + mean)];
    }
}
