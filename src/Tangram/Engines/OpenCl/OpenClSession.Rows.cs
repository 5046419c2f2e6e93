namespace Tangram;

/// <content>Single rows, to and from the device.</content>
internal sealed partial class OpenClSession
{
    private readonly OpenClRowCache _cache = new();

    public override void CopyInput(int sample, Span<float> destination) => _batch!.Images.CopyTo(_batch.Indices.Span[sample], destination);

    public override void CopyResidual(int member, int sample, Span<float> destination) => Guarded(destination, row =>
    {
        _cache.CopyRow(_members[member].Residuals, sample, _plan.Stride, row);
        foreach (ref float value in row)
            value = -value;
    });

    public override void CopyRow(int member, StateTensor tensor, int row, Span<float> destination) => Guarded(destination, target =>
    {
        if (tensor.Parameter == Parameter.EncoderBias)
            _encoderBiases[tensor.Slot].Read((long)member * Options.Features, target);
        else
            _cache.CopyRow(_members[member][tensor], row, _plan.Stride, target);
    });

    /// <summary>The lengths of a member's rows in use, as <see cref="TrainingSession.CopyFeature"/> gives them.</summary>
    public override double[] FeatureNorms(int member)
    {
        var norms = new float[Options.Features];
        Guarded(norms, target =>
        {
            ForRows("measure_norms", Options.Features, _members[member][DecoderParameter], _plan.Stride, _squares);
            _squares.Read(0, target);
        });
        return Array.ConvertAll(norms, norm => Options.UnitRows ? norm > 0 ? 1.0 : 0 : norm);
    }

    protected override void WriteRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values)
    {
        float[] source = values.ToArray();
        Guarded(source, from =>
        {
            _cache.Clear();
            if (tensor.Parameter == Parameter.EncoderBias)
            {
                _encoderBiases[tensor.Slot].Write((long)member * Options.Features, from);
                return;
            }
            OpenClMember own = _members[member];
            own[tensor].Write((long)row * _plan.Stride, from);
            if (_halfImages is not null && tensor is { IsMatrix: true, Slot: Slot.Value })
                ForItems("copy_weights", _plan.Stride, own[tensor], own.Stored(tensor.Parameter), (long)row * _plan.Stride, (long)_plan.Stride);
        });
    }

    protected override void ReplaceRow(int member, Parameter parameter, int feature, ReadOnlySpan<float> weights)
    {
        float[] source = weights.ToArray();
        Guarded(source, from =>
        {
            _cache.Clear();
            OpenClMember own = _members[member];
            _biasGradient.Write(0, from); // between steps it holds nothing
            OpenClBuffer<float> values = own[parameter];
            ForItems("replace_row", from.Length, _biasGradient, feature, from.Length, _plan.Stride, values, own[parameter, Slot.FirstMoment], own[parameter, Slot.SecondMoment],
                Extras.Averages ? own[parameter, Slot.Average] : values, Extras.Averages, own.Stored(parameter));
        });
        ValueChanged(member, parameter, feature);
    }

    protected override void SetEncoderBias(int member, Slot slot, int feature, float value) =>
        Guarded([value], from => _encoderBiases[slot].Write(((long)member * Options.Features) + feature, from));

    protected override void ValueChanged(int member, Parameter parameter, int row) => (_isMeasured, _hasAges) = (false, false);

    private void Guarded(Span<float> values, Action<Span<float>> body)
    {
        try
        {
            body(values);
        }
        catch (OpenClException exception)
        {
            throw Failed(exception);
        }
    }
}
