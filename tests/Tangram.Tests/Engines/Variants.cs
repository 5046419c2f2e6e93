namespace Tangram.Tests;

/// <summary>The options of models and steps, alone and together, that every session is checked with.</summary>
internal static class Variants
{
    /// <summary>The name by which these tests call the OpenCL device on the processor.</summary>
    public const string OpenCl = "opencl";

    /// <summary>The devices that are checked.</summary>
    public static readonly string[] Devices = ["reference", "cpu", OpenCl];

    public const string Plain = "plain";

    public const string EverythingTied = "everything, tied", EverythingUntied = "everything, untied";

    private const string PreBias = "pre-bias";

    /// <summary>Variants whose steps have sums that threads, panels and prepared batches share.</summary>
    public static readonly string[] WithSharedSums = [Plain, PreBias, EverythingTied, EverythingUntied];

    /// <summary>These at every width; where that is emulated and slow, the plain one alone.</summary>
    public static TheoryData<int, string> WithSharedSumsByWidth =>
    [
        .. from width in Widths.All.Select(row => row.Data)
           from variant in Widths.IsEmulated(width) ? [Plain] : WithSharedSums
           select (width, variant),
    ];

    private static readonly Dictionary<string, Variant> ByName = new(StringComparer.Ordinal)
    {
        [Plain] = new(),
        ["rectified"] = new() { Rectified = true },
        [PreBias] = new() { PreBias = true },
        ["encoder bias"] = new() { EncoderBias = true },
        ["both biases, rectified"] = new() { PreBias = true, EncoderBias = true, Rectified = true },
        ["unit rows"] = new() { UnitRows = true },
        ["auxiliary"] = new() { Auxiliary = true },
        ["clipped"] = new() { Clipped = true },
        ["averaged"] = new() { Averaged = true },
        ["untied"] = new() { Untied = true },
        ["untied, rectified"] = new() { Untied = true, Rectified = true },
        ["untied, both biases"] = new() { Untied = true, PreBias = true, EncoderBias = true },
        ["untied, unit rows"] = new() { Untied = true, UnitRows = true },
        ["untied, auxiliary"] = new() { Untied = true, Auxiliary = true },
        ["untied, rectified, auxiliary"] = new() { Untied = true, Rectified = true, Auxiliary = true },
        [EverythingTied] = new()
        {
            Rectified = true,
            PreBias = true,
            EncoderBias = true,
            UnitRows = true,
            Auxiliary = true,
            Clipped = true,
            Averaged = true,
        },
        [EverythingUntied] = new()
        {
            Untied = true,
            Rectified = true,
            PreBias = true,
            EncoderBias = true,
            UnitRows = true,
            Auxiliary = true,
            Clipped = true,
            Averaged = true,
        },
    };

    public static Variant Named(string name) => ByName[name];

    public static bool IsPlainOrEverything(string name) => name is Plain or EverythingTied or EverythingUntied;

    /// <summary>All variants' names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Each device alone; a row on OpenCL says that it needs that.</summary>
    public static TheoryData<string> ByDevice => [.. Devices.Select(device => new TheoryDataRow<string>(device).WithNeedsOf(device))];

    /// <summary>Each device with each variant; on OpenCL, where small kernels are slow, with those whose steps have sums that are shared.</summary>
    public static TheoryData<string, string> ByDeviceAndVariant =>
    [
        .. from device in Devices
           from name in device == OpenCl ? WithSharedSums : Names
           select new TheoryDataRow<string, string>(device, name).WithNeedsOf(device),
    ];

    private static TRow WithNeedsOf<TRow>(this TRow row, string device) where TRow : TheoryDataRowBase => device == OpenCl ? row.WithTrait("Needs", OpenCl) : row;
}

/// <summary>Which options are on.</summary>
internal sealed record Variant
{
    public bool Untied { get; init; }

    public bool Rectified { get; init; }

    public bool PreBias { get; init; }

    public bool EncoderBias { get; init; }

    public bool UnitRows { get; init; }

    public bool Auxiliary { get; init; }

    public bool Clipped { get; init; }

    public bool Averaged { get; init; }

    public ModelOptions Model(int inputs, int features, int k, int members) => Sessions.Model(inputs, features, k, members) with
    {
        Rule = new SparsityRule.TopK(k, Rectified),
        Untied = Untied,
        PreBias = PreBias,
        EncoderBias = EncoderBias,
        UnitRows = UnitRows,
    };

    public SessionExtras Extras(int auxiliaryK) => new(Auxiliary ? auxiliaryK : 0, Averaged);

    public StepSettings Settings(double rate, double consistency, int deadAfter, double maximumNorm) => new(rate, consistency)
    {
        Auxiliary = Auxiliary ? 0.6 : 0,
        DeadAfter = deadAfter,
        EncoderBiasRate = Clipped ? 0.3 : 1,
        MaximumNorm = Clipped ? maximumNorm : 0,
        AverageDecay = Averaged ? 0.9 : 0,
    };
}
