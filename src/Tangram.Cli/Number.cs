using System.Globalization;

namespace Tangram.Cli;

/// <summary>Numbers for people; "–" is one that has no value.</summary>
internal static class Number
{
    public static string Of(double value, string format = "G") => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";

    /// <summary>Errors of pixels in [0, 1] to five decimals; where these say nothing, as with rows of another scale, four digits.</summary>
    public static string Error(double error) => Of(error, error is 0 or (>= 1e-4 and < 1000) ? "F5" : "G4");
}
