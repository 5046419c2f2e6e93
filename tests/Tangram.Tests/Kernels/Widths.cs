using System.Runtime.Intrinsics;

namespace Tangram.Tests;

/// <summary>The vector widths, all of which run in one process: those that the processor lacks are emulated by the runtime.</summary>
public static class Widths
{
    public static TheoryData<int> All => [1, 128, 256, 512];

    public static bool IsEmulated(int width) => width switch
    {
        512 => !Vector512.IsHardwareAccelerated,
        256 => !Vector256.IsHardwareAccelerated,
        128 => !Vector128.IsHardwareAccelerated,
        _ => false,
    };
}
