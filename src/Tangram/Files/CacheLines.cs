using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Tangram;

/// <summary>Asks for memory that will soon be read, where the processor's own guesses fail. Hints only: wherever they point, nothing breaks.</summary>
internal static unsafe class CacheLines
{
    private const int Size = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* start, long bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (byte* line = (byte*)((nint)start & -Size), end = (byte*)start + bytes; line < end; line += Size)
            Sse.Prefetch0(line);
    }
}
