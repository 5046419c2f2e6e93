using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Tangram;

/// <summary>What <see cref="Bf16Product"/> asks of the processor and the system; tests answer otherwise.</summary>
internal unsafe class Bf16Host
{
    private const int ArchPrctl = 158, RequestPermission = 0x1023, TileData = 18;
    private const int Read = 1, Write = 2, Execute = 4, PrivateAnonymous = 0x22;

    /// <summary>The one system and architecture that the machine code is for.</summary>
    public virtual bool IsLinuxX64 => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The runtime vouches for the processor and for the system, which must save the registers; its switches (DOTNET_EnableAVX512) count.</summary>
    public virtual bool HasAvx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512F.VL.IsSupported;

    public bool HasAvx512Bf16 => HasLeaf(7) && CpuId(7, 0).Eax >= 1 && Bit(CpuId(7, 1).Eax, 5);

    /// <summary>Tiles, and their product of bf16.</summary>
    public bool HasAmx => HasLeaf(7) && Bit(CpuId(7, 0).Edx, 24) && Bit(CpuId(7, 0).Edx, 22);

    public virtual (int Eax, int Ebx, int Ecx, int Edx) CpuId(int leaf, int part) => X86Base.IsSupported ? X86Base.CpuId(leaf, part) : default;

    /// <summary>Asks Linux for the tile registers, which are large, so that it grants them on request only: to this process, its threads and those to come.</summary>
    public virtual bool RequestTiles() => SystemCall(ArchPrctl, RequestPermission, TileData) == 0;

    /// <summary>The code in pages of its own, which are never writable and executable at once, nor ever freed; 0: the system refuses.</summary>
    public virtual nint Load(ReadOnlySpan<byte> code)
    {
        byte* pages = MapMemory(null, (nuint)code.Length, Read | Write, PrivateAnonymous, file: -1, offset: 0);
        if ((nint)pages == -1)
            return 0;
        code.CopyTo(new Span<byte>(pages, code.Length));
        if (ProtectMemory(pages, (nuint)code.Length, Read | Execute) == 0)
            return (nint)pages;
        _ = UnmapMemory(pages, (nuint)code.Length);
        return 0;
    }

    private bool HasLeaf(int leaf) => CpuId(0, 0).Eax >= leaf;

    private static bool Bit(int register, int bit) => ((register >> bit) & 1) != 0;

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern byte* MapMemory(void* wish, nuint bytes, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int ProtectMemory(void* start, nuint bytes, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int UnmapMemory(void* start, nuint bytes);

    [DllImport("libc", EntryPoint = "syscall")]
    private static extern nint SystemCall(nint number, nint first, nint second);
}
