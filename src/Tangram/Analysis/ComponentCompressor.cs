namespace Tangram;

/// <summary>
/// Makes bytes of what an image has of the leading principal components, and these of bytes: the yardstick of <see cref="CodeCompressor"/>, by the same quantisation,
/// the same coder, and probabilities fitted to the same images.
/// </summary>
internal sealed class ComponentCompressor
{
    private readonly double _step;
    private readonly int _count;
    private readonly LevelModel _levels;

    private ComponentCompressor(double step, int count, LevelModel levels) => (_step, _count, _levels) = (step, count, levels);

    /// <summary>The bytes of the model of probability.</summary>
    public long ModelBytes => _levels.Bytes;

    /// <param name="learned">What images that were learned from have of each component, [N, C].</param>
    /// <param name="count">The components used, the first of C.</param>
    /// <param name="step">The quantisation step.</param>
    public static ComponentCompressor Fit(FloatMatrix learned, int count, double step)
    {
        var levels = new List<(int Component, int Level)>(learned.Rows * count);
        for (int image = 0; image < learned.Rows; image++)
        {
            for (int component = 0; component < count; component++)
                levels.Add((component, LevelModel.Level(learned.Row(image)[component], step)));
        }
        return new ComponentCompressor(step, count, LevelModel.Fit(count, levels));
    }

    public byte[] Compress(ReadOnlySpan<float> projection)
    {
        var encoder = new RangeEncoder();
        for (int component = 0; component < _count; component++)
            _levels.Write(encoder, component, LevelModel.Level(projection[component], _step));
        return encoder.Finish();
    }

    /// <summary>What the image has of the components used, quantised.</summary>
    public float[] Decompress(byte[] bytes)
    {
        var decoder = new RangeDecoder(bytes);
        return [.. Enumerable.Range(0, _count).Select(component => (float)(_levels.Read(decoder, component) * _step))];
    }
}
