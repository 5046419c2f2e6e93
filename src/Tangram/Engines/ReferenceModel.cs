namespace Tangram;

/// <summary>The features that are active for an image, ascending, and their activations.</summary>
internal readonly record struct ReferenceCode(int[] Features, float[] Activations)
{
    /// <summary>z [F].</summary>
    public double[] Dense(int features)
    {
        var dense = new double[features];
        for (int slot = 0; slot < Features.Length; slot++)
            dense[Features[slot]] = Activations[slot];
        return dense;
    }
}

/// <summary>A member as its formula has it, in float64: rows that shall have length 1 have it, tied weights are one array, biases that it lacks are 0.</summary>
/// <param name="Options">The model.</param>
/// <param name="Encoder">W_enc.</param>
/// <param name="MetEncoder">W_enc as images meet it: rounded, where the encoder's product is in another precision than all else.</param>
/// <param name="Decoder">W_dec.</param>
/// <param name="EncoderBias">b_enc.</param>
/// <param name="PreBias">b_pre.</param>
internal sealed record ReferenceModel(ModelOptions Options, double[][] Encoder, double[][] MetEncoder, double[][] Decoder, double[] EncoderBias, double[] PreBias)
{
    /// <summary>⟨x − b_pre, W_f⟩ + b_enc,f of an image as it meets the encoder, rounded to what decides.</summary>
    public float[] PreActivations(double[] metImage)
    {
        var pre = new float[Options.Features];
        for (int feature = 0; feature < pre.Length; feature++)
        {
            double sum = EncoderBias[feature];
            for (int column = 0; column < metImage.Length; column++)
                sum += (metImage[column] * MetEncoder[feature][column]) - (PreBias[column] * Encoder[feature][column]);
            pre[feature] = (float)sum;
        }
        return pre;
    }

    /// <summary>The k largest of some features' pre-activations; rectified, the positive ones of these. Null when one is NaN.</summary>
    public ReferenceCode? Select(float[] pre, int[] candidates, int k)
    {
        var (places, selected) = (new int[k], new float[k]);
        if (!TopKSelection.Reference(Array.ConvertAll(candidates, feature => pre[feature]), k, places, selected))
            return null;
        int[] kept = [.. Array.ConvertAll(places, place => candidates[place]).Where(feature => !Options.IsRectified || pre[feature] > 0)];
        return new ReferenceCode(kept, Array.ConvertAll(kept, feature => pre[feature]));
    }

    /// <summary>Σ_f z_f W_dec,f.</summary>
    public double[] Combine(ReferenceCode code)
    {
        var sum = new double[Options.Shape.Length];
        for (int slot = 0; slot < code.Features.Length; slot++)
        {
            for (int column = 0; column < sum.Length; column++)
                sum[column] += code.Activations[slot] * Decoder[code.Features[slot]][column];
        }
        return sum;
    }

}

/// <summary>What a step computes of a member before its update, image by image.</summary>
/// <param name="Model">The member before the step.</param>
/// <param name="Codes">z.</param>
/// <param name="Errors">e = x̂ − x.</param>
/// <param name="AuxiliaryCodes">z_aux, of dead features only; none where none is dead.</param>
/// <param name="AuxiliaryErrors">e_aux = x̂_aux − (x − x̂), where x − x̂ counts as a constant.</param>
internal sealed record ReferencePass(ReferenceModel Model, ReferenceCode[] Codes, double[][] Errors, ReferenceCode[] AuxiliaryCodes, double[][] AuxiliaryErrors)
{
    /// <summary>Mean over images and pixels of e².</summary>
    public double Reconstruction => MeanSquare(Errors);

    /// <summary>Mean over images and pixels of e_aux²; 0 where no feature is dead.</summary>
    public double Auxiliary => MeanSquare(AuxiliaryErrors);

    /// <summary>What a member computes of images, also given as they meet the encoder. Null when a pre-activation is NaN.</summary>
    public static ReferencePass? Of(ReferenceModel model, double[][] images, double[][] metImages, int[] dead, int auxiliaryK)
    {
        var (codes, auxiliaryCodes) = (new List<ReferenceCode>(), new List<ReferenceCode>());
        var (errors, auxiliaryErrors) = (new List<double[]>(), new List<double[]>());
        int[] all = [.. Enumerable.Range(0, model.Options.Features)];
        foreach (var (x, met) in images.Zip(metImages))
        {
            float[] pre = model.PreActivations(met);
            if (model.Select(pre, all, model.Options.MaximumNonZeros) is not { } code)
                return null;
            double[] error = model.Combine(code);
            for (int column = 0; column < x.Length; column++)
                error[column] += model.PreBias[column] - x[column];
            codes.Add(code);
            errors.Add(error);

            if (dead.Length == 0)
                continue;
            ReferenceCode auxiliary = model.Select(pre, dead, Math.Min(auxiliaryK, dead.Length))!.Value;
            double[] auxiliaryError = model.Combine(auxiliary);
            for (int column = 0; column < x.Length; column++)
                auxiliaryError[column] += error[column];
            auxiliaryCodes.Add(auxiliary);
            auxiliaryErrors.Add(auxiliaryError);
        }
        return new ReferencePass(model, [.. codes], [.. errors], [.. auxiliaryCodes], [.. auxiliaryErrors]);
    }

    private static double MeanSquare(double[][] errors)
    {
        double sum = 0;
        foreach (double[] error in errors)
        {
            foreach (double value in error)
                sum += value * value / ((double)errors.Length * error.Length);
        }
        return sum;
    }
}
