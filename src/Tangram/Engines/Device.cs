using System.Runtime.InteropServices;

namespace Tangram;

/// <summary>Something that can train: the CPU, an OpenCL device such as a GPU, or the plain reference engine that checks them.</summary>
public sealed record Device
{
    internal const string CpuName = "cpu", ReferenceName = "reference";

    internal Device() { }

    /// <summary>What <c>--device</c> takes.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public required string Description { get; init; }

    /// <summary>What sort of processor it is.</summary>
    public required DeviceKind Kind { get; init; }

    /// <summary>Bytes of memory.</summary>
    public required long Memory { get; init; }

    /// <summary>The driver's version; null for the CPU, which needs none.</summary>
    public string? Driver { get; init; }

    /// <summary>What an OpenCL device can do; null for others.</summary>
    public DeviceCapabilities? Capabilities { get; init; }

    /// <summary>The CPU engine's vectors in bits, 1 without SIMD; null for other engines.</summary>
    public int? Tier { get; init; }

    /// <summary>Why it can't train; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The devices of this machine, those that can't be used included. Loads OpenCL, where it is installed.</summary>
    public static IReadOnlyList<Device> All => DeviceCatalog.ThisMachine.All;

    internal static Device Cpu { get; } = new()
    {
        Name = CpuName,
        Description = $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} threads, {TierName(SimdTiers.Best)}{(Bf16Product.ThisMachine is { } bf16 ? $", bf16 by {bf16.Name}" : "")}",
        Kind = DeviceKind.Cpu,
        Memory = MachineMemory,
        Tier = (int)SimdTiers.Best,
        Bf16 = Bf16Product.ThisMachine,
    };

    internal static Device Reference { get; } = new()
    {
        Name = ReferenceName,
        Description = "plain loops on one thread, sums in float64: the oracle, slow",
        Kind = DeviceKind.Cpu,
        Memory = MachineMemory,
    };

    /// <summary>The OpenCL device behind it; null for the CPU and the reference.</summary>
    internal OpenClDevice? OpenCl { get; init; }

    /// <summary>What multiplies in mixed precision on the CPU; null where it has nothing for that, and for other devices.</summary>
    internal Bf16Product? Bf16 { get; init; }

    private static long MachineMemory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The device of this machine that has a name, one that can't be used included.</summary>
    /// <exception cref="InputException">No such device.</exception>
    public static Device Parse(string name) => DeviceCatalog.ThisMachine.Find(name);

    /// <summary>The precision that it trains in unless told otherwise: mixed on a GPU, as the paper does there, and on a CPU that multiplies bf16.</summary>
    internal Precision BestPrecision => Kind == DeviceKind.Gpu || Bf16 is not null ? Precision.Mixed : Precision.Fp32;

    internal bool Has(Precision precision) => precision == Precision.Fp32 || OpenCl is not null || Bf16 is not null;

    /// <summary>Why an OpenCL device can't take a training: it can't be used, or its memory doesn't suffice, with the formula; null: it can.</summary>
    internal string? Refusal(TrainingNeeds needs, Precision precision) => Problem is not null
        ? $"it can't be used, as {Problem}"
        : OpenCl is { } device ? new OpenClPlan(needs.Model, needs.Batch, needs.Workspace, needs.Extras, precision == Precision.Mixed).Problem(device) : null;

    /// <exception cref="InputException">It can't take the training.</exception>
    internal void Check(TrainingNeeds needs, Precision precision)
    {
        if (Refusal(needs, precision) is { } refusal)
        {
            throw new InputException($"{Name} ({Description}) is no place for this training: {refusal}. " +
                $"Use --device {CpuName}{(Problem is null ? ", or give fewer features, fewer members or a smaller batch" : " or another one of 'tangram devices'")}.");
        }
        if (OpenCl is null && Name != ReferenceName)
            new MemoryPlan(needs.Model, needs.Batch, needs.Threads, needs.Workspace, needs.Extras, precision == Precision.Mixed).Check(MachineMemory);
    }

    internal TrainingSession OpenTraining(ModelOptions options, int batchCapacity, int threads, long workspace = MemoryPlan.DefaultBudget,
        SessionExtras extras = default, Precision precision = Precision.Fp32)
    {
        if (OpenCl is { } device)
            return new OpenClSession(device, options, batchCapacity, workspace, extras, precision == Precision.Mixed);
        if (Name == ReferenceName)
            return new ReferenceSession(options, batchCapacity, extras);
        Bf16Product? bf16 = precision == Precision.Mixed ? Bf16 : null;
        return SimdTiers.Best switch
        {
            SimdTier.Bits512 => new CpuSession<Simd512>(options, batchCapacity, threads, workspace, extras, bf16),
            SimdTier.Bits256 => new CpuSession<Simd256>(options, batchCapacity, threads, workspace, extras, bf16),
            SimdTier.Bits128 => new CpuSession<Simd128>(options, batchCapacity, threads, workspace, extras, bf16),
            _ => new CpuSession<SimdScalar>(options, batchCapacity, threads, workspace, extras, bf16),
        };
    }

    private static string TierName(SimdTier tier) => tier == SimdTier.Scalar ? "no SIMD" : $"{(int)tier}-bit SIMD";
}
