namespace Tangram.Tests;

/// <summary>A machine with AVX512-BF16 where nothing is said otherwise; its code is this machine's.</summary>
internal sealed class PretendedMachine : Bf16Host
{
    private const byte Return = 0xC3;

    public bool LinuxX64 { get; init; } = true;

    public bool Avx512 { get; init; } = true;

    public bool Bf16 { get; init; } = true;

    public bool Amx { get; init; }

    public int Leaves { get; init; } = 7;

    public int Parts { get; init; } = 1;

    public bool GivesTiles { get; init; } = true;

    public bool GivesMemory { get; init; } = true;

    public bool DoesNothing { get; init; }

    /// <summary>What runs in the place of AMX's product.</summary>
    public byte[]? AmxCode { get; init; }

    public override bool IsLinuxX64 => LinuxX64;

    public override bool HasAvx512 => Avx512;

    public override (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int part) => (leaf, part) switch
    {
        (0, _) => (Leaves, 0, 0, 0),
        (7, 0) when Leaves >= 7 => (Parts, 0, 0, Amx ? (1 << 24) | (1 << 22) : 0),
        (7, 1) when Leaves >= 7 && Parts >= 1 => (Bf16 ? 1 << 5 : 0, 0, 0, 0),
        _ => (-1, -1, -1, -1), // what a processor answers beyond its last leaf is anything
    };

    public override bool RequestTiles() => GivesTiles;

    public override nint Load(ReadOnlySpan<byte> code)
    {
        if (DoesNothing)
        {
            var returns = new byte[code.Length];
            Array.Fill(returns, Return);
            return base.Load(returns);
        }
        if (!GivesMemory)
            return 0;
        return base.Load(AmxCode is not null && code.SequenceEqual(Bf16Code.Amx) ? AmxCode : code);
    }
}
