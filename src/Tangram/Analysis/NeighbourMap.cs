using System.Runtime.Intrinsics;

namespace Tangram;

/// <summary>
/// A map that keeps neighbours together: t-distributed stochastic neighbour embedding. Neighbourhoods p are Gaussians around each point, as wide as gives them the same
/// perplexity; those of the map, q, follow Student's t with one degree of freedom; KL(p ‖ q) is made small by gradient descent. Groups can be trusted, distances between groups
/// and sizes of groups can't. Source: van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008 (equations 1-5, algorithm 1); the start (principal components),
/// early exaggeration and learning rate follow Belkina et al., "Automated optimized parameters for t-SNE", Nature Communications 10, 2019. Exact, over all pairs; sums are in
/// the order of points, so the map doesn't depend on the number of threads.
/// </summary>
/// <param name="Items">What is shown: numbers of images or features.</param>
/// <param name="X">Their places.</param>
/// <param name="Y">Their places.</param>
internal sealed record NeighbourMap(int[] Items, double[] X, double[] Y)
{
    public const int Steps = 750;

    private const double Perplexity = 30, Exaggeration = 12, StartSpread = 1e-4, EarlyMomentum = 0.5, LateMomentum = 0.8, LeastGain = 0.01;

    private const int ExaggeratedSteps = 250, Components = 50;

    /// <summary>Null where the vectors vary in fewer than two directions, or are too few to have neighbourhoods.</summary>
    /// <param name="vectors">Of many dimensions the first 50 principal components count, as in the source.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the steps done of <see cref="Steps"/>.</param>
    /// <param name="cancellation">Stops.</param>
    public static NeighbourMap? Of(MapVectors vectors, Workers workers, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        if (vectors.Items.Length < 5 || vectors.Principal(Components, workers) is not { } principal)
            return null;
        using FloatMatrix points = principal.Places;
        double[] near = Neighbourhoods(SquaredDistances(points, workers), points.Rows, Math.Min(Perplexity, (points.Rows - 1) / 3.0), workers);
        var (x, y) = Start(points);
        Descend(near, x, y, workers, progress, cancellation);
        return new NeighbourMap(vectors.Items, x, y);
    }

    /// <summary>p [N, N] of squared distances [N, N]: symmetric, of sum 1 (equations 1 and 2, and their symmetric form).</summary>
    internal static double[] Neighbourhoods(double[] distances, int count, double perplexity, Workers workers)
    {
        var conditional = new double[count * count];
        workers.Run(count, (_, point) => Conditional(distances.AsSpan(point * count, count), point, perplexity, conditional.AsSpan(point * count, count)));
        var joint = new double[count * count];
        workers.Run(count, (_, row) =>
        {
            for (int column = 0; column < count; column++)
                joint[(row * count) + column] = (conditional[(row * count) + column] + conditional[(column * count) + row]) / (2 * count);
        });
        return joint;
    }

    /// <summary>p_{j|i} for one i, the width of the Gaussian found by bisection such that 2^H, H the entropy in bits, is the perplexity.</summary>
    internal static void Conditional(ReadOnlySpan<double> distances, int self, double perplexity, Span<double> shares)
    {
        const int Halvings = 64;
        // Only differences count; without the nearest's own distance, no exponent vanishes for all.
        double least = double.PositiveInfinity;
        for (int other = 0; other < distances.Length; other++)
            least = other == self ? least : Math.Min(least, distances[other]);
        double precision = 1, low = 0, high = double.PositiveInfinity, wanted = Math.Log(perplexity);
        for (int halving = 0; halving < Halvings; halving++)
        {
            double sum = 0, weighted = 0;
            for (int other = 0; other < distances.Length; other++)
            {
                double distance = distances[other] - least;
                shares[other] = other == self ? 0 : Math.Exp(-precision * distance);
                sum += shares[other];
                weighted += shares[other] * distance;
            }
            for (int other = 0; other < shares.Length; other++)
                shares[other] /= sum;
            double entropy = Math.Log(sum) + (precision * weighted / sum);
            if (Math.Abs(entropy - wanted) < 1e-7)
                return;
            (low, high) = entropy > wanted ? (precision, high) : (low, precision);
            precision = double.IsPositiveInfinity(high) ? precision * 2 : (low + high) / 2;
        }
    }

    /// <summary>The gradient of KL(p ‖ q), p times <paramref name="exaggeration"/> (equation 5), at the places.</summary>
    internal static void Gradient(double[] near, double[] x, double[] y, double exaggeration, Forces forces, Workers workers)
    {
        int count = x.Length;
        workers.Run(count, (_, point) => forces.Measure(point, near.AsSpan(point * count, count), x, y));
        double total = 0;
        foreach (double sum in forces.Sums)
            total += sum;
        for (int point = 0; point < count; point++)
        {
            forces.X[point] = 4 * ((exaggeration * forces.PullX[point]) - (forces.PushX[point] / total));
            forces.Y[point] = 4 * ((exaggeration * forces.PullY[point]) - (forces.PushY[point] / total));
        }
    }

    private static double[] SquaredDistances(FloatMatrix points, Workers workers)
    {
        int count = points.Rows;
        var distances = new double[count * count];
        workers.Run(count, (_, row) =>
        {
            ReadOnlySpan<float> one = points.Row(row);
            for (int column = 0; column < count; column++)
            {
                ReadOnlySpan<float> other = points.Row(column);
                double sum = 0;
                for (int place = 0; place < one.Length; place++)
                    sum += ((double)one[place] - other[place]) * ((double)one[place] - other[place]);
                distances[(row * count) + column] = sum;
            }
        });
        return distances;
    }

    /// <summary>The first two components, the first with the standard deviation that the source starts with.</summary>
    private static (double[] X, double[] Y) Start(FloatMatrix points)
    {
        double[] x = [.. Enumerable.Range(0, points.Rows).Select(row => (double)points.Row(row)[0])];
        double[] y = [.. Enumerable.Range(0, points.Rows).Select(row => (double)points.Row(row)[1])];
        double scale = StartSpread / Math.Max(1e-300, Math.Sqrt(x.Sum(value => value * value) / x.Length));
        return ([.. x.Select(value => value * scale)], [.. y.Select(value => value * scale)]);
    }

    private static void Descend(double[] near, double[] x, double[] y, Workers workers, IProgress<int>? progress, CancellationToken cancellation)
    {
        double rate = Math.Max(x.Length / Exaggeration / 4, 50);
        var forces = new Forces(x.Length);
        var (alongX, alongY) = (new Momentum(x.Length), new Momentum(x.Length));
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool isEarly = step < ExaggeratedSteps;
            Gradient(near, x, y, isEarly ? Exaggeration : 1, forces, workers);
            alongX.Move(x, forces.X, rate, isEarly ? EarlyMomentum : LateMomentum);
            alongY.Move(y, forces.Y, rate, isEarly ? EarlyMomentum : LateMomentum);
            progress?.Report(step + 1);
        }
    }

    /// <summary>What acts on each point.</summary>
    internal sealed class Forces(int count)
    {
        public double[] X { get; } = new double[count];

        public double[] Y { get; } = new double[count];

        public double[] PullX { get; } = new double[count];

        public double[] PullY { get; } = new double[count];

        public double[] PushX { get; } = new double[count];

        public double[] PushY { get; } = new double[count];

        /// <summary>Σ_j 1 / (1 + ‖y_i − y_j‖²) without j = i.</summary>
        public double[] Sums { get; } = new double[count];

        /// <summary>Σ_j p_ij t_ij (y_i − y_j) and Σ_j t_ij² (y_i − y_j), t_ij = 1 / (1 + ‖y_i − y_j‖²); in four sums on every machine.</summary>
        public void Measure(int point, ReadOnlySpan<double> near, double[] x, double[] y)
        {
            Vector256<double> hereX = Vector256.Create(x[point]), hereY = Vector256.Create(y[point]), sum = default, pullX = default, pullY = default, pushX = default, pushY = default;
            int other = 0;
            for (; other <= near.Length - Vector256<double>.Count; other += Vector256<double>.Count)
            {
                Vector256<double> dx = hereX - Vector256.Create(x.AsSpan(other)), dy = hereY - Vector256.Create(y.AsSpan(other));
                Vector256<double> close = Vector256<double>.One / (Vector256<double>.One + (dx * dx) + (dy * dy)), pull = Vector256.Create(near[other..]) * close, push = close * close;
                sum += close;
                pullX += pull * dx;
                pullY += pull * dy;
                pushX += push * dx;
                pushY += push * dy;
            }
            (Sums[point], PullX[point], PullY[point], PushX[point], PushY[point]) =
                (Vector256.Sum(sum) - 1, Vector256.Sum(pullX), Vector256.Sum(pullY), Vector256.Sum(pushX), Vector256.Sum(pushY));
            for (; other < near.Length; other++)
            {
                double dx = x[point] - x[other], dy = y[point] - y[other], close = 1 / (1 + (dx * dx) + (dy * dy));
                Sums[point] += close;
                PullX[point] += near[other] * close * dx;
                PullY[point] += near[other] * close * dy;
                PushX[point] += close * close * dx;
                PushY[point] += close * close * dy;
            }
        }
    }

    /// <summary>Descent with momentum, and gains that grow where the direction stays and shrink where it turns (Jacobs 1988, as in the source).</summary>
    private sealed class Momentum(int count)
    {
        private readonly double[] _speed = new double[count], _gain = [.. Enumerable.Repeat(1.0, count)];

        public void Move(double[] places, double[] gradient, double rate, double momentum)
        {
            for (int point = 0; point < places.Length; point++)
            {
                _gain[point] = Math.Max(LeastGain, Math.Sign(gradient[point]) != Math.Sign(_speed[point]) ? _gain[point] + 0.2 : _gain[point] * 0.8);
                _speed[point] = (momentum * _speed[point]) - (rate * _gain[point] * gradient[point]);
                places[point] += _speed[point];
            }
        }
    }
}
