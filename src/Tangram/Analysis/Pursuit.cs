using System.Numerics.Tensors;

namespace Tangram;

/// <summary>
/// Greedy choices of features for one image, by the Gram matrix of features of length 1 and their correlations with the image, so that no step looks at
/// pixels. What is returned belongs to features of length 1: features ascending, and their activations, of either sign.
/// </summary>
internal static class Pursuit
{
    /// <summary>
    /// A feature is taken for a combination of others when the squared part of it that is at right angles to them is below this: single precision's Gram
    /// matrix says no more.
    /// </summary>
    private const double Dependent = 1e-4;

    /// <summary>Correlations below this share of the largest one at the start are rounding: nothing is left to explain.</summary>
    private const float Rounding = 1e-6f;

    /// <summary>
    /// Matching pursuit: each step takes the feature most correlated with the residual and subtracts its part; a feature may be taken again. Source:
    /// Mallat, Zhang, "Matching pursuits with time-frequency dictionaries", IEEE Transactions on Signal Processing 41(12), 1993.
    /// </summary>
    /// <param name="gram">⟨d_i, d_j⟩ [F, F] of features of length 1; rows of zeros where there is none.</param>
    /// <param name="correlations">⟨d_i, x⟩ [F].</param>
    /// <param name="steps">How many.</param>
    public static (int[] Features, float[] Activations) Matching(FloatMatrix gram, ReadOnlySpan<float> correlations, int steps)
    {
        float[] left = correlations.ToArray();
        float least = Rounding * Largest(left);
        var code = new SortedDictionary<int, float>();
        for (int step = 0; step < steps; step++)
        {
            int next = TensorPrimitives.IndexOfMaxMagnitude<float>(left);
            float activation = left[next];
            if (Math.Abs(activation) <= least)
                break;
            code[next] = code.GetValueOrDefault(next) + activation;
            TensorPrimitives.MultiplyAdd(gram.Row(next), -activation, left, left);
            left[next] = 0; // exactly, and so not taken twice in a row
        }
        return ([.. code.Keys], [.. code.Values]);
    }

    /// <summary>
    /// Orthogonal matching pursuit: as <see cref="Matching"/>, but after each step all activations are those of least squares, so that no feature is taken
    /// twice; with as many steps as features it is least squares over all of them. Source: Pati, Rezaiifar, Krishnaprasad, "Orthogonal matching pursuit",
    /// 1993. Every feature's correlations with the chosen ones, made orthonormal in their order, are kept: they are the Cholesky factor's columns too
    /// (after Rubinstein, Zibulevsky, Elad, "Efficient implementation of the K-SVD algorithm using batch orthogonal matching pursuit", 2008). A feature
    /// that the chosen ones already combine to is passed over.
    /// </summary>
    /// <inheritdoc cref="Matching"/>
    public static (int[] Features, float[] Activations) Orthogonal(FloatMatrix gram, ReadOnlySpan<float> correlations, int steps)
    {
        steps = Math.Min(steps, gram.Rows);
        float[] left = correlations.ToArray();
        float least = Rounding * Largest(left);
        var directions = new List<float[]>(steps); // ⟨d_f, q_j⟩ of every feature f with the direction q_j
        var (chosen, parts) = (new List<int>(steps), new List<double>(steps));
        var taken = new bool[left.Length];
        while (chosen.Count < steps)
        {
            int next = TensorPrimitives.IndexOfMaxMagnitude<float>(left);
            if (Math.Abs(left[next]) <= least)
                break;
            taken[next] = true;
            double square = gram.Row(next)[next] - directions.Sum(direction => (double)direction[next] * direction[next]);
            if (square < Dependent)
            {
                left[next] = 0;
                continue;
            }
            float[] own = gram.Row(next).ToArray();
            foreach (float[] direction in directions)
                TensorPrimitives.MultiplyAdd(direction, -direction[next], own, own);
            double length = Math.Sqrt(square), part = left[next] / length;
            TensorPrimitives.Multiply(own, (float)(1 / length), own);
            TensorPrimitives.MultiplyAdd(own, (float)-part, left, left);
            directions.Add(own);
            chosen.Add(next);
            parts.Add(part);
            for (int feature = 0; feature < taken.Length; feature++)
            {
                if (taken[feature])
                    left[feature] = 0;
            }
        }
        double[] activations = SolveTransposed(directions, chosen, parts);
        int[] order = [.. Enumerable.Range(0, chosen.Count).OrderBy(slot => chosen[slot])];
        return ([.. order.Select(slot => chosen[slot])], [.. order.Select(slot => (float)activations[slot])]);
    }

    /// <summary>a of Lᵀ a = parts, where L [n, n] has L_ij = ⟨d_i, q_j⟩ of the chosen features.</summary>
    private static double[] SolveTransposed(List<float[]> directions, List<int> chosen, List<double> parts)
    {
        double[] solution = [.. parts];
        for (int row = chosen.Count - 1; row >= 0; row--)
        {
            for (int later = row + 1; later < chosen.Count; later++)
                solution[row] -= directions[row][chosen[later]] * solution[later];
            solution[row] /= directions[row][chosen[row]];
        }
        return solution;
    }

    private static float Largest(ReadOnlySpan<float> values) => Math.Abs(TensorPrimitives.MaxMagnitude(values));
}
