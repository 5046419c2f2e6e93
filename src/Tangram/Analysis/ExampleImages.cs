namespace Tangram;

/// <summary>Images to show of a set.</summary>
internal static class ExampleImages
{
    /// <summary>The first of each class, of classes spread over all if there are more than <paramref name="count"/>; without labels, images spread over the set.</summary>
    public static int[] Of(ImageSet images, int count)
    {
        int[] from = [.. Enumerable.Range(0, images.Count)];
        if (images.HasLabels)
            from = [.. from.DistinctBy(images.Label).OrderBy(images.Label)];
        return count >= from.Length ? from : [.. Enumerable.Range(0, count).Select(index => from[(int)((long)index * from.Length / count)])];
    }
}
