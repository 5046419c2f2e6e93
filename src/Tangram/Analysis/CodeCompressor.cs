namespace Tangram;

/// <summary>
/// Makes bytes of a code, and a code of bytes, each image by itself: for every feature whether it is active, by its frequency, then its quantised activation, by
/// <see cref="LevelModel"/>. Both are fitted to codes of images that were learned from, and so belong to the dictionary, not to an image.
/// </summary>
internal sealed class CodeCompressor
{
    private readonly double[] _steps;
    private readonly int[] _frequency;
    private readonly LevelModel _levels;

    private CodeCompressor(double[] steps, int[] frequency, LevelModel levels) => (_steps, _frequency, _levels) = (steps, frequency, levels);

    /// <summary>The bytes of the model of probability, two per feature for how often it is active and what <see cref="LevelModel"/> takes.</summary>
    public long ModelBytes => (_frequency.Length * (long)sizeof(ushort)) + _levels.Bytes;

    /// <summary>Fits it.</summary>
    /// <param name="lengths">The length of each decoder row, [F].</param>
    /// <param name="learned">Codes that probabilities are counted in.</param>
    /// <param name="step">The quantisation step of an activation times its row's length: the error is then alike in every feature's direction.</param>
    public static CodeCompressor Fit(double[] lengths, SparseCodes learned, double step)
    {
        double[] steps = [.. lengths.Select(length => length > 0 ? step / length : double.PositiveInfinity)];
        var levels = new List<(int Feature, int Level)>((int)learned.NonZeros);
        var active = new int[lengths.Length];
        for (int entry = 0; entry < learned.NonZeros; entry++)
        {
            int feature = learned.Feature.Span[entry], level = LevelModel.Level(learned.Value.Span[entry], steps[feature]);
            if (level == 0)
                continue;
            levels.Add((feature, level));
            active[feature]++;
        }
        // Krichevsky and Trofimov's estimate: half a count for what hasn't been seen.
        int[] frequency = [.. active.Select(count => (int)Math.Clamp(Math.Round(FrequencyTable.Total * (count + 0.5) / (learned.Count + 1)), 1, FrequencyTable.Total - 1))];
        return new CodeCompressor(steps, frequency, LevelModel.Fit(lengths.Length, levels));
    }

    /// <summary>The bytes of a code; activations that round to 0 are dropped.</summary>
    /// <param name="features">Ascending.</param>
    /// <param name="activations">One for each.</param>
    public byte[] Compress(ReadOnlySpan<int> features, ReadOnlySpan<float> activations)
    {
        var encoder = new RangeEncoder();
        for (int feature = 0, slot = 0; feature < _frequency.Length; feature++)
        {
            int level = 0;
            if (slot < features.Length && features[slot] == feature)
                level = LevelModel.Level(activations[slot++], _steps[feature]);
            encoder.WriteBit(level != 0, _frequency[feature]);
            if (level != 0)
                _levels.Write(encoder, feature, level);
        }
        return encoder.Finish();
    }

    /// <summary>The code that bytes hold: features ascending, and their quantised activations.</summary>
    public (int[] Features, float[] Activations) Decompress(byte[] bytes)
    {
        var decoder = new RangeDecoder(bytes);
        var features = new List<int>();
        var activations = new List<float>();
        for (int feature = 0; feature < _frequency.Length; feature++)
        {
            if (!decoder.ReadBit(_frequency[feature]))
                continue;
            features.Add(feature);
            activations.Add((float)(_levels.Read(decoder, feature) * _steps[feature]));
        }
        return ([.. features], [.. activations]);
    }

    /// <summary>The bits that the model of probability gives a code: for which features are active, and for how strongly.</summary>
    public (double Which, double HowStrongly) BitsOf(ReadOnlySpan<int> features, ReadOnlySpan<float> activations)
    {
        double which = 0, strongly = 0;
        for (int feature = 0, slot = 0; feature < _frequency.Length; feature++)
        {
            int level = 0;
            if (slot < features.Length && features[slot] == feature)
                level = LevelModel.Level(activations[slot++], _steps[feature]);
            which += FrequencyTable.Bits - Math.Log2(level != 0 ? _frequency[feature] : FrequencyTable.Total - _frequency[feature]);
            strongly += level != 0 ? _levels.BitsOf(feature, level) : 0;
        }
        return (which, strongly);
    }
}
