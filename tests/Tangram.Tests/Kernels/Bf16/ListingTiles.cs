using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>AMX's registers, and what its instructions do with them. Source: Intel's Software Developer's Manual, volume 2; where it names a fault, the test fails.</summary>
internal sealed class ListingTiles(ListingMemory memory)
{
    private const int Tiles = 8, MostRows = 16, RowBytes = 64;
    private readonly byte[][] _data = [.. Enumerable.Range(0, Tiles).Select(_ => new byte[MostRows * RowBytes])];
    private readonly int[] _rows = new int[Tiles], _bytes = new int[Tiles];

    /// <summary>Between <c>ldtilecfg</c> and <c>tilerelease</c>.</summary>
    public bool AreInUse { get; private set; }

    public void Configure(long address, int line)
    {
        Span<byte> shapes = memory.At(address, 64, write: false, line);
        Assert.Equal(1, shapes[0]); // the palette
        Assert.Equal(0, shapes[1]); // where an interrupted load goes on
        Assert.False(shapes[2..16].ContainsAnyExcept((byte)0) || shapes[32..48].ContainsAnyExcept((byte)0) || shapes[56..].ContainsAnyExcept((byte)0), "reserved bytes");
        for (int tile = 0; tile < Tiles; tile++)
        {
            (_rows[tile], _bytes[tile]) = (shapes[48 + tile], MemoryMarshal.Read<ushort>(shapes[(16 + (2 * tile))..]));
            Assert.True(_rows[tile] <= MostRows && _bytes[tile] <= RowBytes && (_rows[tile] == 0) == (_bytes[tile] == 0), $"the shape of tmm{tile}");
            Array.Fill(_data[tile], (byte)0xFF); // zeros, says the manual; not a number, lest a listing forgets to set it
        }
        AreInUse = true;
    }

    public void Release()
    {
        Array.Clear(_rows);
        Array.Clear(_bytes);
        AreInUse = false;
    }

    public void Clear(int tile, int line)
    {
        CheckShape(tile, line);
        Array.Clear(_data[tile]);
    }

    public void Load(int tile, long address, long stride, int line)
    {
        CheckShape(tile, line);
        Array.Clear(_data[tile]);
        for (int row = 0; row < _rows[tile]; row++)
            memory.At(address + (row * stride), _bytes[tile], write: false, line).CopyTo(_data[tile].AsSpan(row * RowBytes));
    }

    public void Store(int tile, long address, long stride, int line)
    {
        CheckShape(tile, line);
        for (int row = 0; row < _rows[tile]; row++)
            _data[tile].AsSpan(row * RowBytes, _bytes[tile]).CopyTo(memory.At(address + (row * stride), _bytes[tile], write: true, line));
    }

    /// <summary>tdpbf16ps: of each row, sums of the even columns and of the odd ones, both added at the end.</summary>
    public void Multiply(int target, int first, int second, int line)
    {
        foreach (int tile in new[] { target, first, second })
            CheckShape(tile, line);
        Assert.True(target != first && target != second && first != second, $"line {line}: one tile twice");
        Assert.Equal((_rows[target], _bytes[target], _bytes[first] / 4), (_rows[first], _bytes[second], _rows[second]));
        for (int row = 0; row < _rows[target]; row++)
        {
            Span<float> sums = MemoryMarshal.Cast<byte, float>(_data[target].AsSpan(row * RowBytes, _bytes[target]));
            Span<ushort> a = MemoryMarshal.Cast<byte, ushort>(_data[first].AsSpan(row * RowBytes, _bytes[first]));
            var parts = new float[2 * sums.Length];
            for (int pair = 0; pair < _rows[second]; pair++)
            {
                Span<ushort> b = MemoryMarshal.Cast<byte, ushort>(_data[second].AsSpan(pair * RowBytes, _bytes[second]));
                for (int index = 0; index < parts.Length; index++)
                    parts[index] = Bf16Arithmetic.MultiplyAdd(a[(2 * pair) + (index % 2)], b[index], parts[index]);
            }
            for (int index = 0; index < sums.Length; index++)
                sums[index] = Bf16Arithmetic.Add(sums[index], Bf16Arithmetic.Add(parts[2 * index], parts[(2 * index) + 1]));
        }
    }

    private void CheckShape(int tile, int line) => Assert.True(AreInUse && _rows[tile] > 0, $"line {line}: tmm{tile} has no shape.");
}
