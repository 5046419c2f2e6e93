namespace Tangram;

/// <summary>What the colours of a picture mean, in numbers.</summary>
internal static class ColourBar
{
    public const double Height = 12;
    private const double Step = 4;

    /// <summary>A bar whose left edge is at x, its values left, right and, where zero lies between, below it.</summary>
    /// <param name="svg">Where to draw.</param>
    /// <param name="x">Left edge of the bar; the first number stands left of it.</param>
    /// <param name="y">Top edge.</param>
    /// <param name="width">Width of the bar.</param>
    /// <param name="low">The value at its left end, at most 0.</param>
    /// <param name="high">The value at its right end, positive.</param>
    /// <param name="labels">What to write instead of the numbers.</param>
    public static void Draw(Svg svg, double x, double y, double width, double low, double high, (string Low, string High)? labels = null)
    {
        double limit = Math.Max(-low, high);
        int steps = (int)(width / Step);
        for (int step = 0; step < steps; step++)
            svg.Rectangle(x + (step * Step), y, Step + 0.3, Height, fill: ColourMap.Signed((low + ((high - low) * (step + 0.5) / steps)) / limit)
                .ToString());
        var (left, right) = labels ?? (Label(low), Label(high));
        svg.Text(left, x - 6, y + 10, 11, "end", "muted");
        svg.Text(right, x + (steps * Step) + 6, y + 10, 11, cssClass: "muted");
        if (low < 0)
            svg.Text("0", x + (-low / (high - low) * steps * Step), y + Height + 11, 11, "middle", "muted");
    }

    /// <summary>The bar of shares, from 0 to 100 %.</summary>
    public static void DrawShares(Svg svg, double x, double y, double width)
    {
        int steps = (int)(width / Step);
        for (int step = 0; step < steps; step++)
            svg.Rectangle(x + (step * Step), y, Step + 0.3, Height, fill: ColourMap.Sequential((step + 0.5) / steps).ToString());
        svg.Text("0 %", x - 6, y + 10, 11, "end", "muted");
        svg.Text("100 %", x + (steps * Step) + 6, y + 10, 11, cssClass: "muted");
    }

    private static string Label(double value) => value == 0 ? "0" : Svg.Invariant($"{(value < 0 ? "−" : "+")}{Math.Abs(value):0.##}");
}
