namespace Tangram;

/// <summary>
/// The one-to-one assignment of rows to columns that costs least in all, by shortest augmenting paths. Source: Jonker, Volgenant, "A shortest augmenting path algorithm for dense
/// and sparse linear assignment problems", Computing 38, 1987, in the rectangular form of Crouse, "On implementing 2D rectangular assignment algorithms", IEEE TAES 52, 2016.
/// </summary>
internal static class Assignment
{
    /// <summary>Each row's column. No more rows than columns; O(rows² · columns) at worst, of which little is left where rows have columns of their own.</summary>
    /// <param name="cost">[rows, columns], finite.</param>
    /// <param name="cancellation">Stops between rows.</param>
    public static int[] Solve(FloatMatrix cost, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(cost.Rows, cost.Columns);
        var search = new Search(cost);
        for (int row = 0; row < cost.Rows; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            search.Assign(row);
        }
        return search.ColumnOf;
    }

    private sealed class Search(FloatMatrix cost)
    {
        private readonly double[] _rowPrice = new double[cost.Rows], _columnPrice = new double[cost.Columns], _shortest = new double[cost.Columns];
        private readonly int[] _rowOf = Filled(cost.Columns), _from = new int[cost.Columns], _open = new int[cost.Columns];
        private readonly List<int> _closed = [];

        public int[] ColumnOf { get; } = Filled(cost.Rows);

        /// <summary>Finds the shortest path from a row without a column to a column without a row, and gives each row on it the column that the path takes.</summary>
        public void Assign(int first)
        {
            _shortest.AsSpan().Fill(double.PositiveInfinity);
            for (int column = 0; column < _open.Length; column++)
                _open[column] = column;
            _closed.Clear();
            int open = _open.Length, row = first, sink = -1;
            double length = 0;
            while (sink < 0)
            {
                int place = Nearest(row, length, open);
                int column = _open[place];
                length = _shortest[column];
                _open[place] = _open[--open];
                if (_rowOf[column] < 0)
                    sink = column;
                else
                    row = _rowOf[column];
                _closed.Add(column);
            }
            _rowPrice[first] += length;
            foreach (int column in _closed)
            {
                if (column != sink)
                    _rowPrice[_rowOf[column]] += length - _shortest[column];
                _columnPrice[column] -= length - _shortest[column];
            }
            for (int column = sink; ;)
            {
                int owner = _from[column];
                _rowOf[column] = owner;
                (column, ColumnOf[owner]) = (ColumnOf[owner], column);
                if (owner == first)
                    return;
            }
        }

        /// <summary>Extends the paths by a row's edges; returns the place of the nearest open column, of equal ones one without a row.</summary>
        private int Nearest(int row, double length, int open)
        {
            ReadOnlySpan<float> costs = cost.Row(row);
            double price = length - _rowPrice[row], least = double.PositiveInfinity;
            int nearest = -1;
            for (int place = 0; place < open; place++)
            {
                int column = _open[place];
                double path = price + costs[column] - _columnPrice[column];
                if (path < _shortest[column])
                {
                    _shortest[column] = path;
                    _from[column] = row;
                }
                if (_shortest[column] < least || (_shortest[column] == least && _rowOf[column] < 0))
                    (least, nearest) = (_shortest[column], place);
            }
            return nearest;
        }

        private static int[] Filled(int count)
        {
            var none = new int[count];
            none.AsSpan().Fill(-1);
            return none;
        }
    }
}
