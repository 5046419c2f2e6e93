namespace Tangram.Tests;

/// <summary>What <c>devices</c> prints of made-up machines.</summary>
public sealed class DevicesVerbTests
{
    private static readonly StubDevice Gpu = new(), Old = new() { Name = "Old GPU [2009]"u8.ToArray(), Version = "OpenCL 1.1 old", Extensions = "", Memory = 512 << 20 },
        Processor = new() { Name = "A processor"u8.ToArray(), Type = StubDevice.Cpu, Memory = 16UL << 30 };

    [Fact]
    public async Task The_list_of_a_machine_with_many_devices_is_the_approved_one() =>
        Approved.Equal("devices-many", await PrintAsync(new StubOpenCl(new StubPlatform(Old, Gpu), new StubPlatform(Processor) { Name = "Portable Computing" }).Catalog));

    [Fact]
    public async Task The_list_as_json_is_the_approved_one() =>
        Approved.Equal("devices-json", await PrintAsync(new StubOpenCl(new StubPlatform(Gpu), new StubPlatform { Name = "Broken Computing", Error = -5 }).Catalog, "--json"));

    [Fact]
    public async Task The_list_of_a_machine_without_opencl_says_why_there_is_no_gpu()
    {
        string output = await PrintAsync(StubOpenCl.WithoutLoader);
        Assert.Contains("'auto' takes cpu in fp32: there is no OpenCL here", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Not everything", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_fails_is_told_beside_a_gpu_that_works()
    {
        string output = await PrintAsync(new StubOpenCl(new StubPlatform { Name = "Broken Computing", Error = -5 }, new StubPlatform(Gpu)).Catalog);
        Assert.Contains("'auto' takes gpu:0 in mixed precision: it is the first GPU", output, StringComparison.Ordinal);
        Assert.Contains("Not everything can be used: Broken Computing fails (clGetDeviceIDs: OutOfResources (-5)).", output, StringComparison.Ordinal);
    }

    private static async Task<string> PrintAsync(DeviceCatalog devices, params string[] options)
    {
        string output = await CommandRun.SucceedAsync(devices, ["devices", .. options]);
        // The reference's memory is that of the machine that tests.
        return output.Replace($"{Device.Reference.Memory}", "0", StringComparison.Ordinal)
            .Replace(FormattableString.Invariant($"{Device.Reference.Memory / (double)(1L << 30):N1} GiB").PadLeft(9), "  0.0 GiB", StringComparison.Ordinal);
    }
}
