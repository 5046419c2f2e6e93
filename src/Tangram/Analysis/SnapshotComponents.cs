using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Tangram;

/// <summary>
/// Many principal components of few images, by the method of snapshots: they are combinations of the images, whose weights are the leading eigenvectors of the images'
/// Gram matrix. Its size is that of the sample, not of an image, so that 384 components of 2,000 images
/// of 64×64×3 take a second where <see cref="PrincipalComponents"/>, which holds no more than a batch of images of any size, takes eight.
/// Source: Sirovich, "Turbulence and the dynamics of coherent structures", 1987; the eigenvectors by subspace iteration (Halko, Martinsson, Tropp 2011, algorithm 4.4).
/// </summary>
internal static class SnapshotComponents
{
    private const int Oversampling = 16, Rounds = 5, ColumnBlock = 1024;

    /// <summary>A variance below this share of the largest is rounding: products are sums of float32.</summary>
    private const double Rounding = 1e-6;

    /// <param name="images">All of them are looked at, and held as floats.</param>
    /// <param name="mean">Their mean, [D].</param>
    /// <param name="count">How many components at most.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[count, D], orthonormal, the largest variance first; fewer where images vary in fewer directions.</returns>
    public static FloatMatrix Of(ImageSet images, float[] mean, int count, Workers workers)
    {
        using var rows = new FloatMatrix(images.Count, images.Shape.Length);
        workers.Run(images.Count, (_, image) =>
        {
            images.CopyTo(image, rows.Row(image));
            TensorPrimitives.Subtract(rows.Row(image), mean, rows.Row(image));
        });
        int directions = Math.Min(count + Oversampling, Math.Min(images.Count - 1, images.Shape.Length));
        if (directions < 1)
            return new FloatMatrix(0, mean.Length);
        using FloatMatrix gram = RowProducts.Of(rows, rows, workers);
        using FloatMatrix? weights = Weights(gram, directions, Math.Min(count, directions), workers);
        return weights is null ? new FloatMatrix(0, mean.Length) : Combine(weights, rows, workers);
    }

    /// <summary>The leading eigenvectors of the Gram matrix over the roots of their eigenvalues, [count, N]; null where it is 0.</summary>
    private static FloatMatrix? Weights(FloatMatrix gram, int directions, int count, Workers workers)
    {
        using var basis = new FloatMatrix(directions, gram.Rows);
        OrthogonalInitialisation.Fill(directions, gram.Rows, 0, 0, workers, (row, values) => values.CopyTo(basis.Row(row)));
        for (int round = 0; round < Rounds; round++)
        {
            using FloatMatrix product = RowProducts.Of(basis, gram, workers);
            // To singular values of at most 1, which is what the orthonormalisation expects.
            double norm = Math.Sqrt(Enumerable.Range(0, directions).Sum(row => (double)TensorPrimitives.SumOfSquares<float>(product.Row(row))));
            if (!(norm > 0))
                return null;
            for (int row = 0; row < directions; row++)
                TensorPrimitives.Multiply(product.Row(row), (float)(1 / norm), basis.Row(row));
            OrthogonalInitialisation.Orthonormalise(basis, workers);
        }
        using FloatMatrix last = RowProducts.Of(basis, gram, workers), small = RowProducts.Of(last, basis, workers);
        var decomposition = Matrix<double>.Build.Dense(directions, directions, (row, column) => (small.Row(row)[column] + (double)small.Row(column)[row]) / 2)
            .Evd(Symmetricity.Symmetric);
        double[] variances = [.. decomposition.EigenValues.Select(value => value.Real)]; // ascending
        count = Math.Min(count, variances.Count(variance => variance > Rounding * variances[^1]));
        var weights = new FloatMatrix(count, gram.Rows);
        workers.Run(count, (_, component) =>
        {
            int place = directions - 1 - component;
            Span<float> target = weights.Row(component);
            for (int direction = 0; direction < directions; direction++)
                TensorPrimitives.MultiplyAdd(basis.Row(direction), (float)(decomposition.EigenVectors[direction, place] / Math.Sqrt(variances[place])), target, target);
        });
        return weights;
    }

    /// <summary>weights · rows, a block of columns at a time.</summary>
    private static FloatMatrix Combine(FloatMatrix weights, FloatMatrix rows, Workers workers)
    {
        var components = new FloatMatrix(weights.Rows, rows.Columns);
        for (int first = 0; first < rows.Columns; first += ColumnBlock)
        {
            int start = first, width = Math.Min(ColumnBlock, rows.Columns - first);
            using var columns = new FloatMatrix(width, rows.Rows);
            workers.Run(width, (_, column) =>
            {
                for (int row = 0; row < rows.Rows; row++)
                    columns.Row(column)[row] = rows.Row(row)[start + column];
            });
            using FloatMatrix block = RowProducts.Of(weights, columns, workers);
            for (int component = 0; component < weights.Rows; component++)
                block.Row(component).CopyTo(components.Row(component)[first..]);
        }
        components.NormaliseRows();
        return components;
    }
}
