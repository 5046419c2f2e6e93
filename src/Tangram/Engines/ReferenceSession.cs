namespace Tangram;

/// <summary>The oracle: plain loops, one thread, sums in float64, dense codes where they make the formula plain. State is float32, as in every session.</summary>
internal sealed class ReferenceSession(ModelOptions options, int batchCapacity, SessionExtras extras = default) : TrainingSession(options, batchCapacity, extras)
{
    private readonly MemberState[] _members = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberState(options, extras.Averages))];
    private readonly Batch _batch = new(batchCapacity, options.Shape.Length);
    private readonly float[][] _errors = [.. Enumerable.Range(0, options.Members).Select(_ => new float[batchCapacity])];
    private readonly double[][][] _residuals = [.. Enumerable.Range(0, options.Members).Select(_ => new double[batchCapacity][])];

    public override ReadOnlySpan<float> SampleErrors(int member) => _errors[member].AsSpan(0, _batch.Count);

    public override void CopyInput(int sample, Span<float> destination) => _batch.Rows.Row(sample).CopyTo(destination);

    public override void CopyResidual(int member, int sample, Span<float> destination)
    {
        for (int column = 0; column < destination.Length; column++)
            destination[column] = (float)-_residuals[member][sample][column];
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
        int members = Options.Members, samples = batch.Count, features = Options.Features, inputs = Options.Shape.Length;
        var codes = new (int[] Features, float[] Values)[members, samples];
        for (int member = 0; member < members; member++)
        {
            for (int sample = 0; sample < samples; sample++)
                codes[member, sample] = Encode(member, _batch.Rows.Row(sample));
        }
        var reconstruction = new double[members];
        double consistency = Consistency(codes, samples);
        for (int member = 0; member < members; member++)
        {
            for (int sample = 0; sample < samples; sample++)
            {
                var (indices, values) = codes[member, sample];
                var error = new double[inputs];
                RowCombination.Reference(_members[member].Weights, indices, values, error);
                double squared = Residual.Reference(error, _batch.Rows.Row(sample));
                _residuals[member][sample] = error;
                _errors[member][sample] = (float)squared;
                reconstruction[member] += squared / ((double)samples * inputs);
            }
        }
        var losses = new StepLosses(reconstruction, consistency, new double[members]);
        ThrowIfNotFinite(losses);
        for (int member = 0; member < members; member++)
        {
            var entries = new List<GradientEntry>[features];
            for (int feature = 0; feature < features; feature++)
                entries[feature] = [];
            for (int sample = 0; sample < samples; sample++)
                AddEntries(entries, codes, member, sample, _residuals[member][sample], samples, settings.Consistency);
            Update(member, entries, _batch.Rows, settings.LearningRate);
        }
        return losses;
    }

    private (int[] Features, float[] Values) Encode(int member, ReadOnlySpan<float> input)
    {
        var pre = new float[Options.Features];
        for (int feature = 0; feature < pre.Length; feature++)
            pre[feature] = (float)GroupProduct.Reference(input, _members[member].Weights.Row(feature));
        int k = Options.MaximumNonZeros;
        var (indices, values) = (new int[k], new float[k]);
        return TopKSelection.Reference(pre, k, indices, values) ? (indices, values) : throw NotFinite(member);
    }

    /// <summary>½ Σ_a mean_{b≠a} mean_{i,f} (z_a − z_b)², over dense codes.</summary>
    private double Consistency((int[] Features, float[] Values)[,] codes, int samples)
    {
        int members = Options.Members;
        double sum = 0;
        for (int sample = 0; sample < samples && members > 1; sample++)
        {
            double[][] dense = [.. Enumerable.Range(0, members).Select(member => Dense(codes[member, sample]))];
            for (int a = 0; a < members; a++)
            {
                for (int b = 0; b < members; b++)
                {
                    for (int feature = 0; feature < Options.Features; feature++)
                        sum += (dense[a][feature] - dense[b][feature]) * (dense[a][feature] - dense[b][feature]);
                }
            }
        }
        return members == 1 ? 0 : 0.5 * sum / (members - 1) / ((double)samples * Options.Features);
    }

    private double[] Dense((int[] Features, float[] Values) code)
    {
        var dense = new double[Options.Features];
        for (int slot = 0; slot < code.Features.Length; slot++)
            dense[code.Features[slot]] = code.Values[slot];
        return dense;
    }

    /// <summary>∂L/∂z = 2/(BD)·⟨e, w⟩ + λ·2/(BF)·(z_a − mean_{b≠a} z_b) for the selected features; the others get no gradient.</summary>
    private void AddEntries(List<GradientEntry>[] entries, (int[] Features, float[] Values)[,] codes, int member, int sample, double[] error, int samples,
        double consistencyWeight)
    {
        int members = Options.Members, inputs = error.Length;
        double scale = 2.0 / ((double)samples * inputs);
        var (indices, values) = codes[member, sample];
        double[][] dense = [.. Enumerable.Range(0, members).Select(other => Dense(codes[other, sample]))];
        for (int slot = 0; slot < indices.Length; slot++)
        {
            int feature = indices[slot];
            ReadOnlySpan<float> row = _members[member].Weights.Row(feature);
            double pull = 0;
            for (int column = 0; column < inputs; column++)
                pull += error[column] * row[column];
            pull *= scale;
            if (members > 1)
            {
                double others = Enumerable.Range(0, members).Where(other => other != member).Average(other => dense[other][feature]);
                pull += consistencyWeight * 2.0 / ((double)samples * Options.Features) * (values[slot] - others);
            }
            entries[feature].Add(new GradientEntry(sample, sample, (float)(values[slot] * scale), (float)pull));
            Ages(member).LastActive[feature] = Steps;
        }
    }

    private void Update(int member, List<GradientEntry>[] entries, FloatMatrix x, double rate)
    {
        MemberState state = _members[member];
        var gradient = new double[Options.Shape.Length];
        for (int feature = 0; feature < entries.Length; feature++)
        {
            SparseGradient.Reference([.. entries[feature]], sample => _residuals[member][sample], x, gradient);
            var (first, second) = Corrections(Steps - Ages(member).Births[feature]);
            AdamUpdate.Reference(state.Weights.Row(feature), state[Parameter.Encoder, Slot.FirstMoment].Row(feature), state[Parameter.Encoder, Slot.SecondMoment].Row(feature), gradient, rate, first, second);
        }
    }
}
