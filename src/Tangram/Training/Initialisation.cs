namespace Tangram;

/// <summary>What b_pre starts as, and whether there is one.</summary>
public enum PreBiasStart
{
    /// <summary>There is no b_pre.</summary>
    None,

    /// <summary>The mean of the training images.</summary>
    Mean,

    /// <summary>The point whose distances to the training images (a sample of 10,000 at most) have the least sum. Source: Bricken et al. 2023, appendix.</summary>
    GeometricMedian,
}

/// <summary>What features start as.</summary>
public enum Initialisation
{
    /// <summary>Rows of a random semi-orthogonal matrix: orthonormal rows, or columns where there are more features than pixels.</summary>
    Orthogonal,

    /// <summary>Random training images less b_pre, scaled to length 1.</summary>
    DataPoints,

    /// <summary>The leading principal components, as they are and negated, and random orthogonal rows without what these span.</summary>
    Components,
}

/// <summary>How initialisations are called in sentences.</summary>
internal static class InitialisationWords
{
    public static string Of(Initialisation initialisation) => initialisation switch
    {
        Initialisation.DataPoints => "images",
        Initialisation.Components => "principal components and orthogonal rows",
        _ => "orthogonal rows",
    };
}
