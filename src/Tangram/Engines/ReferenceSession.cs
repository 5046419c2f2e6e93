namespace Tangram;

/// <summary>What a session in mixed precision rounds.</summary>
internal enum ReferenceRounding
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Images and weights, to half precision, wherever they meet: OpenCL.</summary>
    Stored,

    /// <summary>Images and weights, to bf16, in the encoder's product: the CPU.</summary>
    Encoder,
}

/// <summary>
/// The oracle: plain loops, one thread, sums in float64, dense codes where they make the formula plain. State is float32, as in every session. What a member
/// computes is in <see cref="ReferencePass"/>, its gradient in <see cref="ReferenceGradient"/>. Gradients and updates are the same however operands are rounded.
/// </summary>
internal sealed class ReferenceSession(ModelOptions options, int batchCapacity, SessionExtras extras = default, ReferenceRounding rounding = ReferenceRounding.None)
    : TrainingSession(options, batchCapacity, extras)
{
    private readonly MemberState[] _members = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberState(options, extras.Averages))];
    private readonly Batch _batch = new(batchCapacity, options.Shape.Length);
    private ReferencePass[] _passes = [];

    public override string Partition => "whole sums";

    public override ReadOnlySpan<float> SampleErrors(int member) =>
        _passes.Length == 0 ? [] : Array.ConvertAll(_passes[member].Errors, error => (float)error.Sum(value => value * value));

    public override void CopyInput(int sample, Span<float> destination) => _batch.Rows.Row(sample).CopyTo(destination);

    public override void CopyResidual(int member, int sample, Span<float> destination)
    {
        for (int column = 0; column < destination.Length; column++)
            destination[column] = (float)-_passes[member].Errors[sample][column];
    }

    public override void CopyRow(int member, StateTensor tensor, int row, Span<float> destination) => _members[member][tensor].Row(row).CopyTo(destination);

    protected override void WriteRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values) => values.CopyTo(_members[member][tensor].Row(row));

    protected override void SetEncoderBias(int member, Slot slot, int feature, float value) => _members[member][Parameter.EncoderBias, slot].Row(0)[feature] = value;

    protected override void Dispose(bool disposing)
    {
        _batch.Dispose();
        foreach (MemberState member in _members)
            member.Dispose();
    }

    protected override StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings)
    {
        _batch.Fill(batch.Images, batch.Indices.Span);
        double[][] images = [.. Enumerable.Range(0, batch.Count).Select(image => Stored(_batch.Rows.Row(image)))];
        double[][] metImages = [.. images.Select(Met)];
        var passes = new ReferencePass[Options.Members];
        for (int member = 0; member < passes.Length; member++)
            passes[member] = ReferencePass.Of(ModelOf(member), images, metImages, Dead(member, settings), Extras.AuxiliaryK) ?? throw NotFinite(member);
        double[][][] distances = Distances(passes, batch.Count);
        var losses = new StepLosses([.. passes.Select(pass => pass.Reconstruction)], Consistency(passes, batch.Count), [.. passes.Select(pass => pass.Auxiliary)]);
        ThrowIfNotFinite(losses);

        _passes = passes;
        for (int member = 0; member < passes.Length; member++)
        {
            var gradient = new ReferenceGradient(passes[member].Model);
            gradient.Add(images, passes[member], distances[member], settings);
            if (Options.UnitRows)
                gradient.Project(byActivations: rounding == ReferenceRounding.Encoder);
            if (settings.MaximumNorm > 0)
                gradient.Clip(settings.MaximumNorm);
            Update(member, gradient, settings);
            foreach (int feature in passes[member].Codes.SelectMany(code => code.Features)) // an auxiliary activation isn't one
                Ages(member).LastActive[feature] = Steps;
        }
        return losses;
    }

    /// <summary>A member's parameters as the formula has them.</summary>
    private ReferenceModel ModelOf(int member)
    {
        double[][] Rows(Parameter parameter, bool unit, Func<double[], double[]>? round = null) => [.. Enumerable.Range(0, Options.Features).Select(feature =>
        {
            ReadOnlySpan<float> row = _members[member][parameter].Row(feature);
            double scale = unit ? UnitScale(row) : 1;
            double[] stored = Stored(row);
            return Array.ConvertAll(round?.Invoke(stored) ?? stored, weight => weight * scale);
        })];
        bool isUnit = Options.UnitRows && !Options.Untied;
        double[][] encoder = Rows(Parameter.Encoder, isUnit);
        return new ReferenceModel(
            Options,
            encoder,
            rounding == ReferenceRounding.Encoder ? Rows(Parameter.Encoder, isUnit, Met) : encoder,
            Options.Untied ? Rows(Parameter.Decoder, Options.UnitRows) : encoder,
            Options.EncoderBias ? Doubles(_members[member][Parameter.EncoderBias].Row(0)) : new double[Options.Features],
            Options.PreBias ? Doubles(_members[member][Parameter.PreBias].Row(0)) : new double[Options.Shape.Length]);
    }

    /// <summary>
    /// The features whose auxiliary activations count: active in none of the last DeadAfter steps before this one. Steps is already the number of this step, so
    /// those are Steps − DeadAfter … Steps − 1, and a dead feature was last active, or born, before: LastActive &lt; Steps − DeadAfter.
    /// </summary>
    private int[] Dead(int member, StepSettings settings) => settings.Auxiliary > 0 && Extras.AuxiliaryK > 0
        ? [.. Enumerable.Range(0, Options.Features).Where(feature => Ages(member).LastActive[feature] < Steps - settings.DeadAfter)]
        : [];

    /// <summary>½ Σ_a mean_{b≠a} mean_{i,f} (z_a − z_b)², over dense codes.</summary>
    private double Consistency(ReferencePass[] passes, int samples)
    {
        double sum = 0;
        for (int sample = 0; sample < samples && passes.Length > 1; sample++)
        {
            double[][] dense = [.. passes.Select(pass => pass.Codes[sample].Dense(Options.Features))];
            for (int a = 0; a < passes.Length; a++)
            {
                for (int b = 0; b < passes.Length; b++)
                {
                    for (int feature = 0; feature < Options.Features; feature++)
                        sum += (dense[a][feature] - dense[b][feature]) * (dense[a][feature] - dense[b][feature]);
                }
            }
        }
        return passes.Length == 1 ? 0 : 0.5 * sum / (passes.Length - 1) / ((double)samples * Options.Features);
    }

    /// <summary>For each member and image, z_a − mean_{b≠a} z_b over dense codes [F]: what consistency pulls together; empty with one member.</summary>
    private double[][][] Distances(ReferencePass[] passes, int samples)
    {
        if (passes.Length == 1)
            return [[]];
        double[][][] distances = [.. passes.Select(_ => new double[samples][])];
        for (int sample = 0; sample < samples; sample++)
        {
            double[][] dense = [.. passes.Select(pass => pass.Codes[sample].Dense(Options.Features))];
            for (int a = 0; a < passes.Length; a++)
            {
                double[] distance = [.. dense[a]];
                for (int feature = 0; feature < distance.Length; feature++)
                {
                    for (int b = 0; b < passes.Length; b++)
                        distance[feature] -= b == a ? 0 : dense[b][feature] / (passes.Length - 1);
                }
                distances[a][sample] = distance;
            }
        }
        return distances;
    }

    /// <summary>Adam on every parameter; a feature's corrections and averages count from its birth, those of b_pre from the training's beginning.</summary>
    private void Update(int member, ReferenceGradient gradient, StepSettings settings)
    {
        foreach (Parameter parameter in StateTensor.ParametersOf(Options))
        {
            double[][] rows = gradient[parameter];
            if (parameter == Parameter.PreBias)
            {
                UpdateRow(member, parameter, 0, .., rows[0], Steps, settings);
                continue;
            }
            bool unit = Options.UnitRows && parameter == (Options.Untied ? Parameter.Decoder : Parameter.Encoder);
            for (int feature = 0; feature < Options.Features; feature++)
            {
                long age = Steps - Ages(member).Births[feature];
                if (unit) // the step starts from the row of length 1, where the gradient was taken
                    MakeUnit(_members[member][parameter].Row(feature));
                if (parameter == Parameter.EncoderBias)
                    UpdateRow(member, parameter, 0, feature..(feature + 1), rows[0], age, settings);
                else
                    UpdateRow(member, parameter, feature, .., rows[feature], age, settings);
            }
        }
    }

    private void UpdateRow(int member, Parameter parameter, int row, Range columns, double[] gradient, long age, StepSettings settings)
    {
        Span<float> Kept(Slot slot) => _members[member][parameter, slot].Row(row)[columns];
        var (first, second) = Corrections(age);
        Span<float> values = Kept(Slot.Value);
        double rate = settings.LearningRate * (parameter == Parameter.EncoderBias ? settings.EncoderBiasRate : 1);
        AdamUpdate.Reference(values, Kept(Slot.FirstMoment), Kept(Slot.SecondMoment), gradient.AsSpan(columns), rate, first, second);
        if (!Extras.Averages)
            return;
        Span<float> averages = Kept(Slot.Average);
        for (int column = 0; column < averages.Length; column++)
            averages[column] = (float)(averages[column] + (AverageShare(settings, age) * ((double)values[column] - averages[column])));
    }

    private static void MakeUnit(Span<float> row)
    {
        double scale = UnitScale(row);
        foreach (ref float weight in row)
            weight = (float)(weight * scale);
    }

    /// <summary>Images and weights as they are kept.</summary>
    private double[] Stored(ReadOnlySpan<float> values) =>
        rounding == ReferenceRounding.Stored ? Array.ConvertAll(values.ToArray(), value => (double)(Half)value) : Doubles(values);

    /// <summary>Images and weights as they meet in the encoder.</summary>
    private double[] Met(double[] values) => rounding == ReferenceRounding.Encoder ? Array.ConvertAll(values, value => (double)Bf16.Widen(Bf16.Round((float)value))) : values;

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int index = 0; index < doubles.Length; index++)
            doubles[index] = values[index];
        return doubles;
    }
}
