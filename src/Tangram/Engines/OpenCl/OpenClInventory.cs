namespace Tangram;

/// <summary>The OpenCL devices of a machine under the names that people choose them by, and what went wrong where there could be more.</summary>
/// <param name="Devices">In the loader's order: GPUs as gpu:0, gpu:1, …, all others as opencl:0, opencl:1, …</param>
/// <param name="Problems">One clause each.</param>
internal sealed record OpenClInventory(IReadOnlyList<Device> Devices, IReadOnlyList<string> Problems)
{
    private static readonly string NoLoader = OperatingSystem.IsWindows() ? "there is no OpenCL here (OpenCL.dll, which comes with a GPU's driver)"
        : OperatingSystem.IsMacOS() ? "there is no OpenCL here (the system's framework can't be loaded)"
        : "there is no OpenCL here (libOpenCL.so.1, in Debian's package ocl-icd-libopencl1; a GPU also needs its own driver)";

    /// <summary>A clause that says why no GPU can be had, where there is none among the devices.</summary>
    public string WhyNoGpu => string.Join("; ", Devices.Count == 0 ? Problems
        : Problems.Append($"OpenCL knows no GPU here, and {Devices[0].Name} ({Devices[0].Description}) is taken only when it is named"));

    /// <param name="find">Where the loader has a function of a name, 0 where it has none; null: there is no loader.</param>
    public static OpenClInventory Of(Func<string, nint>? find)
    {
        if (find is null)
            return new OpenClInventory([], [NoLoader]);
        try
        {
            IReadOnlyList<OpenClDevice> devices = OpenClDevice.All(new OpenClApi(find), out IReadOnlyList<string> problems);
            return devices.Count == 0 && problems.Count == 0
                ? new OpenClInventory([], ["OpenCL is here, but no driver that has a device for it"])
                : new OpenClInventory(Named(devices), problems);
        }
        catch (OpenClException exception)
        {
            return new OpenClInventory([], [$"OpenCL's loader can't be used ({exception.Message})"]);
        }
    }

    private static Device[] Named(IReadOnlyList<OpenClDevice> devices)
    {
        int gpus = 0, others = 0;
        return [.. devices.Select(device => new Device
        {
            Name = device.Kind == DeviceKind.Gpu ? $"{DeviceCatalog.AnyGpu}:{gpus++}" : $"opencl:{others++}",
            Description = $"{device.Name}, {device.Platform}",
            Kind = device.Kind,
            Memory = device.Memory,
            Driver = device.Driver,
            Capabilities = new DeviceCapabilities(device.Version.ToString(), device.ComputeUnits, device.MegaHertz, device.LocalMemory, device.LargestWorkGroup, device.HalfType is not null,
                device.HasExactDivision),
            Problem = device.Problem,
            OpenCl = device,
        })];
    }
}
