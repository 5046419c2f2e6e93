using System.Text;

namespace Tangram.Tests;

/// <summary>Which devices there are and which is chosen, on machines with and without OpenCL, good GPUs and odd ones.</summary>
public sealed class DeviceCatalogTests
{
    private static readonly ModelOptions Small = Sessions.Model(784, 1024, 50, 1), Large = Sessions.Model(12288, 65536, 128, 1);

    private static readonly StubDevice Good = new(), SmallGpu = new() { Name = "Pocket GPU"u8.ToArray(), Memory = 64 << 20, LargestBuffer = 16 << 20 },
        Old = new() { Name = "Old GPU"u8.ToArray(), Version = "OpenCL 1.1 old" }, Processor = new() { Name = "A processor"u8.ToArray(), Type = StubDevice.Cpu };

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    public void Who_names_a_device_of_the_processor_never_loads_opencl(string name)
    {
        var devices = new DeviceCatalog(() => throw new InvalidOperationException("OpenCL was loaded"));
        Assert.Equal(name, devices.Choose(Small, 128, name).Device.Name);
        Assert.False(devices.HasAskedOpenCl);
    }

    [Fact]
    public void Without_a_loader_auto_takes_the_cpu_and_says_why()
    {
        DeviceChoice choice = StubOpenCl.WithoutLoader.Choose(Small, 128);
        Assert.Equal(("cpu", "fp32"), (choice.Device.Name, choice.Precision));
        Assert.Contains("there is no OpenCL here", choice.Reason, StringComparison.Ordinal);
        Assert.Null(choice.Note);
        Assert.Equal("cpu reference", Names(StubOpenCl.WithoutLoader));
        string refusal = Refusal(StubOpenCl.WithoutLoader, Small, "gpu");
        Assert.Contains("no GPU to take (there is no OpenCL here", refusal, StringComparison.Ordinal);
        Assert.EndsWith("Use --device cpu.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clGetPlatformIDs")]
    [InlineData("clEnqueueFillBuffer")]
    [InlineData("clFinish")]
    public void A_loader_that_lacks_a_function_is_not_used(string function)
    {
        DeviceCatalog devices = new StubOpenCl(new StubPlatform(Good)) { Missing = [function] }.Catalog;
        Assert.Equal("cpu reference", Names(devices));
        Assert.Contains(function, Assert.Single(devices.Problems), StringComparison.Ordinal);
        Assert.Contains(function, devices.Choose(Small, 128).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1001, "no driver")] // what the loader says without any driver
    [InlineData(-6, "fails")]
    [InlineData(-12345, "error -12345")]
    [InlineData(77, "error 77")]
    public void A_loader_that_has_no_platform_or_fails_leaves_the_cpu(int error, string expected)
    {
        DeviceCatalog devices = new StubOpenCl(new StubPlatform(Good)) { Error = error }.Catalog;
        DeviceChoice choice = devices.Choose(Small, 128);
        Assert.Equal("cpu", choice.Device.Name);
        Assert.Contains(expected, choice.Reason, StringComparison.Ordinal);
        Assert.Equal(2, devices.All.Count);
    }

    [Fact]
    public void A_platform_that_fails_does_not_hide_the_others()
    {
        DeviceCatalog devices = new StubOpenCl(new StubPlatform(Good) { Name = "Broken Computing", Error = -9999 }, new StubPlatform { Error = -1 },
            new StubPlatform(Good with { Error = -5 }, Good)).Catalog;
        Assert.Equal("cpu gpu:0 reference", Names(devices));
        Assert.Equal(2, devices.Problems.Count);
        Assert.Contains("Broken Computing fails", devices.Problems[0], StringComparison.Ordinal);
        Assert.Contains("a device of Stub Computing can't be described", devices.Problems[1], StringComparison.Ordinal);
        Assert.Equal("gpu:0", devices.Choose(Small, 128).Device.Name);
    }

    [Fact]
    public void Devices_are_named_in_the_loaders_order()
    {
        DeviceCatalog devices = new StubOpenCl(new StubPlatform(Processor, Good), new StubPlatform(Old, new StubDevice { Type = StubDevice.Accelerator })).Catalog;
        Assert.Equal("cpu gpu:0 gpu:1 opencl:0 opencl:1 reference", Names(devices));
        Assert.Equal([DeviceKind.Cpu, DeviceKind.Gpu, DeviceKind.Gpu, DeviceKind.Cpu, DeviceKind.Other, DeviceKind.Cpu], devices.All.Select(device => device.Kind));
        Device gpu = devices.Find("gpu:0");
        Assert.Equal(("Stub 9000, Stub Computing", 8L << 30, "535.1", null), (gpu.Description, gpu.Memory, gpu.Driver, gpu.Problem));
        Assert.Equal(new DeviceCapabilities("3.0", 20, 1_500, 48 << 10, 1024, HalfArithmetic: true, ExactDivision: true), gpu.Capabilities);
        Assert.Contains("OpenCL 1.1 old", devices.Find("gpu:1").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_takes_the_first_gpu_that_the_model_fits_in_mixed_precision()
    {
        DeviceChoice choice = StubOpenCl.Of(Processor, Good, Good).Choose(Small, 128);
        Assert.Equal(("gpu:0", "mixed"), (choice.Device.Name, choice.Precision));
        Assert.Equal("Training on gpu:0 (Stub 9000, Stub Computing), mixed precision.", choice.Note);
    }

    [Fact]
    public void Auto_passes_over_gpus_that_are_too_small_or_can_not_be_used_and_says_so()
    {
        DeviceCatalog devices = StubOpenCl.Of(SmallGpu, Old, Good);
        DeviceChoice choice = devices.Choose(Sessions.Model(784, 8192, 50, 1), 128);
        Assert.Equal("gpu:2", choice.Device.Name);
        Assert.Contains("gpu:0: weights and moments take", choice.Note, StringComparison.Ordinal);
        Assert.Contains("14 bytes × 1 members × 8192 features × 784 values", choice.Note, StringComparison.Ordinal);
        Assert.Contains("gpu:1: it can't be used, as it has 'OpenCL 1.1 old'", choice.Note, StringComparison.Ordinal);
        Assert.EndsWith("training on gpu:2 (Stub 9000, Stub Computing), mixed precision instead.", choice.Note, StringComparison.Ordinal);
        Assert.Equal("gpu:2", devices.Choose(Sessions.Model(784, 8192, 50, 1), 128, "gpu").Device.Name);
    }

    [Fact]
    public void Where_no_gpu_fits_auto_takes_the_cpu_and_tells_the_formula()
    {
        DeviceChoice choice = StubOpenCl.Of(SmallGpu).Choose(Sessions.Model(784, 8192, 50, 1), 128);
        Assert.Equal(("cpu", "fp32"), (choice.Device.Name, choice.Precision));
        Assert.Contains("14 bytes × 1 members × 8192 features × 784 values", choice.Note, StringComparison.Ordinal);
        Assert.Contains("90 % of Pocket GPU's 0.1 GiB", choice.Note, StringComparison.Ordinal);
        Assert.EndsWith("training on the CPU, fp32 instead.", choice.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("gpu:0")]
    public void A_gpu_that_is_named_and_does_not_fit_is_refused_with_formula_and_remedy(string name)
    {
        string refusal = Refusal(StubOpenCl.Of(Good), Large, name);
        Assert.Contains("14 bytes × 1 members × 65536 features × 12288 values", refusal, StringComparison.Ordinal);
        Assert.Contains("--device cpu, or give fewer features", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_larger_than_one_buffer_may_be_is_refused() =>
        Assert.Contains("allows 0.1 GiB in one piece", Refusal(StubOpenCl.Of(Good with { LargestBuffer = 100 << 20 }), Sessions.Model(12288, 3072, 128, 1), "gpu:0"), StringComparison.Ordinal);

    [Theory]
    [InlineData("auto", "cpu")]
    [InlineData("opencl:0", "opencl:0")]
    public void Other_devices_are_taken_only_when_they_are_named(string name, string expected)
    {
        DeviceChoice choice = StubOpenCl.Of(Processor, new StubDevice { Type = StubDevice.Accelerator }).Choose(Small, 128, name);
        Assert.Equal((expected, "fp32"), (choice.Device.Name, choice.Precision));
    }

    [Fact]
    public void A_device_that_can_not_be_used_or_is_not_there_is_refused_by_name()
    {
        DeviceCatalog devices = StubOpenCl.Of(Old, Processor);
        Assert.Contains("gpu:0 (Old GPU, Stub Computing) is no place for this training: it can't be used, as it has 'OpenCL 1.1 old'", Refusal(devices, Small, "gpu:0"), StringComparison.Ordinal);
        Assert.Contains("no device 'gpu:1' here; choose auto, cpu, gpu:0, opencl:0 or reference", Refusal(devices, Small, "gpu:1"), StringComparison.Ordinal);
        Assert.Contains("no GPU to take (gpu:0: it can't be used", Refusal(devices, Small, "gpu"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "fp32", "gpu:0", "fp32")]
    [InlineData("auto", "mixed", "gpu:0", "mixed")]
    [InlineData("gpu:0", "auto", "gpu:0", "mixed")]
    [InlineData("gpu:0", "fp32", "gpu:0", "fp32")]
    [InlineData("opencl:0", "mixed", "opencl:0", "mixed")]
    [InlineData("cpu", "fp32", "cpu", "fp32")]
    [InlineData("cpu", "auto", "cpu", "fp32")]
    public void The_precision_is_the_one_that_was_asked_for_or_the_devices_own(string device, string precision, string chosen, string expected)
    {
        DeviceChoice choice = StubOpenCl.Of(Processor, Good).Choose(Small, 128, device, precision);
        Assert.Equal((chosen, expected), (choice.Device.Name, choice.Precision));
    }

    [Theory]
    [InlineData("reference", "mixed", "The reference trains in fp32 only")]
    [InlineData("cpu", "fp64", "no precision 'fp64'; choose auto, fp32 or mixed")]
    public void A_precision_that_a_device_lacks_is_refused(string device, string precision, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => StubOpenCl.Of(Processor).Choose(Small, 128, device, precision)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    public void A_cpu_without_bf16_trains_in_float32_and_says_so_where_it_was_asked_for_more(string device)
    {
        DeviceCatalog devices = StubOpenCl.WithoutLoader;
        DeviceChoice asked = devices.Choose(Small, 128, device, "mixed"), own = devices.Choose(Small, 128, device);
        Assert.Equal(("cpu", "fp32", "cpu", "fp32"), (asked.Device.Name, asked.Precision, own.Device.Name, own.Precision));
        Assert.StartsWith("mixed precision can't be had here (", asked.Note, StringComparison.Ordinal);
        Assert.EndsWith("); training on the CPU, fp32 instead.", asked.Note, StringComparison.Ordinal);
        Assert.Null(own.Note);
    }

    [Fact]
    public void A_cpu_whose_amx_is_refused_says_what_multiplies_instead()
    {
        Bf16Units.Open(nameof(Bf16Unit.Avx512));
        Device cpu = Device.Cpu with { Bf16 = Bf16Product.Open(new PretendedMachine { Amx = true, GivesTiles = false }, wish: null).Product };
        var devices = new DeviceCatalog(() => throw new InvalidOperationException("OpenCL was loaded")) { Cpu = cpu };
        Assert.Equal("the system refuses AMX's registers; training on the CPU, mixed precision by AVX512-BF16 instead.", devices.Choose(Small, 128, "cpu").Note);
        Assert.Null(devices.Choose(Small, 128, "cpu", "fp32").Note);
    }

    [Fact]
    public void A_cpu_with_bf16_takes_it_unless_told_otherwise()
    {
        Bf16Units.Need();
        var devices = new DeviceCatalog(() => null);
        Assert.Equal(("mixed", "mixed", "fp32"), (devices.Choose(Small, 128).Precision, devices.Choose(Small, 128, "cpu", "mixed").Precision, devices.Choose(Small, 128, "cpu", "fp32").Precision));
    }

    [Fact]
    public void A_memory_that_the_cpu_lacks_is_still_refused() =>
        Assert.Contains("12 bytes × 1000 members", Refusal(StubOpenCl.WithoutLoader, Sessions.Model(12288, 65536, 50, 1000), "auto"), StringComparison.Ordinal);

    public static TheoryData<string> OddDevices => [.. Odd.Keys];

    private static readonly Dictionary<string, (StubDevice Device, string? Problem)> Odd = new(StringComparer.Ordinal)
    {
        ["version banana"] = (Good with { Version = "OpenCL banana" }, "it has 'OpenCL banana'; OpenCL 1.2 is needed"),
        ["version of one word"] = (Good with { Version = "3" }, "it has '3'"),
        ["no version"] = (Good with { Version = "" }, "it has ''"),
        ["huge version"] = (Good with { Version = "OpenCL 99999999999.1" }, "OpenCL 1.2 is needed"),
        ["no compiler"] = (Good with { HasCompiler = false }, "no compiler"),
        ["not available"] = (Good with { IsAvailable = false }, "isn't available"),
        ["big-endian"] = (Good with { IsLittleEndian = false }, "big-endian"),
        ["no memory"] = (Good with { Memory = 0 }, "no memory"),
        ["no buffers"] = (Good with { LargestBuffer = 0 }, "no memory"),
        ["endless memory"] = (Good with { Memory = ulong.MaxValue, LargestBuffer = ulong.MaxValue }, null),
        ["no work-groups"] = (Good with { LargestWorkGroup = 0 }, "no work-groups"),
        ["no second dimension"] = (Good with { LargestItems = [1024, 0, 0] }, "no work-groups"),
        ["endless work-groups"] = (Good with { LargestWorkGroup = ulong.MaxValue, ComputeUnits = uint.MaxValue, MegaHertz = uint.MaxValue }, null),
        ["work-groups of one"] = (Good with { LargestWorkGroup = 1 }, null),
        ["no compute units"] = (Good with { ComputeUnits = 0 }, "no work-groups"),
        ["no local memory"] = (Good with { LocalMemory = 0 }, "0 bytes of local memory"),
        ["endless local memory"] = (Good with { LocalMemory = ulong.MaxValue }, null),
        ["no clock"] = (Good with { MegaHertz = 0 }, null),
        ["no name"] = (Good with { Name = [] }, null),
        ["name of blanks"] = (Good with { Name = "   "u8.ToArray() }, null),
        ["name that isn't UTF-8"] = (Good with { Name = [0xFF, 0xFE, 0x41, 0xC0] }, null),
        ["name with markup"] = (Good with { Name = "[red]GPU[/] [/]"u8.ToArray() }, null),
        ["name with control characters"] = (Good with { Name = "\u001b[31mGPU\n\r\t\u0007"u8.ToArray() }, null),
        ["name with surrogates"] = (Good with { Name = "GPU 🙂"u8.ToArray() }, null),
        ["long name"] = (Good with { Name = Encoding.ASCII.GetBytes(new string('G', 100_000)) }, null),
        ["name of gigantic length"] = (Good with { ClaimedLength = nuint.MaxValue }, "OpenCL 1.2 is needed"),
        ["name of no length"] = (Good with { ClaimedLength = 0 }, "OpenCL 1.2 is needed"),
        ["longer answers than there are"] = (Good with { ClaimedLength = 1 << 20 }, null),
        ["type nothing"] = (Good with { Type = 0 }, null),
        ["type everything"] = (Good with { Type = ulong.MaxValue }, null),
        ["type custom"] = (Good with { Type = StubDevice.Custom, HasCompiler = false }, "no compiler"),
    };

    [Theory]
    [MemberData(nameof(OddDevices))]
    public async Task An_odd_device_is_listed_and_never_a_crash(string kind)
    {
        var (odd, problem) = Odd[kind];
        DeviceCatalog devices = StubOpenCl.Of(odd);
        Device listed = devices.All[1];
        if (problem is null)
            Assert.Null(listed.Problem);
        else
            Assert.Contains(problem, listed.Problem, StringComparison.Ordinal);
        Assert.InRange(listed.Description.Length, 1, 250);
        Assert.DoesNotContain(listed.Description, char.IsControl);
        Assert.Equal(problem is null && listed.Kind == DeviceKind.Gpu ? listed.Name : "cpu", devices.Choose(Small, 128).Device.Name);
        if (listed.Problem is null)
            _ = OpenClLayout.For(listed.OpenCl!, 128, 1024).Definitions;
        else
            Assert.Contains(problem!, Refusal(devices, Small, listed.Name), StringComparison.Ordinal);
        foreach (string[] line in new string[][] { ["devices"], ["devices", "--json"] })
            Assert.Contains(listed.Name, await CommandRun.SucceedAsync(devices, line), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(uint.MaxValue, 1)]
    [InlineData(1_000_000, 1)]
    [InlineData(0, 0)]
    public void Counts_are_believed_only_as_far_as_there_are_devices(uint claimed, int expected)
    {
        Assert.Equal(2 + expected, new StubOpenCl(new StubPlatform(Good) { Claimed = claimed }).Catalog.All.Count);
        Assert.Equal(2 + expected, new StubOpenCl(new StubPlatform(Good)) { Claimed = claimed }.Catalog.All.Count);
    }

    [Fact]
    [Trait("Needs", "opencl")]
    public void PoCL_is_found_and_only_taken_when_it_is_named()
    {
        DeviceCatalog devices = DeviceCatalog.ThisMachine;
        Device? pocl = devices.All.FirstOrDefault(device => device.OpenCl is { Kind: DeviceKind.Cpu });
        Assert.True(pocl is not null, $"PoCL, which runs OpenCL on the processor, isn't here: install Debian's packages pocl-opencl-icd and ocl-icd-libopencl1. {string.Join("; ", devices.Problems)}");
        Assert.StartsWith("opencl:", pocl.Name, StringComparison.Ordinal);
        Assert.Null(pocl.Problem);
        Assert.Equal(pocl, devices.Choose(Small, 128, pocl.Name, "mixed").Device);
        Assert.NotEqual(pocl, devices.Choose(Small, 128).Device);
        // With no other driver than PoCL's:
        var alone = new DeviceCatalog(OpenClApi.FindSystemLoader);
        if (alone.All.All(device => device.Kind != DeviceKind.Gpu))
            Assert.Contains($"OpenCL knows no GPU here, and {pocl.Name}", alone.Choose(Small, 128).Reason, StringComparison.Ordinal);
    }

    private static string Names(DeviceCatalog devices) => string.Join(' ', devices.All.Select(device => device.Name));

    private static string Refusal(DeviceCatalog devices, ModelOptions model, string name) => Assert.Throws<InputException>(() => devices.Choose(model, 128, name)).Message;
}
