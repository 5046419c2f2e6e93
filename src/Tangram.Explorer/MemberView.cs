using System.Text.Json;

namespace Tangram.Explorer;

/// <summary>A member, its codes of the images, and what they say of each feature. Thread-safe.</summary>
internal sealed class MemberView : IDisposable
{
    private readonly Lazy<ClassProfile?> _profile;
    private readonly Task<FeatureKind?[]> _kinds;

    private MemberView(int number, SparseAutoencoder autoencoder, ImageSet images, FeatureIndex index, string fingerprint, int threads, CancellationToken closing)
    {
        (Number, Autoencoder, Index, Codes, Fingerprint) = (number, autoencoder, index, index.Codes(), fingerprint);
        Use = FeatureCounter.UseIn(Codes);
        _profile = new Lazy<ClassProfile?>(() => images.HasLabels ? new ClassProfile(Codes, images) : null);
        // Seconds for thousands of features, which the first view doesn't need; half of the threads stay for who looks at it.
        _kinds = Task.Run(() => KindsOf(Math.Max(1, Workers.CountFor(threads) / 2), closing));
    }

    /// <summary>Its number in the ensemble.</summary>
    public int Number { get; }

    public SparseAutoencoder Autoencoder { get; }

    public int Features => Index.Features;

    /// <summary>The images of each feature.</summary>
    public FeatureIndex Index { get; }

    /// <summary>The features of each image.</summary>
    public SparseCodes Codes { get; }

    /// <summary>Of the model's weights.</summary>
    public string Fingerprint { get; }

    /// <summary>Frequency and mean activation of each feature, [F].</summary>
    public IReadOnlyList<FeatureUse> Use { get; }

    /// <summary>Features and classes; null without labels.</summary>
    public ClassProfile? Profile => _profile.Value;

    /// <summary>What each feature responds to, [F]; null for rows that aren't images, and for a dead feature. Waits where it is still being measured.</summary>
    public IReadOnlyList<FeatureKind?> Kinds => _kinds.GetAwaiter().GetResult();

    /// <summary>Opens a member's index, or builds it. Where the run's folder can't be written, the index stays in memory.</summary>
    /// <param name="exploration">Of what.</param>
    /// <param name="member">Its number.</param>
    /// <param name="progress">Told where an index is built.</param>
    /// <param name="closing">Stops what goes on beside the opened member; cancelled before it is disposed.</param>
    /// <param name="cancellation">Stops opening it.</param>
    public static MemberView Open(Exploration exploration, int member, IProgress<IndexProgress>? progress, CancellationToken closing, CancellationToken cancellation)
    {
        SparseAutoencoder autoencoder = exploration.Ensemble[member];
        ExplorationSource source = exploration.Source;
        using var workers = new Workers(Workers.CountFor(source.Threads), cancellation);
        string fingerprint = ModelFingerprint.Of(autoencoder, workers);
        FeatureIndex index;
        try
        {
            index = FeatureIndexFile.OpenFor(autoencoder, fingerprint, member, source.Images, source.Folder, workers, progress, out _, cancellation);
        }
        catch (IOException)
        {
            index = FeatureIndex.Build(autoencoder.Encode(source.Images, source.Threads, cancellation), autoencoder, source.Threads, cancellation);
        }
        return new MemberView(member, autoencoder, source.Images, index, fingerprint, source.Threads, closing);
    }

    /// <exception cref="NotFoundException">No such feature.</exception>
    public void CheckFeature(int feature) => Autoencoder.CheckFeature(feature);

    public void Dispose()
    {
        ((IAsyncResult)_kinds).AsyncWaitHandle.WaitOne(); // so that nothing goes on in the background
        Index.Dispose();
    }

    private FeatureKind?[] KindsOf(int threads, CancellationToken cancellation)
    {
        var kinds = new FeatureKind?[Features];
        int[] alive = [.. Enumerable.Range(0, Features).Where(feature => Use[feature].Frequency > 0)];
        FeatureMeasures[] measures = FeatureKinds.Measure(Autoencoder, alive, threads, cancellation);
        for (int place = 0; place < measures.Length; place++)
            kinds[alive[place]] = FeatureKinds.Of(measures[place]);
        return kinds;
    }
}

/// <summary>Checks of what requests name.</summary>
internal static class Checks
{
    /// <exception cref="NotFoundException">No such feature.</exception>
    public static void CheckFeature(this SparseAutoencoder autoencoder, int feature)
    {
        if (feature < 0 || feature >= autoencoder.Options.Features)
            throw new NotFoundException($"There is no feature {feature}; this model's features are 0 … {autoencoder.Options.Features - 1}.");
    }

    /// <summary>A choice of an address, written as in JSON. (What the framework reads by itself has to be written as in C#.)</summary>
    /// <exception cref="InputException">None of the choices.</exception>
    public static T Choice<T>(string text) where T : struct, Enum
    {
        T[] choices = Enum.GetValues<T>();
        int place = Array.FindIndex(choices, choice => JsonNamingPolicy.CamelCase.ConvertName(choice.ToString()) == text);
        return place >= 0 ? choices[place]
            : throw new InputException($"There is no such choice; choose one of {string.Join(", ", choices.Select(choice => JsonNamingPolicy.CamelCase.ConvertName(choice.ToString())))}.");
    }
}
