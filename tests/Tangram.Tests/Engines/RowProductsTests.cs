namespace Tangram.Tests;

public sealed class RowProductsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 33, 20)]
    [InlineData(17, 64, 1030)]
    [InlineData(40, 100, 2500)]
    public void Products_are_those_of_plain_sums_whatever_the_threads(int rowsA, int rowsB, int columns)
    {
        using FloatMatrix a = Numbers.Matrix(rowsA, columns, 1), b = Numbers.Matrix(rowsB, columns, 2);
        using var one = new Workers(1);
        using var three = new Workers(3);
        using FloatMatrix products = RowProducts.Of(a, b, one), again = RowProducts.Of(a, b, three);
        for (int row = 0; row < rowsA; row++)
        {
            Assert.Equal(products.Row(row).ToArray(), again.Row(row).ToArray());
            for (int column = 0; column < rowsB; column++)
                Assert.Equal(GroupProduct.Reference(a.Row(row), b.Row(column)), products.Row(row)[column], 1e-4 * Math.Sqrt(columns));
        }
    }

    [Fact]
    public void The_nearest_row_is_another_one_and_zeros_are_near_to_none()
    {
        using var rows = new FloatMatrix(4, 3);
        float[][] values = [[1, 0, 0], [0, 2, 0], [3, 1, 0], [0, 0, 0]];
        for (int row = 0; row < values.Length; row++)
            values[row].CopyTo(rows.Row(row));
        using var workers = new Workers(1);
        var nearest = RowProducts.Nearest(rows, workers);
        Assert.Equal((2, 2, 0), (nearest[0].Other, nearest[1].Other, nearest[2].Other));
        Assert.Equal(3 / Math.Sqrt(10), nearest[0].Cosine, 1e-6);
        Assert.Equal(0, nearest[3].Cosine);
        using var alone = new FloatMatrix(1, 3);
        Assert.Equal((0, -1), RowProducts.Nearest(alone, workers)[0]);
    }
}
