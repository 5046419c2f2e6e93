namespace Tangram;

/// <summary>What one setting of a way to compress comes to over a set.</summary>
/// <param name="Bytes">Mean bytes per image.</param>
/// <param name="Psnr">PSNR of the mean squared error of what is decoded, in dB.</param>
/// <param name="Setting">In words.</param>
/// <param name="SharedBytes">What a receiver needs beside the images' bytes, once: dictionary and model of probability, or components.</param>
internal sealed record RatePoint(double Bytes, double Psnr, string Setting, long SharedBytes = 0);

/// <summary>The settings of one way to compress that none of its other settings beats in both rate and PSNR.</summary>
/// <param name="Name">The way.</param>
/// <param name="Points">Both rising.</param>
internal sealed record RateCurve(string Name, IReadOnlyList<RatePoint> Points)
{
    public static RateCurve Of(string name, IEnumerable<RatePoint> settings)
    {
        var best = new List<RatePoint>();
        foreach (RatePoint point in settings.OrderBy(one => one.Bytes).ThenByDescending(one => one.Psnr))
        {
            if (best.Count == 0 || point.Psnr > best[^1].Psnr)
                best.Add(point);
        }
        return new RateCurve(name, best);
    }

    /// <summary>The curve of the same settings where so many images share what a receiver needs.</summary>
    public static RateCurve Shared(string name, IEnumerable<RatePoint> settings, int images) =>
        Of(name, settings.Select(one => one with { Bytes = one.Bytes + ((double)one.SharedBytes / images) }));

    /// <summary>The PSNR at a rate, between settings in proportion to the rate's logarithm; beyond the last setting that one's; null below the first.</summary>
    public double? PsnrAt(double bytes)
    {
        int next = Index(point => point.Bytes >= bytes);
        if (next == Points.Count)
            return Points.Count > 0 ? Points[^1].Psnr : null;
        if (Points[next].Bytes == bytes)
            return Points[next].Psnr;
        if (next == 0)
            return null;
        double share = Math.Log(bytes / Points[next - 1].Bytes) / Math.Log(Points[next].Bytes / Points[next - 1].Bytes);
        return double.Lerp(Points[next - 1].Psnr, Points[next].Psnr, share);
    }

    /// <summary>The fewest bytes that give at least a PSNR, by the same interpolation, and what is shared then; null where no setting reaches it.</summary>
    public (double Bytes, long SharedBytes)? CostAt(double psnr)
    {
        int next = Index(point => point.Psnr >= psnr);
        if (next == Points.Count)
            return null;
        RatePoint to = Points[next];
        if (next == 0)
            return (to.Bytes, to.SharedBytes);
        RatePoint from = Points[next - 1];
        double share = (psnr - from.Psnr) / (to.Psnr - from.Psnr);
        return (from.Bytes * Math.Pow(to.Bytes / from.Bytes, share), to.SharedBytes);
    }

    private int Index(Func<RatePoint, bool> holds)
    {
        int index = 0;
        while (index < Points.Count && !holds(Points[index]))
            index++;
        return index;
    }
}
