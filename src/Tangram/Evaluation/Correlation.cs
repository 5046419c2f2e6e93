namespace Tangram;

/// <summary>How alike two vectors are, in float64.</summary>
internal static class Correlation
{
    public static double SquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double sum = 0;
        for (int pixel = 0; pixel < x.Length; pixel++)
        {
            double difference = (double)x[pixel] - y[pixel];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>How well y follows x, −1 … 1; 0 when only y has no variance, NaN when x has none.</summary>
    public static double Pearson(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Moments.Of(x, y).Pearson;

    /// <summary>0 when either vector is 0.</summary>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double aa = 0, bb = 0, ab = 0;
        for (int index = 0; index < a.Length; index++)
        {
            aa += (double)a[index] * a[index];
            bb += (double)b[index] * b[index];
            ab += (double)a[index] * b[index];
        }
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : 0;
    }
}

/// <summary>Means of two vectors and the sums of products of what deviates from them, in float64; parts of long vectors can be put together.</summary>
internal readonly record struct Moments(long Count, double MeanX, double MeanY, double XX, double YY, double XY)
{
    /// <summary>
    /// The correlation. NaN where x has no variance, for then there is nothing to follow; 0 where only y has none: a reconstruction that shows nothing is the worst there is, not
    /// one to leave out.
    /// </summary>
    public double Pearson => XX > 0 ? YY == 0 ? 0 : XY / Math.Sqrt(XX * YY) : double.NaN;

    public static Moments Of(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double meanX = 0, meanY = 0;
        for (int pixel = 0; pixel < x.Length; pixel++)
        {
            meanX += x[pixel];
            meanY += y[pixel];
        }
        meanX /= x.Length;
        meanY /= x.Length;
        double xx = 0, yy = 0, xy = 0;
        for (int pixel = 0; pixel < x.Length; pixel++)
        {
            double dx = x[pixel] - meanX, dy = y[pixel] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        return new Moments(x.Length, meanX, meanY, xx, yy, xy);
    }

    /// <summary>
    /// The moments of both parts together; together with nothing, exactly the other's. Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for
    /// computing sample variances", 1979.
    /// </summary>
    public Moments And(Moments other)
    {
        long count = Count + other.Count;
        double share = (double)other.Count / count, weight = Count * share, dx = other.MeanX - MeanX, dy = other.MeanY - MeanY;
        return new Moments(count, MeanX + (dx * share), MeanY + (dy * share), XX + other.XX + (dx * dx * weight), YY + other.YY + (dy * dy * weight),
            XY + other.XY + (dx * dy * weight));
    }
}
