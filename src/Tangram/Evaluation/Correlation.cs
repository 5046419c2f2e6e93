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

    /// <summary>NaN when x or y has no variance.</summary>
    public static double Pearson(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
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
        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : double.NaN;
    }

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
