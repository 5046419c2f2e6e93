namespace Tangram;

/// <summary>What sort of processor a device is.</summary>
public enum DeviceKind
{
    /// <summary>The computer's own processor.</summary>
    Cpu,

    /// <summary>A graphics processor.</summary>
    Gpu,

    /// <summary>An accelerator of another kind.</summary>
    Other,
}

/// <summary>What an OpenCL device is capable of, as its driver says.</summary>
/// <param name="OpenCl">Version of OpenCL.</param>
/// <param name="ComputeUnits">Processors that run work-groups side by side.</param>
/// <param name="MegaHertz">Their clock at its highest; 0 where the driver doesn't say.</param>
/// <param name="LocalMemory">Bytes that the items of a work-group share.</param>
/// <param name="LargestWorkGroup">Items that a work-group may have.</param>
/// <param name="HalfArithmetic">Whether it calculates with half precision; every device loads and stores it.</param>
/// <param name="ExactDivision">Whether its division and square root can be correctly rounded.</param>
public sealed record DeviceCapabilities(string OpenCl, int ComputeUnits, int MegaHertz, long LocalMemory, long LargestWorkGroup, bool HalfArithmetic, bool ExactDivision)
{
    /// <summary>For people, most important first.</summary>
    public override string ToString() => string.Join(", ", Parts());

    private IEnumerable<string> Parts()
    {
        yield return $"OpenCL {OpenCl}";
        yield return FormattableString.Invariant($"{ComputeUnits:N0} compute units") + (MegaHertz > 0 ? FormattableString.Invariant($" at {MegaHertz:N0} MHz") : "");
        yield return FormattableString.Invariant($"{LocalMemory / 1024.0:0.#} KiB of local memory");
        yield return FormattableString.Invariant($"work-groups of up to {LargestWorkGroup:N0}");
        if (HalfArithmetic)
            yield return "half arithmetic";
        if (ExactDivision)
            yield return "exact division";
    }
}
