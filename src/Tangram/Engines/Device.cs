using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>Something that can train: the CPU, or the plain reference engine that checks it.</summary>
/// <param name="Name">What <c>--device</c> takes.</param>
/// <param name="Description">For people.</param>
public sealed record Device(string Name, string Description)
{
    private const string Auto = "auto", Cpu = "cpu", ReferenceName = "reference";

    /// <summary>The devices of this machine, the one that <c>auto</c> takes first.</summary>
    public static IReadOnlyList<Device> All { get; } =
    [
        new Device(Cpu, $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} threads, {TierName(SimdTiers.Best)}"),
        new Device(ReferenceName, "plain loops on one thread, sums in float64: the oracle, slow"),
    ];

    /// <exception cref="InputException">No such device.</exception>
    public static Device Parse(string name)
    {
        if (name == Auto)
            return All[0];
        if (All.FirstOrDefault(device => device.Name == name) is { } found)
            return found;
        throw new InputException(name == "gpu" || name.StartsWith("gpu:", StringComparison.Ordinal)
            ? "This version of tangram has no GPU engine; use --device cpu."
            : $"There is no device '{name}'; choose {Auto}, {string.Join(" or ", All.Select(device => device.Name))}.");
    }

    /// <exception cref="InputException">A session of this kind would take more than its share of this machine's memory.</exception>
    internal void CheckMemory(ModelOptions options, int batchCapacity, int threads, long workspace, SessionExtras extras)
    {
        if (Name != ReferenceName)
            new MemoryPlan(options, batchCapacity, threads, workspace, extras).Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    internal TrainingSession OpenTraining(ModelOptions options, int batchCapacity, int threads, long workspace = MemoryPlan.DefaultBudget,
        SessionExtras extras = default)
    {
        if (Name == ReferenceName)
            return new ReferenceSession(options, batchCapacity, extras);
        return SimdTiers.Best switch
        {
            SimdTier.Bits512 => new CpuSession<Simd512>(options, batchCapacity, threads, workspace, extras),
            SimdTier.Bits256 => new CpuSession<Simd256>(options, batchCapacity, threads, workspace, extras),
            SimdTier.Bits128 => new CpuSession<Simd128>(options, batchCapacity, threads, workspace, extras),
            _ => new CpuSession<SimdScalar>(options, batchCapacity, threads, workspace, extras),
        };
    }

    private static string TierName(SimdTier tier) => tier == SimdTier.Scalar ? "no SIMD" : $"{(int)tier}-bit SIMD";
}
