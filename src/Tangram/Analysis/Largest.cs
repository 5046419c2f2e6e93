namespace Tangram;

/// <summary>Keeps the few items of largest score; of equal scores those of the lowest numbers, in whatever order they are offered.</summary>
internal sealed class Largest(int capacity)
{
    /// <summary>The worst item comes out first.</summary>
    private static readonly Comparer<(double Score, int Item)> s_worstFirst = Comparer<(double Score, int Item)>.Create((a, b) =>
        a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Item.CompareTo(a.Item));

    private readonly PriorityQueue<int, (double Score, int Item)> _kept = new(s_worstFirst);

    /// <param name="item">Its number; each is offered once.</param>
    /// <param name="score">Not NaN.</param>
    public void Offer(int item, double score)
    {
        if (_kept.Count < capacity)
            _kept.Enqueue(item, (score, item));
        else if (_kept.TryPeek(out _, out var worst) && s_worstFirst.Compare(worst, (score, item)) < 0)
            _kept.DequeueEnqueue(item, (score, item));
    }

    /// <summary>What was kept, the largest score first; then it is empty again.</summary>
    public (int Item, double Score)[] Take()
    {
        var taken = new (int, double)[_kept.Count];
        for (int place = taken.Length - 1; _kept.TryDequeue(out int item, out var priority); place--)
            taken[place] = (item, priority.Score);
        return taken;
    }
}
