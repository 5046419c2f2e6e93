namespace Tangram.Explorer;

/// <summary>
/// The points of a training's curves, a bounded number however long it takes: when there are too many, each two become one, and from then on a point covers twice as much.
/// Not thread-safe.
/// </summary>
internal sealed class LiveCurve
{
    public const int Most = 2000;

    private readonly List<LivePoint> _points = [];

    /// <summary>Reports of progress that a point covers: a power of two.</summary>
    public int ReportsPerPoint { get; private set; } = 1;

    public IReadOnlyList<LivePoint> Points => _points;

    public void Add(LivePoint point)
    {
        _points.Add(point);
        if (_points.Count < Most)
            return;
        for (int index = 0; index < Most / 2; index++)
            _points[index] = LivePoint.Merge(_points[2 * index], _points[(2 * index) + 1]);
        _points.RemoveRange(Most / 2, Most / 2);
        ReportsPerPoint *= 2;
    }
}
