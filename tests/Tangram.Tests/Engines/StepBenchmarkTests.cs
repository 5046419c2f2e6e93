namespace Tangram.Tests;

public sealed class StepBenchmarkTests
{
    [Theory]
    [InlineData("fp32")]
    [InlineData("mixed")]
    public void A_step_is_measured_phase_by_phase_against_peaks_of_the_same_run(string precision)
    {
        bool isMixed = precision == "mixed";
        if (isMixed)
            Bf16Units.Need();
        var model = new ModelOptions { Shape = ImageShape.Row(40), Features = 24, Rule = new SparsityRule.TopK(3), Members = 2 };
        StepBenchmark result = StepBenchmark.Measure(model, new BenchmarkOptions { Batch = 8, Threads = 1, Steps = 5, Precision = precision }, TestContext.Current.CancellationToken);
        Assert.Equal(["read", "product", "select", "decode", "entries", "update", "wait"], result.Phases.Select(phase => phase.Name), StringComparer.Ordinal);
        Assert.All(result.Phases, phase => Assert.True(phase.Milliseconds > 0 && phase.FloorMilliseconds > 0));
        Assert.Equal(0, result.Collections);
        Assert.True(result.IsFused && result.EncodeImagesPerSecond > 0 && result.EncodeFloorImagesPerSecond > 0);
        Assert.Equal(result.Phases.Sum(phase => phase.FloorMilliseconds), result.FloorMilliseconds, 1e-12);
        MachinePeaks peaks = result.Peaks;
        Assert.All(new[] { peaks.Flops, peaks.Level1Read, peaks.Level2Read, peaks.Level3Read, peaks.MemoryRead, peaks.Level3Update, peaks.MemoryUpdate, 1e8 * peaks.EmptyLoop * 1e6 },
            peak => Assert.True(peak > 1e6));
        Assert.Equal(precision, result.Precision);
        Assert.Equal(1000 * 2.0 * 8 * 24 * 40 * 2 / (isMixed ? peaks.Bf16Flops : peaks.Flops), result.Phases[1].FloorMilliseconds, 1e-12);
    }

    [Fact]
    public void A_model_with_options_has_the_phases_that_they_cost()
    {
        var model = new ModelOptions
        {
            Shape = ImageShape.Row(40),
            Features = 24,
            Rule = new SparsityRule.TopK(3, Rectified: true),
            Members = 1,
            Untied = true,
            PreBias = true,
            EncoderBias = true,
            UnitRows = true,
        };
        StepBenchmark result = StepBenchmark.Measure(model, new BenchmarkOptions { Batch = 8, Threads = 1, Steps = 5, AuxiliaryK = 4, MaximumNorm = 0.01, AverageDecay = 0.9 },
            TestContext.Current.CancellationToken);
        Assert.Equal(["read", "product", "select", "decode", "entries", "bias", "norm", "update", "wait"], result.Phases.Select(phase => phase.Name), StringComparer.Ordinal);
        Assert.All(result.Phases, phase => Assert.True(phase.Milliseconds > 0 && phase.FloorMilliseconds > 0));
        Assert.Equal(result.Phases.Sum(phase => phase.FloorMilliseconds), result.FloorMilliseconds, 1e-12);
        Assert.Contains("FDM", result.Phases.Single(phase => phase.Name == "bias").Floor, StringComparison.Ordinal); // b_pre's gradient reads the weights
        Assert.StartsWith("7 ", result.Phases.Single(phase => phase.Name == "wait").Floor, StringComparison.Ordinal);
        Assert.Contains("64FDM", result.Phases.Single(phase => phase.Name == "update").Floor, StringComparison.Ordinal); // two matrices of four arrays, read and written
    }

    [Fact]
    public void It_stops_between_steps_and_between_loops()
    {
        var model = new ModelOptions { Shape = ImageShape.Row(40), Features = 24, Rule = new SparsityRule.TopK(3), Members = 1 };
        var options = new BenchmarkOptions { Batch = 8, Threads = 1, Steps = int.MaxValue / 64 };
        using TrainingSession session = Device.Cpu.OpenTraining(model, options.Batch, 1);
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(0.8)); // after the warm-up
        Assert.Throws<OperationCanceledException>(() => TimedSteps.Measure(session, TimedSteps.Images(model, options), options, soon.Token));
        Assert.True(session.Steps > 1);
        Assert.Throws<OperationCanceledException>(() => MachinePeaks.Measure(2, soon.Token));
        using var workers = new Workers(2, soon.Token);
        Assert.Throws<OperationCanceledException>(() => workers.Run(10, (_, _) => Assert.Fail("begun")));
    }

    [Fact]
    public void Columns_without_ink_are_no_part_of_the_floor()
    {
        var pixels = new byte[64 * 40];
        for (int image = 0; image < 64; image++)
        {
            for (int column = 0; column < 40; column += 4)
                pixels[(image * 40) + column] = (byte)(1 + image + column);
        }
        var model = new ModelOptions { Shape = ImageShape.Row(40), Features = 24, Rule = new SparsityRule.TopK(3), Members = 1 };
        var options = new BenchmarkOptions { Images = ImageSet.FromBytes("stripes", ImageShape.Row(40), pixels), Batch = 32, Threads = 1, Steps = 5, Precision = "fp32" };
        StepBenchmark result = StepBenchmark.Measure(model, options, TestContext.Current.CancellationToken),
            noise = StepBenchmark.Measure(model, options with { Images = null }, TestContext.Current.CancellationToken);
        Assert.Equal((0.25, 1), (result.ProductShare, noise.ProductShare));
        Assert.Equal(1000 * 2.0 * 32 * 24 * 40 * 0.25 / result.Peaks.Flops, result.Phases[1].FloorMilliseconds, 1e-12);
        Assert.Equal("2BFDM operations at peak, 25 % of the columns", result.Phases[1].Floor);
        Assert.Equal("2BFDM operations at peak", noise.Phases[1].Floor);
        Assert.Equal(result.Peaks.Flops / (2 * 24 * 40 * 0.25), result.EncodeFloorImagesPerSecond, 1e-3);
    }

    [Fact]
    public void Images_of_another_shape_or_too_few_are_refused()
    {
        ImageSet images = ImageSet.FromBytes("few", ImageShape.Row(4), new byte[12]);
        var model = new ModelOptions { Shape = ImageShape.Row(4), Features = 2, Rule = new SparsityRule.TopK(1) };
        Assert.Throws<InputException>(() => StepBenchmark.Measure(model, new BenchmarkOptions { Images = images, Batch = 4 }, TestContext.Current.CancellationToken));
        Assert.Throws<InputException>(() => StepBenchmark.Measure(model with { Shape = ImageShape.Row(5) }, new BenchmarkOptions { Images = images, Batch = 2 },
            TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, double.NaN, 0)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, double.NaN)]
    public void Impossible_settings_are_refused(int auxiliaryK, double norm, double decay) =>
        Assert.Throws<InputException>(() => StepBenchmark.Measure(new ModelOptions { Shape = ImageShape.Row(4), Features = 2, Rule = new SparsityRule.TopK(1) },
            new BenchmarkOptions { AuxiliaryK = auxiliaryK, MaximumNorm = norm, AverageDecay = decay }, TestContext.Current.CancellationToken));

    [Fact]
    public void Impossible_shapes_are_refused() =>
        Assert.Throws<InputException>(() => StepBenchmark.Measure(new ModelOptions { Shape = ImageShape.Row(4), Features = 2, Rule = new SparsityRule.TopK(3) },
            new BenchmarkOptions(), TestContext.Current.CancellationToken));
}
