namespace Tangram.Explorer;

/// <summary>Numbers as JSON can have them.</summary>
internal static class Numbers
{
    /// <summary>Null for what isn't a number, which JSON can't say.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
