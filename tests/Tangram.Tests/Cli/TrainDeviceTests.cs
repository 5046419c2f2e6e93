using System.Text.Json;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>What <c>train</c> says of its device: which it took, which it passed over, and how to go on when one fails.</summary>
public sealed class TrainDeviceTests : IDisposable
{
    private static readonly string[] Small = ["train", "sample", "--members", "1", "--features", "64", "--k", "8", "--threads", "1", "--no-report", "--epochs", "1"];

    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_gpu_that_is_passed_over_is_told_on_standard_error_alone()
    {
        DeviceCatalog devices = StubOpenCl.Of(new StubDevice { Name = "Tiny GPU"u8.ToArray(), Memory = 1 << 20 });
        CommandRun run = await CommandRun.InvokeAsync(devices, [.. Small, "--out", Out, "--json"]);
        Assert.Equal(TangramCommand.Done, run.ExitCode);
        Assert.Contains("gpu:0: weights and moments take", run.Error, StringComparison.Ordinal);
        Assert.Contains("training on the CPU, fp32 instead.", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("weights and moments", run.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        Assert.Equal(("cpu", "fp32"), (document.RootElement.GetProperty("device").GetString(), document.RootElement.GetProperty("precision").GetString()));
    }

    [Fact]
    public async Task On_the_cpu_nothing_is_said_of_devices()
    {
        CommandRun run = await CommandRun.InvokeAsync(StubOpenCl.WithoutLoader, [.. Small, "--out", Out]);
        Assert.Equal(TangramCommand.Done, run.ExitCode);
        Assert.DoesNotContain("training on", run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("gpu", "no GPU to take (there is no OpenCL here")]
    [InlineData("gpu:0", "no device 'gpu:0' here")]
    public async Task A_gpu_that_is_not_there_is_refused_before_anything_is_written(string name, string expected)
    {
        CommandRun run = await CommandRun.InvokeAsync(StubOpenCl.WithoutLoader, [.. Small, "--out", Out, "--device", name]);
        Assert.Equal(TangramCommand.BadInput, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    public async Task A_device_that_can_not_be_opened_is_one_sentence_and_leaves_nothing()
    {
        CommandRun run = await CommandRun.InvokeAsync(StubOpenCl.Of(new StubDevice()), [.. Small, "--out", Out]);
        Assert.Equal(TangramCommand.Failed, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("DeviceNotAvailable", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Theory]
    [InlineData(3, 0, "has no memory left (clCreateBuffer: MemoryAllocationFailure (-4))")]
    [InlineData(int.MaxValue, (int)OpenClError.BuildProgramFailure, "can't build tangram's kernels (BuildProgramFailure); its log is in '")]
    [Trait("Needs", "opencl")]
    public async Task A_device_without_memory_or_compiler_is_one_sentence_and_leaves_nothing(int buffers, int buildError, string expected)
    {
        var faulty = new FaultyOpenCl(OpenClApi.FindSystemLoader()!) { BuffersLeft = buffers, BuildError = buildError };
        var devices = new DeviceCatalog(() => faulty.Find);
        CommandRun run = await CommandRun.InvokeAsync(devices, [.. Small, "--out", Out, "--device", devices.All.First(device => device.OpenCl?.Name == PoCl.Device.Name).Name]);
        Assert.Equal(TangramCommand.Failed, run.ExitCode);
        string error = Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("use --device cpu", error, StringComparison.Ordinal);
        Assert.False(Path.Exists(Out));
    }

    [Fact]
    [Trait("Needs", "opencl")]
    public async Task A_device_that_is_lost_says_how_to_go_on_and_the_cpu_does()
    {
        var faulty = new FaultyOpenCl(OpenClApi.FindSystemLoader()!);
        var devices = new DeviceCatalog(() => faulty.Find);
        string name = devices.All.First(device => device.OpenCl?.Name == PoCl.Device.Name).Name;
        string[] line = [.. Small, "--out", Out, "--checkpoint-seconds", "0"];
        faulty.KernelsLeft = 100;
        CommandRun lost = await CommandRun.InvokeAsync(devices, [.. line, "--device", name]);
        Assert.Equal(TangramCommand.Failed, lost.ExitCode);
        Assert.Contains($"Training on {name} (", lost.Error, StringComparison.Ordinal);
        Assert.Contains("OutOfResources (-5)); use --device cpu unless it comes back.", lost.Error, StringComparison.Ordinal);
        Assert.EndsWith($"Continue with 'tangram train sample --out {Out} --resume'.", lost.Error.TrimEnd(), StringComparison.Ordinal);
        RunFiles.AssertWhole(Out);
        Assert.True(File.Exists(RunFiles.Checkpoint(Out)));

        string output = await CommandRun.SucceedAsync(devices, "train", "sample", "--out", Out, "--resume", "--device", "cpu", "--threads", "1", "--no-report");
        Assert.Contains($"The run began on another engine ({name}, {PoCl.Device.Name}, driver {PoCl.Device.Driver}, fp32) and went on with (", output, StringComparison.Ordinal);
    }
}
