namespace Tangram.Tests;

/// <summary>Rows as NumPy writes them: tools/make-npy.py made the files.</summary>
public sealed class NpyGoldenTests
{
    [Theory]
    [InlineData("rows-f4", 0)]
    [InlineData("rows-f2", 1)]
    [InlineData("rows-f4-v2", 0)]
    [InlineData("rows-f4-v3", 0)]
    public void What_NumPy_wrote_is_read_equal(string name, int type)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".npy");
        Assert.Equal(type == 0 ? "<f4" : "<f2", NpyFile.ReadHeader(path).Type);
        ImageSet set = ImageSet.Open(path);
        Assert.Equal((5, ImageShape.Row(7)), (set.Count, set.Shape));
        var values = new float[7];
        for (int row = 0; row < 5; row++)
        {
            set.CopyTo(row, values);
            for (int column = 0; column < 7; column++)
            {
                float expected = (row, column) switch
                {
                    (0, 0) => -0f,
                    (4, 6) => 65504,
                    (2, 3) => MathF.ScaleB(1, -24),
                    _ => ((row * 7) - (column * 3)) / 16f,
                };
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(values[column]));
            }
        }
    }
}
