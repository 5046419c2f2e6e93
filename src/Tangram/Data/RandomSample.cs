namespace Tangram;

/// <summary>Images that stand for a set where looking at all would take too long.</summary>
internal static class RandomSample
{
    /// <summary>At most so many of the numbers 0 … count − 1, spread at random, the same ones each time, ascending.</summary>
    public static int[] Of(int count, int most) => count <= most ? [.. Enumerable.Range(0, count)]
        : [.. new CounterRandom(0, RandomPurpose.EvaluationSample).Permutation(count)[..most].Order()];
}
