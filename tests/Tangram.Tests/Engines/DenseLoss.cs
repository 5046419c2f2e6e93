namespace Tangram.Tests;

/// <summary>What a <see cref="DenseLoss"/> is made of beside its parameters.</summary>
/// <param name="K">The most activations of a code.</param>
/// <param name="Rectified">Whether of these only positive ones count.</param>
/// <param name="UnitRows">Whether the decoder's rows count as rows of length 1.</param>
/// <param name="Consistency">λ.</param>
internal sealed record DenseTerms(int K, bool Rectified, bool UnitRows, double Consistency)
{
    /// <summary>α.</summary>
    public double Auxiliary { get; init; }

    /// <summary>The most activations of an auxiliary code.</summary>
    public int AuxiliaryK { get; init; }

    /// <summary>Of each member, which features are dead.</summary>
    public bool[][]? Dead { get; init; }
}

/// <summary>
/// DESIGN.md's loss from its formula, dense and in float64, sharing no code with the engines. Which features are selected is held fixed, and so is the residual that
/// the auxiliary reconstruction aims at: both are those of the parameters given at first.
/// </summary>
internal sealed class DenseLoss
{
    private readonly double[][] _x; // [i][d]
    private readonly DenseTerms _terms;
    private readonly bool[][][] _selected, _auxiliary; // [member][i][f]
    private readonly double[][][] _residual; // [member][i][d]

    public DenseLoss(double[][] x, DenseMember[] members, DenseTerms terms)
    {
        (_x, _terms) = (x, terms);
        bool[] none = new bool[members[0][Parameter.Encoder].Length];
        _selected = [.. members.Select(member => x.Select(image => Largest(Pre(member, image), Array.ConvertAll(none, _ => true), terms.K)).ToArray())];
        _auxiliary = [.. members.Select((member, m) => x.Select(image => terms.Dead is null ? none : Largest(Pre(member, image), terms.Dead[m], terms.AuxiliaryK)).ToArray())];
        _residual = [.. members.Select((member, m) => x.Select((image, i) => Difference(image, Reconstruct(member, Code(member, m, i)))).ToArray())];
    }

    public double At(DenseMember[] members)
    {
        double[][][] codes = [.. members.Select((member, m) => _x.Select((_, i) => Code(member, m, i)).ToArray())];
        double loss = 0;
        for (int a = 0; a < members.Length; a++)
        {
            loss += _x.Select((image, i) => MeanSquare(image, Reconstruct(members[a], codes[a][i]))).Average();
            loss += _terms.Auxiliary * Auxiliary(members, a);
            double distance = 0;
            for (int b = 0; b < members.Length; b++)
            {
                if (b != a)
                    distance += codes[a].Select((code, i) => MeanSquare(code, codes[b][i])).Average() / (members.Length - 1);
            }
            loss += _terms.Consistency * 0.5 * distance;
        }
        return loss;
    }

    /// <summary>A member's mean over images and pixels of (x − x̂ − x̂_aux)², x − x̂ held fixed.</summary>
    public double Auxiliary(DenseMember[] members, int member) => _terms.Dead is null || !_terms.Dead[member].Contains(true)
        ? 0
        : _x.Select((image, i) => MeanSquare(_residual[member][i], Combine(members[member], Mask(Pre(members[member], image), _auxiliary[member][i])))).Average();

    /// <summary>∂L/∂p of one number of a parameter by central differences.</summary>
    public double Derivative(DenseMember[] members, double[] row, int column)
    {
        const double Delta = 1e-4;
        double value = row[column];
        row[column] = value + Delta;
        double above = At(members);
        row[column] = value - Delta;
        double below = At(members);
        row[column] = value;
        return (above - below) / (2 * Delta);
    }

    private double[] Code(DenseMember member, int number, int image) => Mask(Pre(member, _x[image]), _selected[number][image]);

    private double[][] Decoder(DenseMember member)
    {
        double[][] rows = member.Has(Parameter.Decoder) ? member[Parameter.Decoder] : member[Parameter.Encoder];
        return _terms.UnitRows ? [.. rows.Select(row => row.Select(weight => weight / Math.Sqrt(row.Sum(w => w * w))).ToArray())] : rows;
    }

    private double[] Pre(DenseMember member, double[] image)
    {
        double[][] encoder = member.Has(Parameter.Decoder) ? member[Parameter.Encoder] : Decoder(member);
        double[] centred = member.Has(Parameter.PreBias) ? Difference(image, member[Parameter.PreBias][0]) : image;
        return [.. encoder.Select((row, feature) =>
            row.Zip(centred, (a, b) => a * b).Sum() + (member.Has(Parameter.EncoderBias) ? member[Parameter.EncoderBias][0][feature] : 0))];
    }

    private double[] Combine(DenseMember member, double[] code)
    {
        double[][] decoder = Decoder(member);
        return [.. Enumerable.Range(0, decoder[0].Length).Select(column => code.Select((z, feature) => z * decoder[feature][column]).Sum())];
    }

    private double[] Reconstruct(DenseMember member, double[] code) =>
        [.. Combine(member, code).Select((value, column) => value + (member.Has(Parameter.PreBias) ? member[Parameter.PreBias][0][column] : 0))];

    private bool[] Largest(double[] pre, bool[] among, int k)
    {
        int[] order = [.. Enumerable.Range(0, pre.Length).Where(feature => among[feature]).OrderByDescending(feature => pre[feature]).Take(k)];
        return [.. Enumerable.Range(0, pre.Length).Select(feature => order.Contains(feature) && (!_terms.Rectified || pre[feature] > 0))];
    }

    private static double[] Mask(double[] pre, bool[] selected) => [.. pre.Zip(selected, (value, keep) => keep ? value : 0)];

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double MeanSquare(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Average();
}

/// <summary>A member's parameters in float64, each [row][column]; a bias is one row.</summary>
internal sealed class DenseMember(ModelOptions options, MemberState state)
{
    private readonly Dictionary<Parameter, double[][]> _parameters = StateTensor.ParametersOf(options).ToDictionary(parameter => parameter, parameter =>
        Enumerable.Range(0, state[parameter].Rows).Select(row => Array.ConvertAll(state[parameter].Row(row).ToArray(), value => (double)value)).ToArray());

    public IEnumerable<Parameter> Parameters => _parameters.Keys;

    public double[][] this[Parameter parameter] => _parameters[parameter];

    public bool Has(Parameter parameter) => _parameters.ContainsKey(parameter);

    /// <summary>Brings a parameter's rows to length 1.</summary>
    public void Normalise(Parameter parameter)
    {
        foreach (double[] row in _parameters[parameter])
        {
            double length = Math.Sqrt(row.Sum(value => value * value));
            for (int column = 0; column < row.Length; column++)
                row[column] /= length;
        }
    }
}
