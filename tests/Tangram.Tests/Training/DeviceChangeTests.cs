using System.Text.Json.Nodes;

namespace Tangram.Tests;

/// <summary>A run that goes on on another device, or that loses its device.</summary>
public sealed class DeviceChangeTests : IDisposable
{
    private const int StepsPerEpoch = 8;

    /// <summary>Without features replaced: a choice among them could differ by a bit.</summary>
    private static readonly TrainingOptions Options = ResumeTests.Options with { Reinitialisation = new ReinitialisationOptions { Window = 0 } };

    private static readonly DeviceCatalog Unasked = new(() => throw new InvalidOperationException("OpenCL was loaded"));

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _train = Part(ImageSet.Open("sample:train"), 300), _test = Part(ImageSet.Open("sample:test"), 60);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_goes_on_on_other_devices_within_tolerance_and_remembers_them()
    {
        using Run whole = await TrainAsync("whole", On("cpu"));
        await StopAsync("parts", On("cpu"), 5);
        await StopAsync("parts", On("reference"), 13);
        using Run parts = await TrainAsync("parts", On("cpu"), resume: true);

        AssertClose(whole, parts, 1e-3);
        Assert.Equal("cpu", parts.Record.Engine.Device);
        Assert.Equal(["cpu", "reference"], parts.Record.EarlierEngines.Select(engine => engine.Device), StringComparer.Ordinal);
        Assert.Empty(whole.Record.EarlierEngines);
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("mixed")]
    [Trait("Needs", "opencl")]
    public async Task A_run_goes_from_the_cpu_to_opencl_and_back(string precision)
    {
        OpenClDevice pocl = PoCl.Device;
        Execution cpu = On("cpu") with { Precision = "fp32" };
        string name = DeviceCatalog.ThisMachine.All.Single(device => device.OpenCl?.Name == pocl.Name).Name;
        using Run whole = await TrainAsync("whole", cpu);
        await StopAsync("parts", cpu, 5);
        await StopAsync("parts", On(name) with { Precision = precision }, 11);
        using (Run stopped = Run.Open(_folder.File("parts")))
            Assert.Equal((name, precision, pocl.Name, pocl.Driver, "work-groups of 64"), Engine(stopped.Record.Engine));
        await StopAsync("parts", On("auto"), 13); // there, still
        using Run parts = await TrainAsync("parts", cpu, resume: true);

        AssertClose(whole, parts, precision == "fp32" ? 1e-3 : 5e-3);
        Assert.Equal(("cpu", "fp32", null, null, whole.Record.Engine.Partition), Engine(parts.Record.Engine));
        Assert.Equal([("cpu", "fp32"), (name, precision)], parts.Record.EarlierEngines.Select(engine => (engine.Device, engine.Precision)));
    }

    [Fact]
    public async Task Auto_goes_on_on_the_recorded_device_and_asks_no_other()
    {
        await StopAsync("run", On("reference"), 5);
        using Run resumed = await TrainAsync("run", new Execution { Threads = 1, Devices = Unasked }, resume: true);
        Assert.Equal("reference", resumed.Record.Engine.Device);
        Assert.Empty(resumed.Record.EarlierEngines);
    }

    [Fact]
    public async Task A_run_on_the_cpu_records_no_more_than_it_did()
    {
        using Run run = await TrainAsync("run", On("cpu") with { Devices = Unasked });
        JsonNode engine = JsonNode.Parse(await File.ReadAllTextAsync(RecordOf("run"), TestContext.Current.CancellationToken))!["engine"]!;
        Assert.Equal("device precision tier partition architecture", string.Join(' ', engine.AsObject().Select(property => property.Key)));
    }

    [Fact]
    public async Task A_run_whose_device_is_gone_names_it_and_the_remedy()
    {
        await StopAsync("run", On("cpu"), 5);
        Rewrite("run", engine => (engine["device"], engine["deviceName"], engine["driver"], engine["precision"]) = ("gpu:3", "Stub 9000", "535.1", "mixed"));
        var refused = await Assert.ThrowsAsync<InputException>(() => TrainAsync("run", new Execution { Threads = 1, Devices = StubOpenCl.WithoutLoader }, resume: true));
        Assert.Equal($"'{_folder.File("run")}' was trained on gpu:3 (Stub 9000), which this machine doesn't have; continue it with --device cpu, within tolerance of what it would have become, " +
            "or with another one of 'tangram devices'.", refused.Message);

        using Run resumed = await TrainAsync("run", On("cpu") with { Devices = Unasked }, resume: true);
        Assert.Equal(("cpu", Device.Cpu.BestPrecision.Word()), (resumed.Record.Engine.Device, resumed.Record.Engine.Precision));
        Assert.Equal(("gpu:3", "mixed", "Stub 9000"), (resumed.Record.EarlierEngines[0].Device, resumed.Record.EarlierEngines[0].Precision, resumed.Record.EarlierEngines[0].DeviceName));
    }

    [Theory]
    [InlineData(0, false)] // the first step's checkpoint is due at once
    [InlineData(60, true)]
    public async Task A_device_that_fails_leaves_a_checkpoint_or_a_folder_that_is_free(int secondsBetweenCheckpoints, bool isFree)
    {
        Execution failing = On("cpu") with { CheckpointInterval = TimeSpan.FromSeconds(secondsBetweenCheckpoints), Observer = new Failing(atStep: 5) };
        Assert.Equal("lost", (await Assert.ThrowsAsync<DeviceException>(() => TrainAsync("run", failing))).Message);
        Assert.Equal(isFree, !Run.Exists(_folder.File("run")));
        using Run whole = await TrainAsync("whole", On("cpu")), again = await TrainAsync("run", On("cpu"), resume: !isFree);
        Assert.Equal(RunFiles.Model(whole.Folder), RunFiles.Model(again.Folder));
    }

    [Fact]
    public async Task Where_a_gpu_is_too_small_the_cpu_trains_and_reports_say_so()
    {
        var notes = new List<string?>();
        DeviceCatalog devices = StubOpenCl.Of(new StubDevice { Name = "Tiny GPU"u8.ToArray(), Memory = 1 << 20 });
        using Run run = await Run.TrainAsync(_folder.File("run"), _train, Options with { Epochs = 1 }, _test, new Execution { Threads = 1, Devices = devices },
            progress: new Direct(progress => notes.Add(progress.Note)), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("cpu", run.Record.Engine.Device);
        Assert.StartsWith("gpu:0: weights and moments take", Assert.Single(notes.Distinct(StringComparer.Ordinal)), StringComparison.Ordinal);
    }

    private static ImageSet Part(ImageSet images, int count) => images.Subset($"{count} of {images.Name}", [.. Enumerable.Range(0, count)]);

    private static Execution On(string device) => new() { Device = device, Threads = 1 };

    private static (string, string, string?, string?, string) Engine(EngineRecord engine) => (engine.Device, engine.Precision, engine.DeviceName, engine.Driver, engine.Partition);

    private static void AssertClose(Run expected, Run actual, double tolerance)
    {
        Assert.True(actual.Record.Finished);
        Assert.Equal(3 * StepsPerEpoch, actual.Record.Steps);
        Assert.Equal(expected.Record.Evaluation!.Pearson, actual.Record.Evaluation!.Pearson, tolerance);
        Assert.Equal(expected.Record.Evaluation.Mse, actual.Record.Evaluation.Mse, tolerance);
    }

    private string RecordOf(string name) => Path.Combine(_folder.File(name), "run.json");

    private void Rewrite(string name, Action<JsonNode> change)
    {
        JsonNode record = JsonNode.Parse(File.ReadAllText(RecordOf(name)))!;
        change(record["engine"]!);
        File.WriteAllText(RecordOf(name), record.ToJsonString());
    }

    private Task<Run> TrainAsync(string name, Execution execution, bool resume = false) =>
        Run.TrainAsync(_folder.File(name), _train, Options, _test, execution, resume, cancellation: TestContext.Current.CancellationToken);

    /// <summary>Trains, or goes on, until a number of steps are done, then cancels.</summary>
    private async Task StopAsync(string name, Execution execution, int steps)
    {
        using var stop = new CancellationTokenSource();
        var progress = new Direct(value =>
        {
            if (value.Step >= steps)
                stop.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run.TrainAsync(_folder.File(name), _train, Options, _test,
            execution with { ReportInterval = TimeSpan.Zero }, resume: true, progress, stop.Token));
    }

    private sealed class Direct(Action<TrainingProgress> handle) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => handle(value);
    }

    private sealed class Failing(int atStep) : ITrainingObserver
    {
        public void Stepped(TrainingSession session, StepLosses losses, StepSettings settings)
        {
            if (session.Steps == atStep)
                throw new DeviceException("lost");
        }

        public void Reinitialised(long step, int member, int feature) { }
    }
}
