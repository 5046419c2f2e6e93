namespace Tangram;

/// <summary>
/// Features that begin as images: rows are distinct random images of the training set less the pre-bias, scaled to length 1, so that every feature begins where there
/// is something to rebuild. Images that are the pre-bias, and images that were drawn before in the same guise, are passed over. Where too few are left, the other
/// rows are those of a random orthogonal matrix, scaled to length 1 too.
/// </summary>
internal static class DataPointInitialisation
{
    /// <summary>Makes the matrix [rows, D] and gives <paramref name="setRow"/> its rows in order; <paramref name="preBias"/> is [D], or null.</summary>
    public static void Fill(int rows, ImageSet images, float[]? preBias, ulong seed, int member, Workers workers, Action<int, ReadOnlySpan<float>> setRow)
    {
        int[] order = new CounterRandom(seed, RandomPurpose.InitialImages, member).Permutation(images.Count);
        var row = new float[images.Shape.Length];
        var seen = new HashSet<ulong>();
        int filled = 0;
        for (int next = 0; next < order.Length && filled < rows; next++)
        {
            images.CopyTo(order[next], row);
            for (int column = 0; preBias is not null && column < row.Length; column++)
                row[column] -= preBias[column];
            if (Normalise(row) && seen.Add(HashOf(row)))
                setRow(filled++, row);
        }
        if (filled == rows)
            return;
        OrthogonalInitialisation.Fill(rows, row.Length, seed, member, workers, (index, values) =>
        {
            if (index < filled)
                return;
            values.CopyTo(row);
            Normalise(row);
            setRow(index, row);
        });
    }

    /// <summary>False for a row of zeros, or of what rounding leaves of them.</summary>
    private static bool Normalise(Span<float> row)
    {
        double square = 0;
        foreach (float value in row)
            square += (double)value * value;
        double length = Math.Sqrt(square);
        if (length < 1e-6 * Math.Sqrt(row.Length))
            return false;
        foreach (ref float value in row)
            value = (float)(value / length);
        return true;
    }

    /// <summary>FNV-1a over the values' bits; two images that share it by chance cost one of them its place, no more.</summary>
    private static ulong HashOf(ReadOnlySpan<float> row)
    {
        ulong hash = 14695981039346656037;
        foreach (float value in row)
            hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211;
        return hash;
    }
}
