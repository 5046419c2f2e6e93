using System.Runtime.CompilerServices;

namespace Tangram;

/// <summary>
/// What <c>ldtilecfg</c> reads, for each number of rows that one call of amx.s multiplies: the palette, bytes a row (from byte 16) and rows (from byte 48) of each
/// tile. Source: Intel's Software Developer's Manual, "LDTILECFG".
/// </summary>
internal sealed unsafe class AmxShapes
{
    public const int Bytes = 64, MostRows = 2 * MostTileRows;
    private const int MostTileRows = 16, TileRowBytes = 64, Tile = GroupProduct.Tile;

    private readonly byte[] _shapes = GC.AllocateArray<byte>(MostRows / Tile * Bytes, pinned: true);

    public AmxShapes()
    {
        for (int place = 0; place < MostRows / Tile; place++)
            Describe((place + 1) * Tile).CopyTo(_shapes, place * Bytes);
    }

    /// <summary>For <paramref name="rows"/>, rounded up to whole tiles of <see cref="GroupProduct.Tile"/>.</summary>
    public byte* For(int rows) => (byte*)Unsafe.AsPointer(ref _shapes[(rows - 1) / Tile * Bytes]);

    public static byte[] Describe(int rows)
    {
        byte first = (byte)Math.Min(rows, MostTileRows), other = (byte)(rows - first);
        byte[] rowsOf = [first, first, other, other, first, other, MostTileRows, MostTileRows]; // tmm0 … tmm7, as amx.s has them
        var shape = new byte[Bytes];
        shape[0] = 1; // the palette: there is no other
        for (int tile = 0; tile < rowsOf.Length; tile++)
        {
            shape[16 + (2 * tile)] = rowsOf[tile] > 0 ? (byte)TileRowBytes : (byte)0;
            shape[48 + tile] = rowsOf[tile];
        }
        return shape;
    }
}
