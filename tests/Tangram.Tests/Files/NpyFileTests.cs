using System.Text;

namespace Tangram.Tests;

public sealed class NpyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(12, 1)]
    [InlineData(1, 1024)]
    public void The_file_is_as_numpy_defines_version_1(int rows, int columns)
    {
        string path = _folder.File("matrix.npy");
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_header_is_read_in_every_version(byte version)
    {
        NpyHeader header = Read(NpyBytes.Of(NpyBytes.Header("<f4", 2, 3), new byte[24], version));
        Assert.Equal(("<f4", false, 128L), (header.Type, header.FortranOrder, header.Start));
        Assert.Equal([2, 3], header.Shape);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}", "<f4", false, new long[] { 2, 3 })]
    [InlineData("{\"shape\":(2,3,),\"fortran_order\":True,\"descr\":\">i8\"}", ">i8", true, new long[] { 2, 3 })]
    [InlineData(" { 'descr' : '|u1' , 'fortran_order' : True , 'shape' : ( 7 , ) } ", "|u1", true, new long[] { 7 })]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "<f8", false, new long[] { })]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9223372036854775807), }", "<f8", false, new long[] { 0, long.MaxValue })]
    [InlineData("{'descr': [('a', '<f4'), ('b', '<i4', (2, 3))], 'fortran_order': False, 'shape': (3,), }", "", false, new long[] { 3 })]
    public void A_header_may_be_written_in_any_way_that_Python_allows(string text, string type, bool fortran, long[] shape)
    {
        NpyHeader header = Read(NpyBytes.Of(text, []));
        Assert.Equal((type, fortran), (header.Type, header.FortranOrder));
        Assert.Equal(shape, header.Shape);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)} x")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), 'more': 1}")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData("{'descr': '<f4' 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 2}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2.5, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3)}")]
    [InlineData("{'descr': '<f4, 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData("{'descr': 4, 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData("{'descr': [('a', '<f4'), 'fortran_order': False, 'shape': (2, 3)}")]
    [InlineData("['descr', '<f4', 'fortran_order', False, 'shape', (2, 3)]")]
    public void A_broken_header_is_refused_and_the_file_named(string text) => Refused(NpyBytes.Of(text, new byte[24]), "broken");

    [Fact]
    public void Nested_lists_without_end_are_refused()
    {
        Refused(NpyBytes.Of("{'descr': " + new string('[', 50_000), [], version: 2), "broken");
        Refused(NpyBytes.Of(new string(' ', 2 << 20), [], version: 2), "broken");
    }

    [Fact]
    public void Files_that_arent_npy_are_of_another_version_or_end_early_are_refused()
    {
        byte[] whole = NpyBytes.Of(NpyBytes.Header("<f4", 2, 3), new byte[24]);
        Refused([], "not an .npy file");
        Refused("PK"u8.ToArray(), "not an .npy file");
        Refused([0x93, .. "NUMPZ"u8, .. whole[6..]], "not an .npy file");
        foreach (byte version in new byte[] { 0, 4, 255 })
            Refused([.. whole[..6], version, .. whole[7..]], "version");
        foreach (int length in new[] { 8, 9, 10, 11, 60, 127 })
            Refused(whole[..length], "truncated");
        Refused([.. whole[..6], 3, 0, 255, 255, 255, 255, .. whole[12..]], "truncated");
        Assert.Contains("nothing.npy", Assert.Throws<InputException>(() => NpyFile.ReadHeader(_folder.File("nothing.npy"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, null)]
    [InlineData(23, "truncated")]
    [InlineData(0, "truncated")]
    [InlineData(25, "longer")]
    public void The_file_ends_where_the_values_do(int bytes, string? problem)
    {
        string path = Write(NpyBytes.Of(NpyBytes.Header("<f4", 2, 3), new byte[bytes]));
        NpyHeader header = NpyFile.ReadHeader(path);
        if (problem is null)
            NpyFile.CheckLength(path, header, 4);
        else
            Assert.Contains(problem, Assert.Throws<InputException>(() => NpyFile.CheckLength(path, header, 4)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Extents_whose_product_is_no_number_are_more_than_the_file_has()
    {
        string path = Write(NpyBytes.Of(NpyBytes.Header("<f4", long.MaxValue, long.MaxValue, long.MaxValue), []));
        Assert.Contains("truncated", Assert.Throws<InputException>(() => NpyFile.CheckLength(path, NpyFile.ReadHeader(path), 4)).Message, StringComparison.Ordinal);
    }

    private NpyHeader Read(byte[] bytes) => NpyFile.ReadHeader(Write(bytes));

    private void Refused(byte[] bytes, string problem)
    {
        string path = Write(bytes), message = Assert.Throws<InputException>(() => NpyFile.ReadHeader(path)).Message;
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    private string Write(byte[] bytes)
    {
        string path = _folder.File("array.npy");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
