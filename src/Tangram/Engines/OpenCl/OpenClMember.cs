namespace Tangram;

/// <summary>What a device keeps of one member: matrices and their moments, b_pre, residuals.</summary>
internal sealed class OpenClMember : IDisposable
{
    private readonly Dictionary<StateTensor, OpenClBuffer<float>> _tensors = [];
    private readonly Dictionary<Parameter, OpenClBuffer<ushort>> _copies = [];

    public OpenClMember(OpenClContext context, ModelOptions options, SessionExtras extras, OpenClPlan plan, bool isMixed)
    {
        Residuals = new OpenClBuffer<float>(context, plan.ResidualRows * plan.Stride);
        try
        {
            foreach (StateTensor tensor in StateTensor.Of(options, extras.Averages).Where(tensor => tensor.Parameter != Parameter.EncoderBias))
                _tensors.Add(tensor, new OpenClBuffer<float>(context, (long)tensor.Rows(options) * plan.Stride));
            foreach (StateTensor tensor in _tensors.Keys.Where(tensor => isMixed && tensor is { IsMatrix: true, Slot: Slot.Value }))
                _copies.Add(tensor.Parameter, new OpenClBuffer<ushort>(context, _tensors[tensor].Length));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>e [images, stride], those of an auxiliary reconstruction behind the batch's.</summary>
    public OpenClBuffer<float> Residuals { get; }

    /// <summary>A matrix [F, stride], or b_pre [stride].</summary>
    public OpenClBuffer<float> this[Parameter parameter, Slot slot = Slot.Value] => _tensors[new StateTensor(parameter, slot)];

    public OpenClBuffer<float> this[StateTensor tensor] => _tensors[tensor];

    /// <summary>A matrix as images meet it: its half-precision copy, or itself.</summary>
    public OpenClArgument Stored(Parameter parameter) => _copies.TryGetValue(parameter, out OpenClBuffer<ushort>? copy) ? copy : this[parameter];

    public void Dispose()
    {
        Residuals.Dispose();
        foreach (OpenClBuffer<float> buffer in _tensors.Values)
            buffer.Dispose();
        foreach (OpenClBuffer<ushort> buffer in _copies.Values)
            buffer.Dispose();
    }
}
