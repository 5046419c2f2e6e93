using System.Globalization;

namespace Tangram;

/// <summary>How numbers read in claims and reports: alike everywhere, and a dash where there is no number.</summary>
internal static class ReportCulture
{
    private static readonly CultureInfo s_culture = CultureInfo.ReadOnly(Create());

    /// <summary>Makes something whose texts have numbers in them.</summary>
    public static T Within<T>(Func<T> make)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = s_culture;
        try
        {
            return make();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Create()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NaNSymbol = culture.NumberFormat.PositiveInfinitySymbol = culture.NumberFormat.NegativeInfinitySymbol = "–";
        return culture;
    }
}
