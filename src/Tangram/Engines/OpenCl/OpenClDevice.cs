namespace Tangram;

/// <summary>An OpenCL device, as its driver describes it.</summary>
internal sealed record OpenClDevice
{
    /// <summary>Of the platform it belongs to.</summary>
    public required OpenClApi Api { get; init; }

    /// <summary>OpenCL's handle.</summary>
    public required nint Id { get; init; }

    public required string Name { get; init; }

    public required string Platform { get; init; }

    public required DeviceKind Kind { get; init; }

    public required string Driver { get; init; }

    /// <summary>The version of OpenCL that it has.</summary>
    public required Version Version { get; init; }

    /// <summary>Bytes of memory.</summary>
    public required long Memory { get; init; }

    /// <summary>Bytes that one buffer may have.</summary>
    public required long LargestBuffer { get; init; }

    /// <summary>Bytes that the items of a work-group share.</summary>
    public required long LocalMemory { get; init; }

    /// <summary>Items that a work-group may have.</summary>
    public required long LargestWorkGroup { get; init; }

    /// <summary>Items that a work-group may have in its second dimension.</summary>
    public required long LargestHeight { get; init; }

    public required int ComputeUnits { get; init; }

    public required int MegaHertz { get; init; }

    /// <summary>The type of OpenCL C that it calculates with in half precision; null: it can only load and store that.</summary>
    public required string? HalfType { get; init; }

    /// <summary>Whether division and square root can be correctly rounded.</summary>
    public required bool HasExactDivision { get; init; }

    /// <summary>Whether it shares the host's memory.</summary>
    public required bool SharesHostMemory { get; init; }

    /// <summary>Why it can't train; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The devices of all platforms, in the loader's order, those that can't be used included.</summary>
    /// <param name="api">The loader.</param>
    /// <param name="problems">What went wrong with platforms and devices that can't even be described.</param>
    public static IReadOnlyList<OpenClDevice> All(OpenClApi api, out IReadOnlyList<string> problems)
    {
        var (devices, failures) = (new List<OpenClDevice>(), new List<string>());
        problems = failures;
        try
        {
            foreach (nint platform in api.PlatformIds())
                Add(api, platform, devices, failures);
        }
        catch (OpenClException exception)
        {
            failures.Add($"OpenCL's loader fails ({exception.Message})");
        }
        return devices;
    }

    private static void Add(OpenClApi api, nint platform, List<OpenClDevice> devices, List<string> failures)
    {
        const uint NameOfPlatform = 0x0902;
        string name = "an unnamed platform";
        try
        {
            name = Readable(api.PlatformText(platform, NameOfPlatform)) is { Length: > 0 } given ? given : name;
            foreach (nint device in api.DeviceIds(platform))
            {
                try
                {
                    devices.Add(Describe(api, name, device));
                }
                catch (OpenClException exception)
                {
                    failures.Add($"a device of {name} can't be described ({exception.Message})");
                }
            }
        }
        catch (OpenClException exception)
        {
            failures.Add($"{name} fails ({exception.Message})");
        }
    }

    private static OpenClDevice Describe(OpenClApi api, string platform, nint id)
    {
        const uint DeviceType = 0x1000, MaximumComputeUnits = 0x1002, MaximumWorkGroupSize = 0x1004, MaximumWorkItemSizes = 0x1005, MaximumClockFrequency = 0x100C, MaximumAllocation = 0x1010,
            SingleConfiguration = 0x101B, GlobalMemory = 0x101F, LocalMemorySize = 0x1023, LittleEndian = 0x1026, Available = 0x1027, CompilerAvailable = 0x1028,
            NameOfDevice = 0x102B, DriverVersion = 0x102D, VersionOfOpenCl = 0x102F, Extensions = 0x1030, UnifiedMemory = 0x1035;
        const ulong Cpu = 2, Gpu = 4, CorrectlyRounded = 128;
        long Number(uint what) => (long)Math.Min(api.DeviceNumber(id, what), long.MaxValue);
        bool Is(uint what) => (uint)api.DeviceNumber(id, what) != 0;
        ulong type = api.DeviceNumber(id, DeviceType);
        string version = Readable(api.DeviceText(id, VersionOfOpenCl));
        // Sizes of work-groups in one dimension, and together.
        long together = Number(MaximumWorkGroupSize);
        long[] sizes = [.. api.DeviceNumbers(id, MaximumWorkItemSizes).Select(size => Math.Min((long)Math.Min(size, long.MaxValue), together))];
        string[] extensions = api.DeviceText(id, Extensions).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var device = new OpenClDevice
        {
            Api = api,
            Id = id,
            Name = Readable(api.DeviceText(id, NameOfDevice)) is { Length: > 0 } name ? name : "a nameless device",
            Platform = platform,
            Kind = (type & Gpu) != 0 ? DeviceKind.Gpu : (type & Cpu) != 0 ? DeviceKind.Cpu : DeviceKind.Other,
            Driver = Readable(api.DeviceText(id, DriverVersion)),
            Version = VersionOf(version),
            Memory = Number(GlobalMemory),
            LargestBuffer = Number(MaximumAllocation),
            LocalMemory = Number(LocalMemorySize),
            LargestWorkGroup = sizes.Length > 0 ? sizes[0] : together,
            LargestHeight = sizes.Length > 1 ? sizes[1] : together,
            ComputeUnits = (int)Math.Min(Number(MaximumComputeUnits), int.MaxValue),
            MegaHertz = (int)Math.Min(Number(MaximumClockFrequency), int.MaxValue),
            HalfType = extensions.Contains("cl_khr_fp16", StringComparer.Ordinal) ? "half" : null,
            HasExactDivision = (api.DeviceNumber(id, SingleConfiguration) & CorrectlyRounded) != 0,
            SharesHostMemory = Is(UnifiedMemory),
        };
        return device with
        {
            Problem = !Is(Available) ? "the driver says that it isn't available"
                : !Is(CompilerAvailable) ? "its driver has no compiler for kernels"
                : !Is(LittleEndian) ? "it is big-endian"
                : device.Version < new Version(1, 2) ? $"it has '{version}'; OpenCL 1.2 is needed"
                : device.LargestWorkGroup < 1 || device.LargestHeight < 1 || device.ComputeUnits < 1 ? "its driver reports no work-groups"
                : device.LocalMemory < OpenClLayout.LeastLocalMemory ? $"it has {device.LocalMemory} bytes of local memory; {OpenClLayout.LeastLocalMemory} are needed"
                : device.Memory < 1 || device.LargestBuffer < 1 ? "its driver reports no memory"
                : null,
        };
    }

    /// <summary>A driver's word on one short line that a terminal can show, whatever the driver says.</summary>
    private static string Readable(string text)
    {
        const int Longest = 100;
        string ended = text.Split('\0', 2)[0], shown = ended.Length > Longest ? $"{ended[..Longest]}…" : ended;
        return string.Join(' ', new string([.. shown.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? ' ' : letter)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>"OpenCL 1.2 and more": the standard's form; 0.0 for any other.</summary>
    private static Version VersionOf(string text)
    {
        string[] words = text.Split(' ');
        return words.Length > 1 && Version.TryParse(words[1], out Version? version) ? version : new Version(0, 0);
    }
}
