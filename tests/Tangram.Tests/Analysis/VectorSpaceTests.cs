namespace Tangram.Tests;

public sealed class VectorSpaceTests
{
    [Fact]
    public void Each_kind_gives_its_vectors_in_the_order_asked_for()
    {
        VectorSpace codes = VectorSpace.OfCodes("codes", Given.Codes([0, 2, 0], [1, 0, -1], [0, 0, 0]));
        Assert.Equal(("codes", 3, 3), (codes.Name, codes.Count, codes.Width));
        Equal(codes.Rows([1, 0, 1]), [1, 0, -1], [0, 2, 0], [1, 0, -1]);
        VectorSpace pixels = VectorSpace.OfPixels("pixels", ImageSet.FromRows("rows", 2, new float[] { 1, 2, 3, 4 }), [0.5f, 1]);
        Equal(pixels.Rows([0, 1]), [0.5f, 1], [2.5f, 3]);
        using FloatMatrix matrix = Given.Matrix([3, 4], [5, 6]);
        Equal(VectorSpace.OfRows("rows", matrix).Rows([1]), [5, 6]);
    }

    [Fact]
    public void Unit_vectors_have_length_one_but_for_those_of_zeros()
    {
        using FloatMatrix matrix = Given.Matrix([3, 4], [0, 0], [1e-20f, 0]);
        using FloatMatrix unit = VectorSpace.OfRows("rows", matrix).Rows([0, 1], unit: true);
        Assert.Equal(0.6f, unit.Row(0)[0], 1e-6);
        Assert.Equal(0.8f, unit.Row(0)[1], 1e-6);
        Assert.Equal([0, 0], unit.Row(1).ToArray());
        Assert.Equal([3, 4], matrix.Row(0).ToArray()); // the original stays
    }

    private static void Equal(FloatMatrix rows, params float[][] expected)
    {
        Assert.Equal(expected.Length, rows.Rows);
        for (int row = 0; row < rows.Rows; row++)
            Assert.Equal(expected[row], rows.Row(row).ToArray());
        rows.Dispose();
    }
}
