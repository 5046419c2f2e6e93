namespace Tangram;

/// <summary>
/// The point whose distances to a set of images have the least sum: a middle that outliers hardly move. Source: Weiszfeld, "Sur le point pour lequel la somme des
/// distances de n points donnés est minimum", Tôhoku Mathematical Journal 43, 1937: the mean with weights 1 / distance, again and again. Where the estimate is one of
/// the images, that one has no weight, and the step is shortened: Vardi, Zhang, "The multivariate L1-median and associated data depth", PNAS 97(4), 2000.
/// Sums are float64 and in an order that depends on the images alone.
/// </summary>
internal static class GeometricMedian
{
    /// <summary>A step shorter than this share of the mean distance is the last one.</summary>
    private const double Tolerance = 1e-6;

    /// <summary>Below this share of the mean distance, an image and the estimate are one point.</summary>
    private const double Same = 1e-9;

    private const int MostSteps = 200;

    /// <summary>Columns that an item sums over a chunk of images.</summary>
    private const int Block = 128;

    /// <summary>Values of a chunk: 8 MB.</summary>
    private const int ChunkValues = 1 << 21;

    /// <summary>[D].</summary>
    public static double[] Of(ImageSet images, Workers workers)
    {
        var (distances, weights) = (new double[images.Count], new double[images.Count]);
        double[] median = Mean(images, workers), next = new double[median.Length];
        for (int step = 0; step < MostSteps; step++)
        {
            Distances(images, median, distances, workers);
            double meanDistance = distances.Sum() / distances.Length, total = 0;
            int same = 0;
            for (int image = 0; image < distances.Length; image++)
            {
                bool apart = distances[image] > Same * meanDistance;
                weights[image] = apart ? 1 / distances[image] : 0;
                total += weights[image];
                same += apart ? 0 : 1;
            }
            if (total == 0)
                return median; // all images are one
            WeightedSum(images, weights, next, workers);
            double square = 0;
            for (int column = 0; column < next.Length; column++)
            {
                next[column] = (next[column] / total) - median[column];
                square += next[column] * next[column];
            }
            // The pull of the other images; an image at the estimate holds it with a force of 1.
            double length = Math.Sqrt(square), pull = total * length, share = pull > same ? 1 - (same / pull) : 0;
            for (int column = 0; column < next.Length; column++)
                median[column] += share * next[column];
            if (share * length <= Tolerance * meanDistance)
                break;
        }
        return median;
    }

    /// <summary>The mean of the images, [D].</summary>
    public static double[] Mean(ImageSet images, Workers workers)
    {
        var mean = new double[images.Shape.Length];
        WeightedSum(images, null, mean, workers);
        for (int column = 0; column < mean.Length; column++)
            mean[column] /= images.Count;
        return mean;
    }

    private static void Distances(ImageSet images, double[] point, double[] distances, Workers workers)
    {
        float[][] room = [.. Enumerable.Range(0, workers.Count).Select(_ => new float[point.Length])];
        workers.Run(images.Count, (worker, image) =>
        {
            float[] x = room[worker];
            images.CopyTo(image, x);
            double square = 0;
            for (int column = 0; column < x.Length; column++)
                square += (x[column] - point[column]) * (x[column] - point[column]);
            distances[image] = Math.Sqrt(square);
        });
    }

    /// <summary>
    /// Σ_i w_i x_i; without weights Σ_i x_i. The images are read once, a chunk at a time, in order: they may lie in a file larger than memory. Each column's sum is in the order
    /// of the images.
    /// </summary>
    private static void WeightedSum(ImageSet images, double[]? weights, double[] sum, Workers workers)
    {
        Array.Clear(sum);
        int width = sum.Length, rows = Math.Clamp(ChunkValues / width, 1, images.Count);
        var chunk = new float[(long)rows * width];
        for (int start = 0; start < images.Count; start += rows)
        {
            int first = start, count = Math.Min(rows, images.Count - start);
            workers.Run(count, (_, row) => images.CopyTo(first + row, chunk.AsSpan(row * width, width)));
            workers.Run((width + Block - 1) / Block, (_, item) =>
            {
                int column = item * Block;
                Span<double> target = sum.AsSpan(column, Math.Min(Block, width - column));
                for (int row = 0; row < count; row++)
                {
                    double weight = weights?[first + row] ?? 1;
                    ReadOnlySpan<float> x = chunk.AsSpan((row * width) + column, target.Length);
                    for (int index = 0; index < target.Length; index++)
                        target[index] += weight * x[index];
                }
            });
        }
    }
}
