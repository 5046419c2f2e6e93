namespace Tangram;

/// <summary>The gradient of the loss with respect to a member's parameters as <see cref="ReferenceModel"/> has them, summed up term by term in float64.</summary>
internal sealed class ReferenceGradient
{
    private readonly ReferenceModel _model;
    private readonly double[][] _encoder, _decoder;
    private readonly double[] _encoderBias, _preBias, _alongs;

    public ReferenceGradient(ReferenceModel model)
    {
        ModelOptions options = model.Options;
        _model = model;
        _encoder = Zeros(options);
        _decoder = options.Untied ? Zeros(options) : _encoder;
        (_encoderBias, _preBias, _alongs) = (new double[options.Features], new double[options.Shape.Length], new double[options.Features]);
    }

    /// <summary>The gradient's rows, as many as the parameter has.</summary>
    public double[][] this[Parameter parameter] => parameter switch
    {
        Parameter.Encoder => _encoder,
        Parameter.Decoder => _decoder,
        Parameter.EncoderBias => [_encoderBias],
        Parameter.PreBias => [_preBias],
        _ => throw new ArgumentOutOfRangeException(nameof(parameter)),
    };

    /// <summary>Of reconstruction and auxiliary reconstruction, each the mean square of its errors, and of consistency with the other members' codes.</summary>
    /// <param name="images">x.</param>
    /// <param name="pass">This member's codes and errors.</param>
    /// <param name="distances">z_a − mean_{b≠a} z_b of each image [F]; empty with one member.</param>
    /// <param name="settings">The weights of the terms.</param>
    public void Add(double[][] images, ReferencePass pass, double[][] distances, StepSettings settings)
    {
        double perPixel = 2.0 / ((double)images.Length * _preBias.Length), perFeature = 2.0 / ((double)images.Length * _encoderBias.Length);
        for (int image = 0; image < images.Length; image++)
        {
            double[] error = pass.Errors[image];
            double[]? distance = distances.Length > 0 ? distances[image] : null;
            AddCode(images[image], pass.Codes[image], error, perPixel, feature => settings.Consistency * perFeature * (distance?[feature] ?? 0));
            AddMultiple(_preBias, perPixel, error); // x̂ = … + b_pre
            if (pass.AuxiliaryCodes.Length > 0)
                AddCode(images[image], pass.AuxiliaryCodes[image], pass.AuxiliaryErrors[image], settings.Auxiliary * perPixel, _ => 0);
        }
    }

    /// <summary>Rows of length 1 can only turn: their gradient loses its part along the row, g − ⟨g, w⟩w.</summary>
    /// <param name="byActivations">
    /// Takes ⟨x − b_pre, w⟩ from the activations, as sessions do, instead of computing it: the same unless the encoder's product is rounded.
    /// </param>
    public void Project(bool byActivations)
    {
        for (int feature = 0; feature < _decoder.Length; feature++)
            AddMultiple(_decoder[feature], -(byActivations ? _alongs[feature] : Dot(_decoder[feature], _model.Decoder[feature])), _model.Decoder[feature]);
    }

    /// <summary>Scales the gradient of all parameters together down to a norm.</summary>
    public void Clip(double maximumNorm)
    {
        double[][] rows = [.. StateTensor.ParametersOf(_model.Options).SelectMany(parameter => this[parameter])];
        double norm = Math.Sqrt(rows.Sum(row => Dot(row, row)));
        if (norm <= maximumNorm)
            return;
        foreach (double[] row in rows)
        {
            foreach (ref double value in row.AsSpan())
                value *= maximumNorm / norm;
        }
    }

    /// <summary>
    /// Of a code's part in its reconstruction: ∂L/∂z = scale·⟨e, W_dec,f⟩ + pull for the active features, none for the others; from there through
    /// pre = ⟨x − b_pre, W_f⟩ + b_enc,f to what made z, and scale·z·e to the row that z weighs.
    /// </summary>
    private void AddCode(double[] x, ReferenceCode code, double[] error, double scale, Func<int, double> pull)
    {
        for (int slot = 0; slot < code.Features.Length; slot++)
        {
            int feature = code.Features[slot];
            double delta = (scale * Dot(error, _model.Decoder[feature])) + pull(feature);
            AddMultiple(_encoder[feature], delta, x);
            AddMultiple(_encoder[feature], -delta, _model.PreBias);
            AddMultiple(_preBias, -delta, _model.Encoder[feature]);
            _encoderBias[feature] += delta;
            AddMultiple(_decoder[feature], scale * code.Activations[slot], error);
            _alongs[feature] += scale * code.Activations[slot] * Dot(error, _model.Decoder[feature]);
            if (!_model.Options.Untied)
                _alongs[feature] += delta * (code.Activations[slot] - _model.EncoderBias[feature]);
        }
    }

    private static double[][] Zeros(ModelOptions options) => [.. Enumerable.Range(0, options.Features).Select(_ => new double[options.Shape.Length])];

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int index = 0; index < a.Length; index++)
            sum += a[index] * b[index];
        return sum;
    }

    private static void AddMultiple(double[] sum, double factor, double[] addend)
    {
        for (int index = 0; index < sum.Length; index++)
            sum[index] += factor * addend[index];
    }
}
