namespace Tangram;

/// <summary>
/// The devices of a machine, and the choice among them. OpenCL is loaded when its devices are first asked for, and once: who names the CPU never loads it.
/// </summary>
public sealed class DeviceCatalog
{
    internal const string Auto = "auto", AnyGpu = "gpu";
    private readonly Lazy<OpenClInventory> _openCl;

    /// <param name="findLoader">Finds OpenCL's loader: where it has a function of a name, 0 where it has none; null: there is no loader.</param>
    internal DeviceCatalog(Func<Func<string, nint>?> findLoader) => _openCl = new Lazy<OpenClInventory>(() => OpenClInventory.Of(findLoader()));

    /// <summary>The devices of the machine that this runs on.</summary>
    public static DeviceCatalog ThisMachine { get; } = new(OpenClApi.FindSystemLoader);

    /// <summary>All devices, those that can't be used included: the CPU, GPUs, other OpenCL devices, the reference.</summary>
    public IReadOnlyList<Device> All => [Cpu, .. Gpus, .. OpenCl.Where(device => device.Kind != DeviceKind.Gpu), Device.Reference];

    /// <summary>What keeps OpenCL from offering devices, one clause each: no loader, no driver, a driver that fails.</summary>
    public IReadOnlyList<string> Problems => _openCl.Value.Problems;

    internal Device Cpu { get; init; } = Device.Cpu;

    /// <summary>Whether OpenCL was loaded, or tried to be.</summary>
    internal bool HasAskedOpenCl => _openCl.IsValueCreated;

    private IReadOnlyList<Device> OpenCl => _openCl.Value.Devices;

    private IEnumerable<Device> Gpus => OpenCl.Where(device => device.Kind == DeviceKind.Gpu);

    /// <summary>Says where a model would train, and why there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Images per step.</param>
    /// <param name="device"><c>auto</c>, the first GPU whose memory fits the model, else the CPU; <c>gpu</c>, such a GPU; or a device's name.</param>
    /// <param name="precision">
    /// <c>auto</c>, mixed on a GPU and on a CPU that multiplies bf16, fp32 on all else; <c>fp32</c>; or <c>mixed</c>, in whose place a CPU that has none takes fp32 and says so.
    /// </param>
    /// <exception cref="InputException">There is no such device or precision, or the model doesn't fit it.</exception>
    public DeviceChoice Choose(ModelOptions model, int batch, string device = Auto, string precision = Auto) => Choose(device, precision, new TrainingNeeds(model, batch));

    /// <exception cref="InputException">There is no such device or precision, or the training doesn't fit it.</exception>
    internal DeviceChoice Choose(string name, string precision, TrainingNeeds needs)
    {
        Precision? wanted = Precisions.Parse(precision);
        DeviceChoice choice = name is Auto or AnyGpu ? ChooseGpu(name, wanted, needs) : Named(Find(name), wanted);
        if (!choice.Device.Has(choice.Arithmetic))
        {
            choice = choice.Device.Name == Device.CpuName
                ? choice.InFloat32($"mixed precision can't be had here ({Bf16Product.Problem})")
                : throw new InputException("The reference trains in fp32 only; leave --precision out.");
        }
        if (choice is { Arithmetic: Precision.Mixed, Device.Bf16.PassedOver: { } why })
            choice = choice.Slower(why);
        choice.Device.Check(needs, choice.Arithmetic);
        return choice;
    }

    /// <exception cref="InputException">No such device.</exception>
    internal Device Find(string name) => TryFind(name) ?? throw new InputException(
        $"There is no device '{name}' here; choose {string.Join(", ", new[] { Auto }.Concat(All.SkipLast(1).Select(device => device.Name)))} or {Device.ReferenceName}.");

    internal Device? TryFind(string name) => name switch
    {
        Device.CpuName => Cpu,
        Device.ReferenceName => Device.Reference,
        _ => OpenCl.FirstOrDefault(device => device.Name == name),
    };

    /// <exception cref="InputException">Not <c>auto</c>, <c>gpu</c>, or the name of a device.</exception>
    internal void CheckName(string name)
    {
        if (name is not (Auto or AnyGpu))
            Find(name);
    }

    private static DeviceChoice Named(Device device, Precision? wanted) => new(device, wanted ?? device.BestPrecision, "it was named");

    private DeviceChoice ChooseGpu(string name, Precision? wanted, TrainingNeeds needs)
    {
        var passed = new List<string>();
        foreach (Device gpu in Gpus)
        {
            Precision precision = wanted ?? gpu.BestPrecision;
            if (gpu.Refusal(needs, precision) is not { } refusal)
                return new DeviceChoice(gpu, precision, passed.Count == 0 ? "it is the first GPU, and its memory fits the model" : $"it is the first GPU that can train the model ({string.Join("; ", passed)})", passed);
            passed.Add($"{gpu.Name}: {refusal}");
        }
        string reason = passed.Count > 0 ? string.Join("; ", passed) : _openCl.Value.WhyNoGpu;
        return name == Auto
            ? new DeviceChoice(Cpu, wanted ?? Cpu.BestPrecision, reason, passed)
            : throw new InputException($"There is no GPU to take ({reason}). Use --device {Device.CpuName}" +
                (passed.Count > 0 ? ", or give fewer features, fewer members or a smaller batch." : "."));
    }
}
