using System.Text;

namespace Tangram.Tests;

public sealed class NpyFileTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(12, 1)]
    [InlineData(1, 1024)]
    public void The_file_is_as_numpy_defines_version_1(int rows, int columns)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("matrix.npy");
        NpyFile.WriteFloats(path, rows, columns, (row, values) =>
        {
            Assert.All(values.ToArray(), value => Assert.Equal(0, value)); // a row starts empty
            values[(int)row % columns] = row + 0.25f;
        });

        byte[] file = File.ReadAllBytes(path);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], file[..8]);
        int header = file[8] | (file[9] << 8);
        Assert.Equal(0, (10 + header) % 64);
        string text = Encoding.ASCII.GetString(file, 10, header);
        Assert.StartsWith($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.Equal(10 + header + (4 * rows * columns), file.Length);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                Assert.Equal(column == row % columns ? row + 0.25f : 0, BitConverter.ToSingle(file, 10 + header + (4 * ((row * columns) + column))));
        }
    }
}
