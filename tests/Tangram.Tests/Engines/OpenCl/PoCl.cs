namespace Tangram.Tests;

/// <summary>The OpenCL device that runs on the processor, of Debian's package pocl-opencl-icd.</summary>
internal static class PoCl
{
    private static readonly Lazy<OpenClDevice> Found = new(Find);

    public static OpenClDevice Device => Found.Value;

    /// <summary>
    /// The same with arithmetic in half precision: PoCL doesn't offer it, but its compiler has the type under another name, and converts around each operation.
    /// </summary>
    public static OpenClDevice DeviceWithHalfArithmetic => Device with { HalfType = "_Float16" };

    public static OpenClSession Open(ModelOptions options, int batch, SessionExtras extras = default, bool isMixed = false, OpenClDevice? device = null,
        long workspace = MemoryPlan.DefaultBudget) => new(device ?? Device, options, batch, workspace, extras, isMixed);

    private static OpenClDevice Find()
    {
        Func<string, nint>? loader = OpenClApi.FindSystemLoader();
        Assert.True(loader is not null, "There is no OpenCL loader; install Debian's packages ocl-icd-libopencl1 and pocl-opencl-icd.");
        IReadOnlyList<OpenClDevice> devices = OpenClDevice.All(new OpenClApi(loader), out IReadOnlyList<string> problems);
        OpenClDevice? device = devices.FirstOrDefault(device => device is { Kind: DeviceKind.Cpu, Problem: null });
        Assert.True(device is not null, $"There is no OpenCL device on the processor; install Debian's package pocl-opencl-icd. {string.Join("; ", problems)}");
        return device;
    }
}
