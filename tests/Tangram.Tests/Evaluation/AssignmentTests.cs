namespace Tangram.Tests;

public sealed class AssignmentTests
{
    [Fact]
    public void The_cheapest_assignment_is_found_whatever_the_shape()
    {
        var random = new CounterRandom(8, RandomPurpose.Shuffle);
        ulong draw = 0;
        for (int rows = 1; rows <= 5; rows++)
        {
            for (int columns = rows; columns <= 7; columns++)
            {
                using var cost = new FloatMatrix(rows, columns);
                for (int row = 0; row < rows; row++)
                {
                    foreach (ref float one in cost.Row(row))
                        one = (int)random.Below(9, draw++) - 4; // many ties
                }
                int[] found = Assignment.Solve(cost, TestContext.Current.CancellationToken);
                Assert.Equal(rows, found.Distinct().Count());
                Assert.Equal(Cheapest(cost, 0, 0), found.Select((column, row) => (double)cost.Row(row)[column]).Sum());
            }
        }
    }

    [Fact]
    public void A_hidden_permutation_is_found_among_many()
    {
        const int Count = 600;
        int[] hidden = new CounterRandom(9, RandomPurpose.Shuffle).Permutation(Count);
        var random = new CounterRandom(10, RandomPurpose.Shuffle);
        using var cost = new FloatMatrix(Count, Count);
        for (int row = 0; row < Count; row++)
        {
            for (int column = 0; column < Count; column++)
                cost.Row(row)[column] = column == hidden[row] ? -1 : -0.9f * (float)random.Uniform(((ulong)row * Count) + (ulong)column);
        }
        Assert.Equal(hidden, Assignment.Solve(cost, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void More_rows_than_columns_are_refused()
    {
        using var cost = new FloatMatrix(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => Assignment.Solve(cost, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Dictionaries_are_matched_by_the_size_of_cosines_over_living_features()
    {
        // b's features are a's in another order, one of them with the other sign; a's feature 3 is dead.
        using var a = new FloatMatrix(4, 4);
        using var b = new FloatMatrix(4, 4);
        for (int row = 0; row < 4; row++)
            a.Row(row)[row] = row + 1;
        (b.Row(0)[1], b.Row(1)[0], b.Row(2)[2], b.Row(3)[3]) = (5, -2, 1, 1);
        using var workers = new Workers(1);
        RowMatching matching = RowMatching.Of(a, [0, 1, 2], b, [0, 1, 2, 3], workers, TestContext.Current.CancellationToken);
        Assert.Equal((1.0, 1.0 / 3), (matching.MeanCosine, matching.OwnNumber));
        Assert.Equal(matching, RowMatching.Of(b, [0, 1, 2, 3], a, [0, 1, 2], workers, TestContext.Current.CancellationToken));
        Assert.True(double.IsNaN(RowMatching.Of(a, [], b, [0], workers, TestContext.Current.CancellationToken).MeanCosine));
    }

    private static double Cheapest(FloatMatrix cost, int row, int taken)
    {
        if (row == cost.Rows)
            return 0;
        double least = double.PositiveInfinity;
        for (int column = 0; column < cost.Columns; column++)
        {
            if ((taken & (1 << column)) == 0)
                least = Math.Min(least, cost.Row(row)[column] + Cheapest(cost, row + 1, taken | (1 << column)));
        }
        return least;
    }
}
