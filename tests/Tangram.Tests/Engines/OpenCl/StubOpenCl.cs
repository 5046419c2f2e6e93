using System.Runtime.InteropServices;
using System.Text;

namespace Tangram.Tests;

/// <summary>A device that <see cref="StubOpenCl"/> makes up: a good GPU, unless told otherwise.</summary>
internal sealed record StubDevice
{
    public const ulong Cpu = 2, Gpu = 4, Accelerator = 8, Custom = 16;

    public byte[] Name { get; init; } = "Stub 9000"u8.ToArray();

    public ulong Type { get; init; } = Gpu;

    public string Version { get; init; } = "OpenCL 3.0 of the stub";

    public string Driver { get; init; } = "535.1";

    public string Extensions { get; init; } = "cl_khr_fp16 cl_khr_byte_addressable_store";

    public ulong Memory { get; init; } = 8UL << 30;

    public ulong LargestBuffer { get; init; } = 2UL << 30;

    public ulong LocalMemory { get; init; } = 48 << 10;

    public ulong LargestWorkGroup { get; init; } = 1024;

    /// <summary>Items of a work-group in each dimension; null: the driver doesn't say.</summary>
    public ulong[]? LargestItems { get; init; } = [1024, 1024, 64];

    public ulong ComputeUnits { get; init; } = 20;

    public ulong MegaHertz { get; init; } = 1_500;

    public bool IsAvailable { get; init; } = true;

    public bool HasCompiler { get; init; } = true;

    public bool IsLittleEndian { get; init; } = true;

    /// <summary>What every question about it is answered with; 0: the answer.</summary>
    public int Error { get; init; }

    /// <summary>The length that it claims for texts; null: the true one.</summary>
    public nuint? ClaimedLength { get; init; }
}

/// <summary>A platform that <see cref="StubOpenCl"/> makes up.</summary>
internal sealed record StubPlatform(params StubDevice[] Devices)
{
    public string Name { get; init; } = "Stub Computing";

    /// <summary>What the question for its devices is answered with; 0: the answer.</summary>
    public int Error { get; init; }

    /// <summary>How many devices it claims to have; null: as many as it has.</summary>
    public uint? Claimed { get; init; }
}

/// <summary>
/// An OpenCL loader of made-up platforms and devices, as odd as one likes. Its devices can be described, not used: no context can be created.
/// </summary>
internal sealed unsafe class StubOpenCl
{
    private const int InvalidPlatform = -32, InvalidDevice = -33, InvalidOperation = -59, DeviceNotAvailable = -2;

    private readonly StubPlatform[] _platforms;
    private readonly Dictionary<string, Delegate> _functions;

    public StubOpenCl(params StubPlatform[] platforms)
    {
        _platforms = platforms;
        _functions = new(StringComparer.Ordinal)
        {
            ["clGetPlatformIDs"] = new GetPlatformIds(PlatformIds),
            ["clGetDeviceIDs"] = new GetDeviceIds(DeviceIds),
            ["clGetPlatformInfo"] = new GetInfo(PlatformInfo),
            ["clGetDeviceInfo"] = new GetInfo(DeviceInfo),
            ["clCreateContext"] = new CreateContext(NoContext),
        };
    }

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetPlatformIds(uint room, nint* ids, uint* count);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetDeviceIds(nint platform, ulong type, uint room, nint* ids, uint* count);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetInfo(nint handle, uint what, nuint room, void* value, nuint* length);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate nint CreateContext(nint* properties, uint count, nint* devices, void* notify, void* data, int* error);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int Anything();

    /// <summary>What the question for platforms is answered with; 0: the answer.</summary>
    public int Error { get; init; }

    /// <summary>How many platforms it claims to have; null: as many as it has.</summary>
    public uint? Claimed { get; init; }

    /// <summary>Functions that it lacks.</summary>
    public IReadOnlyCollection<string> Missing { get; init; } = [];

    /// <summary>The devices of a machine with this loader, and of a CPU that is the same on every machine.</summary>
    public DeviceCatalog Catalog => CatalogOf(() => Find);

    /// <summary>The devices of a machine without a loader.</summary>
    public static DeviceCatalog WithoutLoader => CatalogOf(() => null);

    public static DeviceCatalog Of(params StubDevice[] devices) => new StubOpenCl(new StubPlatform(devices)).Catalog;

    /// <summary>Where a function is; 0: it is missing.</summary>
    public nint Find(string name)
    {
        if (Missing.Contains(name, StringComparer.Ordinal))
            return 0;
        if (!_functions.TryGetValue(name, out Delegate? function))
            _functions.Add(name, function = new Anything(() => InvalidOperation));
        return NativeFunctions.AddressOf(function);
    }

    private static DeviceCatalog CatalogOf(Func<Func<string, nint>?> find) => new(find)
    {
        Cpu = Device.Cpu with { Description = "X64, 8 threads, 256-bit SIMD", Memory = 16L << 30, Tier = 256, Bf16 = null },
    };

    private static void Give(nint[] handles, uint claimed, uint room, nint* ids, uint* count)
    {
        if (count is not null)
            *count = claimed;
        for (int index = 0; ids is not null && index < Math.Min(room, handles.Length); index++)
            ids[index] = handles[index];
    }

    private int PlatformIds(uint room, nint* ids, uint* count)
    {
        if (Error == 0)
            Give([.. Enumerable.Range(1, _platforms.Length).Select(index => (nint)index)], Claimed ?? (uint)_platforms.Length, room, ids, count);
        return Error;
    }

    private int DeviceIds(nint handle, ulong type, uint room, nint* ids, uint* count)
    {
        if (PlatformOf(handle) is not { } platform)
            return InvalidPlatform;
        if (platform.Error == 0)
            Give([.. Enumerable.Range(1, platform.Devices.Length).Select(index => (handle << 16) + index)], platform.Claimed ?? (uint)platform.Devices.Length, room, ids, count);
        return platform.Error;
    }

    private int PlatformInfo(nint handle, uint what, nuint room, void* value, nuint* length) =>
        PlatformOf(handle) is { } platform ? Answer(Encoding.UTF8.GetBytes(platform.Name + '\0'), null, room, value, length) : InvalidPlatform;

    private int DeviceInfo(nint handle, uint what, nuint room, void* value, nuint* length)
    {
        int index = (int)(handle & 0xFFFF) - 1;
        if (PlatformOf(handle >> 16) is not { } platform || index < 0 || index >= platform.Devices.Length)
            return InvalidDevice;
        StubDevice device = platform.Devices[index];
        if (device.Error != 0)
            return device.Error;
        int Text(byte[] text) => Answer([.. text, 0], device.ClaimedLength, room, value, length);
        int Wide(ulong number) => Answer(BitConverter.GetBytes(number), null, room, value, length);
        int Narrow(ulong number) => Answer(BitConverter.GetBytes((uint)number), null, room, value, length);
        return what switch
        {
            0x1000 => Wide(device.Type),
            0x1002 => Narrow(device.ComputeUnits),
            0x1004 => Wide(device.LargestWorkGroup),
            0x1005 => Answer([.. (device.LargestItems ?? []).SelectMany(BitConverter.GetBytes)], null, room, value, length),
            0x100C => Narrow(device.MegaHertz),
            0x1010 => Wide(device.LargestBuffer),
            0x101B => Wide(128),
            0x101F => Wide(device.Memory),
            0x1023 => Wide(device.LocalMemory),
            0x1026 => Narrow(device.IsLittleEndian ? 1u : 0),
            0x1027 => Narrow(device.IsAvailable ? 1u : 0),
            0x1028 => Narrow(device.HasCompiler ? 1u : 0),
            0x102B => Text(device.Name),
            0x102D => Text(Encoding.UTF8.GetBytes(device.Driver)),
            0x102F => Text(Encoding.UTF8.GetBytes(device.Version)),
            0x1030 => Text(Encoding.UTF8.GetBytes(device.Extensions)),
            _ => Narrow(0),
        };
    }

    private static int Answer(byte[] answer, nuint? claimed, nuint room, void* value, nuint* length)
    {
        if (length is not null)
            *length = claimed ?? (nuint)answer.Length;
        if (value is not null)
            answer.AsSpan(0, (int)Math.Min(room, (nuint)answer.Length)).CopyTo(new Span<byte>(value, (int)room));
        return 0;
    }

    private static nint NoContext(nint* properties, uint count, nint* devices, void* notify, void* data, int* error)
    {
        *error = DeviceNotAvailable;
        return 0;
    }

    private StubPlatform? PlatformOf(nint handle) => handle >= 1 && handle <= _platforms.Length ? _platforms[handle - 1] : null;
}
