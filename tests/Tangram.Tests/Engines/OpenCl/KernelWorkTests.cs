namespace Tangram.Tests;

/// <summary>What a step has to do, as it is counted for rooflines.</summary>
public sealed class KernelWorkTests
{
    private static readonly DeviceRoofline Sheet = DeviceRoofline.Parse("flops=10,memory=100,cache=1000,size=4,units=16,launch=5");

    public static TheoryData<string> Variants => [.. Tests.Variants.Names];

    [Theory, MemberData(nameof(Variants)), Trait("Needs", "opencl")]
    public void Kernels_are_queued_as_often_as_is_counted(string variant)
    {
        ModelOptions model = Tests.Variants.Named(variant).Model(37, 45, 7, members: 3);
        foreach (int workspace in new[] { 64, 0 }) // all images in one tile, or one in each
        {
            var options = new BenchmarkOptions { Batch = 20, AuxiliaryK = 4, MaximumNorm = 0.2, AverageDecay = 0.9, Workspace = workspace };
            using var session = new OpenClSession(PoCl.Device, model, options.Batch, options.WorkspaceBytes, options.ExtrasOf(model), isMixed: true);
            Sessions.Initialise(session, 3);
            ImageSet images = TimedSteps.Images(model, options);
            var batch = new ImageBatch(images, Enumerable.Range(0, options.Batch).ToArray());
            for (int step = 0; step < 2; step++)
                session.Step(batch, options.Settings);
            IReadOnlyDictionary<string, int> before = session.KernelRuns;
            session.Step(batch, options.Settings);
            Dictionary<string, double> queued = session.KernelRuns.ToDictionary(kernel => kernel.Key, kernel => (double)(kernel.Value - before[kernel.Key]), StringComparer.Ordinal);
            KernelWork[] counted = [.. KernelWork.OfStep(model, options, isMixed: true, session.Layout)];
            Assert.Equal(Lines(queued.Where(kernel => kernel.Value > 0)), Lines(counted.Select(work => KeyValuePair.Create(work.Kernel, work.Launches))));
            Assert.All(counted, work => Assert.True(work.RequestedBytes >= work.Bytes * 0.999 && work.Bytes > 0 && work.Groups >= 1, work.Kernel));
        }
    }

    private static string Lines(IEnumerable<KeyValuePair<string, double>> kernels) =>
        string.Join('\n', kernels.Select(kernel => $"{kernel.Key} {kernel.Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void A_plain_step_has_the_operations_and_bytes_of_its_formulas()
    {
        var model = new ModelOptions { Shape = ImageShape.Row(784), Features = 1024, Rule = new SparsityRule.TopK(50), Members = 1 };
        KernelWork Work(string kernel, bool isMixed) => KernelWork.OfStep(model, new BenchmarkOptions(), isMixed, new OpenClLayout(64, 16, 4)).Single(work => work.Kernel == kernel);
        Assert.Equal(2.0 * 128 * 1024 * 784, Work("encode", isMixed: false).Operations);
        Assert.Equal((4.0 * 784 * (1024 + 128)) + (4 * 128 * 1024), Work("encode", isMixed: false).Bytes);
        Assert.Equal((2.0 * 784 * (1024 + 128)) + (4 * 128 * 1024), Work("encode", isMixed: true).Bytes);
        Assert.Equal((2.0 * 784 * 64 * 2 * 2 * 16) + (4 * 128 * 1024), Work("encode", isMixed: true).RequestedBytes); // 2 × 16 tiles read 64 rows of each
        Assert.Equal((24.0 * 1024 * 784) + (8 * 128 * 784), Work("update", isMixed: false).Bytes);
        Assert.Equal((26.0 * 1024 * 784) + (6 * 128 * 784), Work("update", isMixed: true).Bytes);
        Assert.Equal(2.0 * 128 * 50 * 784, Work("delta", isMixed: true).Operations);
    }

    [Theory]
    [InlineData(1e9, 1e3, 16, 0.105, "arithmetic")] // 1 GFLOP at 10 TFLOP/s, and 5 µs
    [InlineData(1e9, 1e3, 8, 0.205, "arithmetic")] // half of the units have nothing to do
    [InlineData(1e3, 1e6, 16, 0.015, "memory")] // 1 MB at 100 GB/s
    [InlineData(1e3, 1e3, 16, 0.00501, "launch")]
    public void A_kernel_takes_as_long_as_its_slowest_roof(double operations, double bytes, double groups, double expected, string bound)
    {
        var (milliseconds, by) = Sheet.Expect(new KernelWork("any", 1, groups, operations, bytes, bytes), working: 1e9);
        Assert.Equal(expected, milliseconds, 1e-5);
        Assert.Equal(bound, by);
    }

    [Fact]
    public void What_fits_the_cache_is_read_there_and_what_does_not_is_read_again()
    {
        var work = new KernelWork("any", 1, 16, 0, 2e6, 20e6, 2e6);
        Assert.Equal((0.005 + 0.020, "cache"), Rounded(Sheet.Expect(work, working: 3e6))); // 20 MB at 1000 GB/s
        Assert.Equal((0.005 + 0.020, "memory"), Rounded(Sheet.Expect(work with { RequestedBytes = 3e6 }, working: 3e9)));
        Assert.Equal((0.005 + 0.110, "memory"), Rounded(Sheet.Expect(work with { ReusedBytes = 8e6 }, working: 3e9))); // of 18 MB read again, half isn't there any more

        static (double, string) Rounded((double Milliseconds, string Bound) time) => (Math.Round(time.Milliseconds, 6), time.Bound);
    }

    [Fact]
    public void On_paper_a_step_is_the_sum_of_its_kernels_and_of_what_the_host_queues()
    {
        var model = new ModelOptions { Shape = ImageShape.Row(784), Features = 1024, Rule = new SparsityRule.TopK(50), Members = 1 };
        DeviceBenchmark result = DeviceBenchmark.Expect(model, new BenchmarkOptions(), Sheet);
        Assert.Equal((null, "mixed", null), (result.Device, result.Precision, result.Milliseconds));
        Assert.Equal(result.Kernels.Sum(kernel => kernel.ExpectedMilliseconds!.Value) + (6 * 0.005), result.ExpectedMilliseconds!.Value, 1e-9);
        Assert.Equal((result.Kernels.Count + 6) * 0.005, result.QueueingMilliseconds!.Value, 1e-9);
        Assert.Equal("fp32", DeviceBenchmark.Expect(model, new BenchmarkOptions { Precision = "fp32" }, Sheet).Precision);
    }

    [Fact, Trait("Needs", "opencl")]
    public void A_device_is_measured_kernel_by_kernel()
    {
        var model = new ModelOptions { Shape = ImageShape.Row(40), Features = 24, Rule = new SparsityRule.TopK(3), Members = 2 };
        DeviceChoice choice = DeviceCatalog.ThisMachine.Choose(model, 8, "opencl:0", "mixed");
        DeviceBenchmark result = DeviceBenchmark.Measure(choice, model, new BenchmarkOptions { Batch = 8, Steps = 5 }, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(("opencl:0", "mixed", null), (result.Device, result.Precision, result.ExpectedMilliseconds));
        Assert.All(result.Kernels, kernel => Assert.True(kernel is { Milliseconds: > 0, ExpectedMilliseconds: null, Bound: null }, kernel.Work.Kernel));
        Assert.True(result.Milliseconds > 0);
        result = DeviceBenchmark.Measure(choice, model, new BenchmarkOptions { Batch = 8, Steps = 5 }, Sheet, TestContext.Current.CancellationToken);
        Assert.All(result.Kernels, kernel => Assert.True(kernel is { Milliseconds: > 0, ExpectedMilliseconds: > 0, Bound: not null }));
    }

    [Fact]
    public void The_processor_has_no_kernels_to_measure() => Assert.Contains("cpu has no kernels", Assert.Throws<InputException>(() => DeviceBenchmark.Measure(
        DeviceCatalog.ThisMachine.Choose(Sessions.Model(4, 5, 2, 1), 8, "cpu"), Sessions.Model(4, 5, 2, 1), new BenchmarkOptions(),
        cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("flops=1", "The roofline lacks 'memory'")]
    [InlineData("", "'' says nothing")]
    [InlineData("flops=x,memory=1", "'flops=x' says nothing")]
    [InlineData("flops=-1", "'flops=-1' says nothing")]
    [InlineData("flops=1,flops=2", "has 'flops' twice")]
    [InlineData("flops=1,memory=1,cache=1,size=1,units=1,launch=1,colour=3", "no 'colour'")]
    public void A_data_sheet_that_says_too_little_or_too_much_is_refused(string sheet, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => DeviceRoofline.Parse(sheet)).Message, StringComparison.Ordinal);
}
