using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>Methods as functions that native code, or what takes itself for it, may call: nobody knows for how long, so they stay.</summary>
internal static class NativeFunctions
{
    private static readonly ConcurrentDictionary<Delegate, nint> Kept = new();

    /// <param name="method">A delegate with the attribute <see cref="UnmanagedFunctionPointerAttribute"/>.</param>
    public static nint AddressOf(Delegate method) => Kept.GetOrAdd(method, Marshal.GetFunctionPointerForDelegate);
}
