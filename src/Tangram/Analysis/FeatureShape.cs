namespace Tangram;

/// <summary>What a feature looks like.</summary>
public enum FeatureShape
{
    /// <summary>None of the below: spread out, in pieces, or a large blob.</summary>
    Other,

    /// <summary>Long and straight.</summary>
    Stroke,

    /// <summary>Long and bent smoothly.</summary>
    Curve,

    /// <summary>Long and bent at one point.</summary>
    Corner,

    /// <summary>Encloses a hole.</summary>
    Ring,

    /// <summary>Small and round.</summary>
    Dot,
}

/// <summary>
/// Names the shape of a feature. The measure: weights are averaged over channels and flipped so that the sign with more energy is positive; the *mark* is the largest 8-connected
/// set of pixels at or above half of the maximum. Unless it holds 60 % of the weight at or above that level and covers at most a quarter of the image, the shape is Other. A
/// mark that encloses a hole of at least 2 pixels is a Ring. Elongation is the root of the ratio of the eigenvalues of its second moments: below 1.8 it is a Dot if it covers at
/// most 5 % of the image, else Other. A longer mark is fitted, across its main axis, by a parabola; it is a Stroke when the parabola's sagitta is below 10 % of the mark's length, a Corner when two
/// lines that meet fit better than the parabola, else a Curve. It is a measure, not a judgement: compare it with the same measure of an untrained dictionary.
/// </summary>
public static class FeatureShapes
{
    private const double Level = 0.5, LeastShare = 0.6, LargestArea = 0.25, DotArea = 0.05, Elongated = 1.8, StraightSagitta = 0.10;
    private const int LeastHole = 2;

    /// <summary>The shape of one feature; rows that aren't images are Other.</summary>
    public static FeatureShape Of(ReadOnlySpan<float> weights, ImageShape shape)
    {
        if (!shape.IsImage)
            return FeatureShape.Other;
        double[] plane = Plane(weights, shape);
        double threshold = plane.Max() * Level;
        if (threshold <= 0)
            return FeatureShape.Other;
        bool[] above = Array.ConvertAll(plane, value => value >= threshold);
        List<int> mark = Regions(above, shape, diagonal: true).MaxBy(region => region.Sum(pixel => plane[pixel]))!;
        double whole = plane.Where(value => value >= threshold).Sum();
        if (mark.Sum(pixel => plane[pixel]) < LeastShare * whole || mark.Count > LargestArea * plane.Length)
            return FeatureShape.Other;
        if (HasHole(mark, shape))
            return FeatureShape.Ring;
        return Elongation(mark, plane, shape, out var along, out var across) < Elongated
            ? mark.Count <= DotArea * plane.Length ? FeatureShape.Dot : FeatureShape.Other
            : Bend(along, across);
    }

    private static double[] Plane(ReadOnlySpan<float> weights, ImageShape shape)
    {
        var plane = new double[shape.Width * shape.Height];
        double positive = 0, negative = 0;
        for (int index = 0; index < weights.Length; index++)
            plane[index % plane.Length] += weights[index] / (double)shape.Channels;
        foreach (double value in plane)
        {
            if (value > 0)
                positive += value * value;
            else
                negative += value * value;
        }
        return negative > positive ? Array.ConvertAll(plane, value => -value) : plane;
    }

    /// <summary>Connected sets of the pixels that are set.</summary>
    private static List<List<int>> Regions(bool[] set, ImageShape shape, bool diagonal)
    {
        var regions = new List<List<int>>();
        var seen = new bool[set.Length];
        for (int start = 0; start < set.Length; start++)
        {
            if (!set[start] || seen[start])
                continue;
            var region = new List<int> { start };
            seen[start] = true;
            for (int next = 0; next < region.Count; next++)
            {
                int x = region[next] % shape.Width, y = region[next] / shape.Width;
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        if ((!diagonal && dx != 0 && dy != 0) || x + dx < 0 || x + dx >= shape.Width || y + dy < 0 || y + dy >= shape.Height)
                            continue;
                        int neighbour = ((y + dy) * shape.Width) + x + dx;
                        if (!set[neighbour] || seen[neighbour])
                            continue;
                        seen[neighbour] = true;
                        region.Add(neighbour);
                    }
                }
            }
            regions.Add(region);
        }
        return regions;
    }

    private static bool HasHole(List<int> mark, ImageShape shape)
    {
        var outside = new bool[shape.Width * shape.Height];
        Array.Fill(outside, true);
        foreach (int pixel in mark)
            outside[pixel] = false;
        return Regions(outside, shape, diagonal: false).Any(region => region.Count >= LeastHole && region.TrueForAll(pixel =>
            pixel % shape.Width > 0 && pixel % shape.Width < shape.Width - 1 && pixel / shape.Width > 0 && pixel / shape.Width < shape.Height - 1));
    }

    /// <summary>Length over breadth, and the mark's pixels along and across its main axis; a pixel's own extent (variance 1/12) keeps thin lines finite.</summary>
    private static double Elongation(List<int> mark, double[] plane, ImageShape shape, out double[] along, out double[] across)
    {
        double weight = mark.Sum(pixel => plane[pixel]);
        double meanX = mark.Sum(pixel => plane[pixel] * (pixel % shape.Width)) / weight, meanY = mark.Sum(pixel => plane[pixel] * (pixel / shape.Width)) / weight;
        double xx = 1.0 / 12, yy = 1.0 / 12, xy = 0;
        foreach (int pixel in mark)
        {
            double dx = (pixel % shape.Width) - meanX, dy = (pixel / shape.Width) - meanY, share = plane[pixel] / weight;
            (xx, yy, xy) = (xx + (share * dx * dx), yy + (share * dy * dy), xy + (share * dx * dy));
        }
        double middle = (xx + yy) / 2, spread = Math.Sqrt(((xx - yy) * (xx - yy) / 4) + (xy * xy)), angle = 0.5 * Math.Atan2(2 * xy, xx - yy);
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        along = [.. mark.Select(pixel => (((pixel % shape.Width) - meanX) * cos) + (((pixel / shape.Width) - meanY) * sin))];
        across = [.. mark.Select(pixel => (((pixel / shape.Width) - meanY) * cos) - (((pixel % shape.Width) - meanX) * sin))];
        return Math.Sqrt((middle + spread) / Math.Max(middle - spread, 1e-9));
    }

    private static FeatureShape Bend(double[] along, double[] across)
    {
        double length = along.Max() - along.Min() + 1;
        double parabola = Fit(along, across, u => u * u, out double curvature);
        if (Math.Abs(curvature) * length * length / 4 < StraightSagitta * length)
            return FeatureShape.Stroke;
        double hinge = Enumerable.Range(2, 5).Min(eighth =>
        {
            double place = along.Min() + (length * eighth / 8);
            return Fit(along, across, u => Math.Max(0, u - place), out _);
        });
        return hinge < parabola ? FeatureShape.Corner : FeatureShape.Curve;
    }

    /// <summary>Least squares of v by 1, u and g(u); the squared error that is left, and the weight of g.</summary>
    private static double Fit(double[] u, double[] v, Func<double, double> g, out double weight)
    {
        double[] residual = [.. v], basis = [.. u.Select(g)], line = [.. u];
        double[] one = [.. u.Select(_ => 1.0)];
        Remove(line, one);
        foreach (double[] column in new[] { one, line })
        {
            Remove(residual, column);
            Remove(basis, column);
        }
        double square = basis.Sum(value => value * value);
        weight = square < 1e-9 ? 0 : basis.Zip(residual, (a, b) => a * b).Sum() / square;
        double slope = weight;
        return residual.Zip(basis, (r, b) => (r - (slope * b)) * (r - (slope * b))).Sum();
    }

    private static void Remove(double[] values, double[] direction)
    {
        double square = direction.Sum(value => value * value);
        double factor = square < 1e-12 ? 0 : values.Zip(direction, (a, b) => a * b).Sum() / square;
        for (int index = 0; index < values.Length; index++)
            values[index] -= factor * direction[index];
    }
}
