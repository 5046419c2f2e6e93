namespace Tangram.Tests;

/// <summary>DESIGN.md's loss from its formula, dense and in float64, sharing no code with the engines. Which features are selected is held fixed.</summary>
internal sealed class DenseLoss
{
    private readonly double[][] _x; // [i][d]
    private readonly bool[][][] _selected; // [member][i][f]
    private readonly double _consistencyWeight;

    public DenseLoss(double[][] x, double[][][] weights, int k, double consistencyWeight)
    {
        _x = x;
        _consistencyWeight = consistencyWeight;
        _selected = [.. weights.Select(w => x.Select(image => Largest(Products(image, w), k)).ToArray())];
    }

    /// <param name="weights">[member][f][d]</param>
    public double At(double[][][] weights)
    {
        double[][][] codes = [.. weights.Select((w, member) => _x.Select((image, i) => Mask(Products(image, w), _selected[member][i])).ToArray())];
        double loss = 0;
        for (int a = 0; a < weights.Length; a++)
        {
            loss += _x.Select((image, i) => MeanSquare(image, Combine(codes[a][i], weights[a]))).Average();
            double distance = 0;
            for (int b = 0; b < weights.Length; b++)
            {
                if (b != a)
                    distance += codes[a].Select((code, i) => MeanSquare(code, codes[b][i])).Average() / (weights.Length - 1);
            }
            loss += _consistencyWeight * 0.5 * distance;
        }
        return loss;
    }

    /// <summary>∂L/∂w of one weight by central differences.</summary>
    public double Derivative(double[][][] weights, int member, int feature, int column)
    {
        const double Delta = 1e-4;
        double[] row = weights[member][feature];
        double value = row[column];
        row[column] = value + Delta;
        double above = At(weights);
        row[column] = value - Delta;
        double below = At(weights);
        row[column] = value;
        return (above - below) / (2 * Delta);
    }

    private static double[] Products(double[] image, double[][] w) => [.. w.Select(row => row.Zip(image, (a, b) => a * b).Sum())];

    private static bool[] Largest(double[] pre, int k)
    {
        int[] order = [.. Enumerable.Range(0, pre.Length).OrderByDescending(feature => pre[feature]).Take(k)];
        return [.. Enumerable.Range(0, pre.Length).Select(feature => order.Contains(feature))];
    }

    private static double[] Mask(double[] pre, bool[] selected) => [.. pre.Zip(selected, (value, keep) => keep ? value : 0)];

    private static double[] Combine(double[] code, double[][] w) =>
        [.. Enumerable.Range(0, w[0].Length).Select(column => code.Select((z, feature) => z * w[feature][column]).Sum())];

    private static double MeanSquare(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Average();
}
