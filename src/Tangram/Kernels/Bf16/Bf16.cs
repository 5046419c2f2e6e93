namespace Tangram;

/// <summary>The upper half of a float32: its sign and exponent, and 8 bits of precision. The product of two is exact in float32.</summary>
internal static class Bf16
{
    /// <summary>Columns of bf16 weights and images are padded with zeros to multiples of this: one step of AMX.</summary>
    public const int ColumnUnit = 32;

    private const uint Sign = 0x8000_0000, Infinity = 0x7F80_0000;
    private const ushort QuietBit = 0x0040;

    /// <summary>To nearest, ties to even; too large becomes infinite, denormals become 0 of their sign, NaN stays NaN: bit by bit what the processors do.</summary>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value), magnitude = bits & ~Sign;
        if (magnitude > Infinity)
            return (ushort)((bits >> 16) | QuietBit); // or its last 16 bits may have been all that made it NaN
        if ((magnitude & Infinity) == 0)
            return (ushort)((bits & Sign) >> 16);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static float Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);
}
