using System.Globalization;

namespace Tangram;

/// <summary>
/// What a GPU can do at best, as its data sheet says, and so what a step should take there: a kernel takes as long as the slowest of its arithmetic, its bytes from
/// memory and its bytes from the cache. Source: Williams, Waterman and Patterson, "Roofline", 2009, with a roof for each level of memory.
/// </summary>
/// <param name="Flops">Operations on floats per second.</param>
/// <param name="Memory">Bytes per second from memory.</param>
/// <param name="Cache">Bytes per second from the last-level cache.</param>
/// <param name="CacheSize">Bytes of that cache.</param>
/// <param name="Units">Compute units: fewer work-groups than that use only a part of the arithmetic and of the cache's speed.</param>
/// <param name="Launch">Seconds that queueing a kernel takes.</param>
public sealed record DeviceRoofline(double Flops, double Memory, double Cache, double CacheSize, int Units, double Launch)
{
    private const string Form = "give it as in --roofline flops=67,memory=3350,cache=5500,size=50,units=132,launch=5: TFLOP/s, GB/s, GB/s, MB, a number, µs";

    /// <summary>Reads <c>flops=67,memory=3350,cache=5500,size=50,units=132,launch=5</c>: TFLOP/s, GB/s, GB/s, MB, compute units, microseconds.</summary>
    /// <exception cref="InputException">Something is missing, unknown or out of range.</exception>
    public static DeviceRoofline Parse(string text)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string part in text.Split(','))
        {
            string[] pair = part.Split('=');
            if (pair.Length != 2 || !double.TryParse(pair[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || value is not (> 0 and < 1e9))
                throw new InputException($"'{part}' says nothing of a roofline; {Form}.");
            if (!numbers.TryAdd(pair[0].Trim(), value))
                throw new InputException($"The roofline has '{pair[0].Trim()}' twice; {Form}.");
        }
        double Take(string name, double unit) =>
            numbers.Remove(name, out double value) ? value * unit : throw new InputException($"The roofline lacks '{name}'; {Form}.");
        var roofline = new DeviceRoofline(Take("flops", 1e12), Take("memory", 1e9), Take("cache", 1e9), Take("size", 1e6), (int)Math.Max(1, Take("units", 1)), Take("launch", 1e-6));
        return numbers.Count == 0 ? roofline : throw new InputException($"A roofline has no '{numbers.Keys.First()}'; {Form}.");
    }

    /// <summary>Milliseconds that a kernel should take, and what bounds it.</summary>
    /// <param name="work">The kernel's part of a step.</param>
    /// <param name="working">Bytes that a step works on: where they fit the cache, they stay there.</param>
    internal (double Milliseconds, string Bound) Expect(KernelWork work, double working)
    {
        double share = Math.Min(1, work.Groups / Units);
        double again = work.RequestedBytes - work.Bytes, missed = work.ReusedBytes > CacheSize ? 1 - (CacheSize / work.ReusedBytes) : 0;
        (double Seconds, string Bound)[] roofs =
        [
            (work.Operations / (Flops * share), "arithmetic"),
            (((working > CacheSize ? work.Bytes : 0) + (again * missed)) / Memory, "memory"),
            (work.RequestedBytes / (Cache * share), "cache"),
        ];
        var (seconds, bound) = roofs.MaxBy(roof => roof.Seconds);
        double launches = work.Launches * Launch;
        return (1e3 * (seconds + launches), launches > seconds ? "launch" : bound);
    }
}
