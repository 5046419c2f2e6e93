using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Tangram;

/// <summary>
/// The leading principal components of a set of images: the directions, of length 1 and at right angles, in which the images vary most, the first most of all. Found by
/// subspace iteration with a few directions more than are asked for, from a random start. Source: Halko, Martinsson, Tropp, "Finding structure with randomness:
/// probabilistic algorithms for constructing approximate matrix decompositions", SIAM Review 53(2), 2011, algorithm 4.4. The small symmetric matrix at the end is
/// MathNet.Numerics' to decompose. Sums are in an order that doesn't depend on the number of threads.
/// </summary>
internal static class PrincipalComponents
{
    /// <summary>Images looked at, for each component: more hardly turn the components.</summary>
    private const int ImagesPerComponent = 16, LeastImages = 1024;

    /// <summary>Directions beside those that are asked for, and rounds: with these, components of neighbouring variances are still told apart well enough.</summary>
    private const int Oversampling = 16, Rounds = 4;

    /// <summary>A variance below this share of the largest is rounding.</summary>
    private const double Rounding = 1e-9;

    private const int BatchImages = 256, ColumnBlock = FloatMatrix.StrideUnit; // of a transpose: a cache line

    /// <param name="images">The images; of many, a sample.</param>
    /// <param name="count">How many components, fewer than images and pixels.</param>
    /// <param name="seed">Of the sample and the start.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[count, D], or fewer where images vary in fewer directions; of each row the largest number is positive.</returns>
    public static FloatMatrix Of(ImageSet images, int count, ulong seed, Workers workers)
    {
        int wanted = Math.Max(LeastImages, ImagesPerComponent * count), columns = images.Shape.Length;
        if (images.Count > wanted)
            images = images.Subset(images.Name, [.. new CounterRandom(seed, RandomPurpose.ComponentSample).Permutation(images.Count)[..wanted].Order()]);
        int directions = Math.Min(count + Oversampling, Math.Min(images.Count - 1, columns));
        float[] mean = Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value);
        using var basis = new FloatMatrix(directions, columns);
        using var product = new FloatMatrix(directions, columns);
        OrthogonalInitialisation.Fill(directions, columns, seed, 0, workers, (row, values) => values.CopyTo(basis.Row(row)));
        using var batch = new FloatMatrix(BatchImages, columns);
        using var projections = new FloatMatrix(BatchImages, directions);
        for (int round = 0; round < Rounds; round++)
        {
            for (int row = 0; row < directions; row++)
                product.Row(row).Clear();
            ForBatches(images, mean, batch, basis, projections, workers, () => AddProduct(batch, projections, product, workers));
            // To singular values of at most 1, which is what the orthonormalisation expects.
            double norm = Math.Sqrt(Enumerable.Range(0, directions).Sum(row => (double)TensorPrimitives.SumOfSquares<float>(product.Row(row))));
            if (norm == 0)
                return new FloatMatrix(0, columns);
            for (int row = 0; row < directions; row++)
                TensorPrimitives.Multiply(product.Row(row), (float)(1 / norm), basis.Row(row));
            OrthogonalInitialisation.Orthonormalise(basis, workers);
        }
        var covariance = Matrix<double>.Build.Dense(directions, directions);
        ForBatches(images, mean, batch, basis, projections, workers, () => AddCovariance(projections, covariance, workers));
        return Rotated(basis, covariance, count);
    }

    /// <summary>Fills the batch with images less their mean, and <paramref name="projections"/> with what they have of each direction, [B, l].</summary>
    private static void ForBatches(ImageSet images, float[] mean, FloatMatrix batch, FloatMatrix basis, FloatMatrix projections, Workers workers, Action use)
    {
        for (int start = 0; start < images.Count; start += BatchImages)
        {
            int[] indices = [.. Enumerable.Range(start, Math.Min(BatchImages, images.Count - start))];
            workers.Run(indices.Length, (_, row) =>
            {
                Span<float> x = batch.Row(row);
                images.CopyTo(indices[row], x);
                TensorPrimitives.Subtract(x, mean, x);
            });
            for (int row = indices.Length; row < BatchImages; row++)
                batch.Row(row).Clear(); // adds nothing to any sum
            using FloatMatrix products = RowProducts.Of(batch, basis, workers);
            for (int row = 0; row < BatchImages; row++)
                products.Row(row).CopyTo(projections.Row(row));
            use();
        }
    }

    /// <summary>product[j] += Σ_i projection[i, j] x[i].</summary>
    private static void AddProduct(FloatMatrix batch, FloatMatrix projections, FloatMatrix product, Workers workers)
    {
        using FloatMatrix amounts = Transposed(projections, workers), pixels = Transposed(batch, workers), sums = RowProducts.Of(amounts, pixels, workers);
        workers.Run(product.Rows, (_, direction) => TensorPrimitives.Add(product.Row(direction), sums.Row(direction), product.Row(direction)));
    }

    private static FloatMatrix Transposed(FloatMatrix matrix, Workers workers)
    {
        var transposed = new FloatMatrix(matrix.Columns, matrix.Rows);
        workers.Run((matrix.Columns + ColumnBlock - 1) / ColumnBlock, (_, block) =>
        {
            int first = block * ColumnBlock, width = Math.Min(ColumnBlock, matrix.Columns - first);
            for (int row = 0; row < matrix.Rows; row++)
            {
                ReadOnlySpan<float> values = matrix.Row(row).Slice(first, width);
                for (int column = 0; column < width; column++)
                    transposed.Row(first + column)[row] = values[column];
            }
        });
        return transposed;
    }

    private static void AddCovariance(FloatMatrix projections, Matrix<double> covariance, Workers workers) =>
        workers.Run(covariance.RowCount, (_, row) =>
        {
            for (int column = 0; column < covariance.ColumnCount; column++)
            {
                double sum = 0;
                for (int image = 0; image < BatchImages; image++)
                    sum += (double)projections.Row(image)[row] * projections.Row(image)[column];
                covariance[row, column] += sum;
            }
        });

    /// <summary>The basis turned to the covariance's eigenvectors, the largest eigenvalue first.</summary>
    private static FloatMatrix Rotated(FloatMatrix basis, Matrix<double> covariance, int count)
    {
        var decomposition = covariance.Evd(Symmetricity.Symmetric);
        Matrix<double> vectors = decomposition.EigenVectors;
        double[] variances = [.. decomposition.EigenValues.Select(value => value.Real)]; // ascending
        count = Math.Min(count, variances.Count(variance => variance > Rounding * variances[^1]));
        var components = new FloatMatrix(count, basis.Columns);
        var sum = new double[basis.Columns];
        for (int component = 0; component < count; component++)
        {
            Array.Clear(sum);
            for (int direction = 0; direction < basis.Rows; direction++)
            {
                double share = vectors[direction, covariance.RowCount - 1 - component];
                ReadOnlySpan<float> row = basis.Row(direction);
                for (int column = 0; column < sum.Length; column++)
                    sum[column] += share * row[column];
            }
            double length = TensorPrimitives.Norm<double>(sum), sign = sum[TensorPrimitives.IndexOfMaxMagnitude<double>(sum)] < 0 ? -1 : 1;
            for (int column = 0; column < sum.Length; column++)
                components.Row(component)[column] = (float)(sign * sum[column] / length);
        }
        return components;
    }
}
