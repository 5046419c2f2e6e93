using System.Globalization;

namespace Tangram;

/// <summary>Mean squared errors in writing: those of pixels in [0, 1] to fixed decimals; where these say nothing, as with rows of another scale, to four digits.</summary>
internal static class ErrorText
{
    public static string Of(double error, string usual = "F5") => !double.IsFinite(error) ? "–"
        : error.ToString(error is 0 or (>= 1e-4 and < 1000) ? usual : "G4", CultureInfo.InvariantCulture);
}
