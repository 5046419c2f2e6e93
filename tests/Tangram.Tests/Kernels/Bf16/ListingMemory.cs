using System.Runtime.InteropServices;

namespace Tangram.Tests;

/// <summary>Arrays at addresses far from each other; whatever touches another address fails the test.</summary>
internal sealed class ListingMemory
{
    private readonly List<(string Name, long Start, byte[] Bytes, bool Writable)> _arrays = [];

    /// <summary>The address of a copy of <paramref name="values"/>.</summary>
    public long Add<T>(string name, ReadOnlySpan<T> values, bool writable = false) where T : unmanaged
    {
        // Unlike addresses' low bits, so that no stride or offset works by accident.
        long start = ((_arrays.Count + 1L) << 40) + (64 * (_arrays.Count + 1));
        _arrays.Add((name, start, MemoryMarshal.AsBytes(values).ToArray(), writable));
        return start;
    }

    public T[] Read<T>(string name) where T : unmanaged => MemoryMarshal.Cast<byte, T>(_arrays.Single(array => array.Name == name).Bytes).ToArray();

    public Span<byte> At(long address, int length, bool write, int line)
    {
        foreach (var (name, start, bytes, writable) in _arrays)
        {
            if (address < start || address + length > start + bytes.Length)
                continue;
            Assert.True(writable || !write, $"line {line} writes to {name}.");
            return bytes.AsSpan((int)(address - start), length);
        }
        Assert.Fail($"line {line} reaches for {length} bytes at {address:x}: {string.Join(", ", _arrays.Select(array => $"{array.Name} {array.Start:x} + {array.Bytes.Length}"))}.");
        return default;
    }
}
