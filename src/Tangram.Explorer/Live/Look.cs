namespace Tangram.Explorer;

/// <summary>Copies a feature's row.</summary>
internal delegate void RowReader(int member, int feature, Span<float> destination);

/// <summary>What a page waits for: the weights of some features of the first member, as soon as they can be read.</summary>
internal sealed class Look(int[] features)
{
    private readonly TaskCompletionSource<Looked> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Looked> Looked => _answer.Task;

    /// <summary>Reads them now.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="age">A feature's last re-initialisation, 0: never; and the steps since it was active.</param>
    /// <param name="length">Weights of a feature.</param>
    public void Answer(long step, RowReader read, Func<int, (long Born, long Silent)> age, int length)
    {
        var rows = new float[features.Length][];
        for (int place = 0; place < rows.Length; place++)
            read(0, features[place], rows[place] = new float[length]);
        _answer.TrySetResult(new Looked(step, features, rows, [.. features.Select(age)]));
    }
}

/// <summary>What a look saw.</summary>
internal sealed record Looked(long Step, int[] Features, float[][] Rows, (long Born, long Silent)[] Ages)
{
    /// <summary>As pictures; takes a while, and the training needn't wait for it.</summary>
    public LiveFeatures Draw(ImageShape shape) => new(Step, [.. Features.Select((feature, place) => new LiveFeature(feature,
        Pictures.Inline(Pictures.OfFeature(Rows[place], shape, FeatureLook.Usual)), Ages[place].Born > 0 ? Ages[place].Born : null, Ages[place].Silent))]);
}
