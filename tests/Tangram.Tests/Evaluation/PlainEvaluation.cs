namespace Tangram.Tests;

/// <summary>DESIGN.md's metrics of one member, written down once more as plainly as they read, all in float64 and dense.</summary>
internal sealed class PlainEvaluation
{
    private readonly double[][] _x, _y;

    public PlainEvaluation(SparseAutoencoder member, ImageSet images)
    {
        int features = member.Options.Features, pixels = images.Shape.Length;
        _x = [.. Enumerable.Range(0, images.Count).Select(image => Values(images, image))];
        double[][] weights = [.. Enumerable.Range(0, features).Select(feature => Doubles(member.Feature(feature)))];
        double[][] detectors = [.. Enumerable.Range(0, features).Select(feature => Doubles(member.Detector(feature)))];
        double[] preBias = Doubles(member.PreBias ?? new float[pixels]), encoderBias = Doubles(member.EncoderBias ?? new float[features]);
        var rule = (SparsityRule.TopK)member.Options.Rule;
        Codes = [.. _x.Select(x => TopK([.. detectors.Select((row, feature) => Dot(row, [.. x.Zip(preBias, (a, b) => a - b)]) + encoderBias[feature])], rule))];
        _y = [.. Codes.Select(code => Enumerable.Range(0, pixels)
            .Select(pixel => preBias[pixel] + Enumerable.Range(0, features).Sum(feature => code[feature] * weights[feature][pixel])).ToArray())];
        Weights = weights;
    }

    public double[][] Codes { get; }

    public double[][] Weights { get; }

    public double[] MsePerImage => [.. _x.Zip(_y, (x, y) => x.Zip(y, (a, b) => (a - b) * (a - b)).Average())];

    public double[] PearsonPerImage => [.. _x.Zip(_y, Pearson)];

    public double Mse => MsePerImage.Average();

    public double Psnr => 10 * Math.Log10(1 / Mse);

    public double Fvu
    {
        get
        {
            double[] mean = [.. Enumerable.Range(0, _x[0].Length).Select(pixel => _x.Average(x => x[pixel]))];
            return Mse * _x.Length * mean.Length / _x.Sum(x => x.Zip(mean, (a, b) => (a - b) * (a - b)).Sum());
        }
    }

    public double[] NonZerosPerImage => [.. Codes.Select(code => (double)code.Count(value => value != 0))];

    public double[] Frequency => [.. Enumerable.Range(0, Weights.Length).Select(feature => Codes.Average(code => code[feature] != 0 ? 1.0 : 0))];

    public static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    public static double Pearson(double[] x, double[] y)
    {
        double meanX = x.Average(), meanY = y.Average();
        return Cosine([.. x.Select(value => value - meanX)], [.. y.Select(value => value - meanY)]);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] TopK(double[] pre, SparsityRule.TopK rule)
    {
        var kept = Enumerable.Range(0, pre.Length).OrderByDescending(feature => pre[feature]).ThenBy(feature => feature).Take(rule.K).ToHashSet();
        return [.. pre.Select((value, feature) => kept.Contains(feature) && (value > 0 || !rule.Rectified) ? value : 0)];
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private static double[] Values(ImageSet images, int image)
    {
        var values = new float[images.Shape.Length];
        images.CopyTo(image, values);
        return Array.ConvertAll(values, value => (double)value);
    }
}
