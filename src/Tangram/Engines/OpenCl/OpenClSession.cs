namespace Tangram;

/// <summary>Stands in for the session that is being written elsewhere.</summary>
internal sealed class OpenClSession(OpenClDevice device, ModelOptions options, int batchCapacity, long workspace, SessionExtras extras, bool isMixed, bool isProfiled = false)
    : TrainingSession(options, batchCapacity, extras)
{
    public override ReadOnlySpan<float> SampleErrors(int member) => throw Missing();

    public override void CopyInput(int sample, Span<float> destination) => throw Missing();

    public override void CopyResidual(int member, int sample, Span<float> destination) => throw Missing();

    public override void CopyRow(int member, StateTensor tensor, int row, Span<float> destination) => throw Missing();

    protected override void Dispose(bool disposing) { }

    protected override StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings) => throw Missing();

    protected override void WriteRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values) => throw Missing();

    protected override void SetEncoderBias(int member, Slot slot, int feature, float value) => throw Missing();

    private NotSupportedException Missing() => new($"{device.Name} {workspace} {isMixed} {isProfiled}");
}
