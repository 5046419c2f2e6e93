namespace Tangram;

/// <summary>The images of a set that lie nearest to some of them in a vector space, by cosine.</summary>
internal static class NearestImages
{
    /// <summary>Images whose vectors are in memory at a time, beside those of the queries.</summary>
    private const int Block = 1024;

    /// <summary>
    /// For each query its nearest images, the nearest first, of equal ones the lowest number first. Images of the query's own group (<see cref="ImageSet.Group"/>) are left out:
    /// the query itself, and what is a variant of it. A vector of zeros has the cosine 0 to all.
    /// </summary>
    public static int[][] Of(VectorSpace space, ImageSet images, int[] queries, int count, Workers workers, CancellationToken cancellation = default)
    {
        Largest[] nearest = [.. queries.Select(_ => new Largest(count))];
        int[] groups = [.. Enumerable.Range(0, images.Count).Select(images.Group)];
        using FloatMatrix asked = space.Rows(queries, unit: true);
        for (int start = 0; start < images.Count; start += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            int first = start;
            using FloatMatrix block = space.Rows([.. Enumerable.Range(start, Math.Min(Block, images.Count - start))], unit: true);
            using FloatMatrix cosines = RowProducts.Of(asked, block, workers);
            workers.Run(queries.Length, (_, query) =>
            {
                ReadOnlySpan<float> row = cosines.Row(query);
                for (int column = 0; column < row.Length; column++)
                {
                    if (groups[first + column] != groups[queries[query]])
                        nearest[query].Offer(first + column, row[column]);
                }
            });
        }
        return [.. nearest.Select(one => one.Take().Select(found => found.Item).ToArray())];
    }
}
