namespace Tangram.Tests;

public sealed unsafe class GroupTransposeTests
{
    private const int Lanes = GroupProduct.Lanes, Block = GroupTranspose.RowBlock;

    [Fact]
    public void Rows_lie_side_by_side_and_missing_ones_are_zero()
    {
        foreach (int columns in new[] { 4, 16, 52 })
        {
            using FloatMatrix rows = Numbers.Matrix(Lanes, columns, 1), group = new(columns, Lanes);
            for (int count = 0; count <= Lanes; count++)
            {
                for (int column = 0; column < columns; column++)
                    group.Row(column).Fill(float.NaN);
                GroupTranspose.FromRows(rows.Pointer, rows.Stride, count, columns, group.Pointer);
                for (int column = 0; column < columns; column++)
                    Numbers.SameBits([.. Enumerable.Range(0, Lanes).Select(lane => lane < count ? rows.Row(lane)[column] : 0)], group.Row(column));
            }
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void Parts_are_summed_up_in_order_into_rows(int width)
    {
        foreach (int parts in new[] { 1, 2, 3, 5 })
        {
            foreach (int columns in new[] { 4, 24, 256, 520 }) // 256 are summed up at a time
                CheckSums(KernelSet.Of(width), parts, columns);
        }
    }

    private static void CheckSums(KernelSet kernels, int parts, int columns)
    {
        using FloatMatrix groups = Numbers.Matrix(parts * columns, Lanes, 2), rows = new(Block, columns);
        foreach (int first in new[] { 0, Block })
        {
            kernels.SumToRows(groups, parts, first, rows);
            for (int row = 0; row < Block; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    float sum = groups.Row(column)[first + row];
                    for (int part = 1; part < parts; part++)
                        sum += groups.Row((part * columns) + column)[first + row];
                    Numbers.SameBits([sum], [rows.Row(row)[column]]);
                }
            }
        }
    }
}
