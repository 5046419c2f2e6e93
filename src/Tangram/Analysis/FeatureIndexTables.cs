namespace Tangram;

/// <summary>The numbers of a <see cref="FeatureIndex"/>, in memory or where a file is mapped. Matrices lie row by row; lists that are shorter than their row end with −1.</summary>
internal sealed record FeatureIndexTables
{
    /// <summary>Where each feature's entries start, [F + 1].</summary>
    public required ReadOnlyMemory<long> FeatureStart { get; init; }

    /// <summary>The image of each entry, ascending within a feature.</summary>
    public required ReadOnlyMemory<int> Image { get; init; }

    /// <summary>The activation of each entry, not 0.</summary>
    public required ReadOnlyMemory<float> Value { get; init; }

    /// <summary>Length of each image's code, [N].</summary>
    public required ReadOnlyMemory<double> Norms { get; init; }

    /// <summary>The images of the largest activations, [F, <see cref="FeatureIndex.TopImages"/>].</summary>
    public required ReadOnlyMemory<int> Top { get; init; }

    /// <summary>Numbers of activations in bins of equal width, [F, <see cref="FeatureIndex.Bins"/>].</summary>
    public required ReadOnlyMemory<int> Histogram { get; init; }

    /// <summary>The smallest and the largest activation, [F, 2]: what the bins cover.</summary>
    public required ReadOnlyMemory<float> Range { get; init; }

    /// <summary>The features whose decoder rows have the largest cosines, [F, <see cref="FeatureIndex.Neighbours"/>]; all −1 without a dictionary.</summary>
    public required ReadOnlyMemory<int> Alike { get; init; }

    /// <summary>Those cosines; 0 where there is no feature.</summary>
    public required ReadOnlyMemory<float> AlikeCosine { get; init; }

    /// <summary>The features that are active together most, [F, <see cref="FeatureIndex.Neighbours"/>].</summary>
    public required ReadOnlyMemory<int> Together { get; init; }

    /// <summary>Their Jaccard indices; 0 where there is no feature.</summary>
    public required ReadOnlyMemory<float> TogetherShare { get; init; }

    public int Features => FeatureStart.Length - 1;

    public int Images => Norms.Length;
}
