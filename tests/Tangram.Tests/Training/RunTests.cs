using System.Text.Json;

namespace Tangram.Tests;

/// <summary>What a training writes.</summary>
public sealed class RunTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Features = 32,
        Rule = new SparsityRule.TopK(4),
        Members = 2,
        Epochs = 2,
        Batch = 50,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _train = ImageSet.Open("sample:train").Subset("some", [.. Enumerable.Range(0, 200)]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_finished_run_holds_the_documented_files()
    {
        using Run run = await TrainAsync("run", Options);
        string[] names = [.. Directory.GetFileSystemEntries(run.Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        Assert.Equal(["checkpoint.safetensors", "history.csv", "model.safetensors", "run.json"], names);
        RunFiles.AssertWhole(run.Folder);
    }

    [Fact]
    public async Task The_record_says_what_was_done()
    {
        using Run run = await TrainAsync("run", Options);
        RunRecord record = run.Record;
        Assert.True(record.Finished);
        Assert.Equal(Options, record.Options);
        Assert.Equal((8, 2), (record.Steps, record.History.Count));
        Assert.Equal(("some", 200, _train.Fingerprint), (record.Train.Name, record.Train.Images, record.Train.Fingerprint));
        Assert.Equal(_train.Shape, record.Shape);
        Assert.Equal(("cpu", (int)SimdTiers.Best), (record.Engine.Device, record.Engine.Tier));
        Assert.Equal(record.History[^1].TestMse, record.Evaluation!.Mse);
        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(run.Folder, "run.json"), TestContext.Current.CancellationToken));
        Assert.Equal(1, json.RootElement.GetProperty("formatVersion").GetInt32());
    }

    [Fact]
    public async Task The_history_has_a_line_for_each_epoch_that_reads_back_the_same()
    {
        using Run run = await TrainAsync("run", Options);
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(run.Folder, "history.csv"), TestContext.Current.CancellationToken);
        Assert.Equal(3, lines.Length);
        int column = Array.IndexOf(lines[0].Split(','), "test_mse");
        Assert.Equal(run.Record.History.Select(row => row.TestMse), lines[1..].Select(line => double.Parse(line.Split(',')[column])));
    }

    [Fact]
    public async Task The_history_has_the_rate_and_the_loss_of_each_term()
    {
        using Run run = await TrainAsync("run", Options with { Decay = 0.5 });
        string[] header = (await File.ReadAllLinesAsync(Path.Combine(run.Folder, "history.csv"), TestContext.Current.CancellationToken))[0].Split(',');
        Assert.Equal(["auxiliary", "learning_rate"], header[^2..]);
        Assert.Equal([1e-3, 1e-3 / 4], run.Record.History.Select(row => row.LearningRate)); // of four steps each, the last
        Assert.All(run.Record.History, row => Assert.Equal(row.Loss, row.Reconstruction + (0.2 * row.Consistency), 1e-12));
    }

    [Fact]
    public async Task Training_learns()
    {
        // Without the pull between members, which outweighs reconstruction in a model this small, and at a rate that suits six short epochs.
        using Run run = await TrainAsync("run", Options with { Epochs = 6, Consistency = 0, LearningRate = 3e-3 });
        double[] losses = [.. run.Record.History.Select(row => row.TestMse)];
        Assert.Equal(losses.OrderDescending(), losses);
        Assert.True(losses[^1] < 0.9 * losses[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_modern_preset_learns_alike_on_the_cpu_and_on_plain_loops(bool unitRows)
    {
        TrainingOptions options = TrainingOptions.Modern with { Features = 64, Rule = new SparsityRule.TopK(8, Rectified: true), Batch = 40, Epochs = 2, UnitRows = unitRows };
        var runs = new List<Run>();
        foreach (string device in new[] { "cpu", "reference" })
        {
            runs.Add(await Run.TrainAsync(_folder.File(device), _train, options, execution: new Execution { Threads = 2, Device = device },
                cancellation: TestContext.Current.CancellationToken));
        }
        RunRecord cpu = runs[0].Record, reference = runs[1].Record;
        Assert.Equal((10, 10), (cpu.Steps, reference.Steps));
        foreach (var (expected, actual) in reference.History.Zip(cpu.History))
        {
            Assert.InRange(actual.TestMse / expected.TestMse, 0.999, 1.001);
            Assert.InRange(actual.Loss / expected.Loss, 0.999, 1.001);
        }
        Assert.True(cpu.Evaluation!.Fvu < 0.9);
        runs.ForEach(run => run.Dispose());
    }

    [Fact]
    public async Task Threads_change_nothing_that_is_learned()
    {
        using Run one = await TrainAsync("one", Options, threads: 1), three = await TrainAsync("three", Options, threads: 3);
        Assert.Equal(RunFiles.Model(one.Folder), RunFiles.Model(three.Folder));
        Assert.Equal(RunFiles.Scores(one.Record), RunFiles.Scores(three.Record));
    }

    [Fact]
    public async Task Another_seed_learns_another_dictionary()
    {
        using Run one = await TrainAsync("one", Options), other = await TrainAsync("other", Options with { Seed = 1 });
        Assert.NotEqual(RunFiles.Model(one.Folder), RunFiles.Model(other.Folder));
    }

    [Fact]
    public async Task The_model_opens_alone_and_scores_as_the_run_says()
    {
        using Run run = await TrainAsync("run", Options);
        string moved = _folder.File("moved.safetensors");
        File.Move(Path.Combine(run.Folder, "model.safetensors"), moved);
        Ensemble ensemble = Ensemble.Load(moved);
        Assert.Equal((2, 32), (ensemble.Count, ensemble.Options.Features));
        Assert.Equal(run.Record.Evaluation!.Mse, ensemble.Evaluate(_train, ssim: false, cancellation: TestContext.Current.CancellationToken).Mse);
    }

    [Fact]
    public async Task A_diverging_training_names_its_step_and_remedy()
    {
        var failure = await Assert.ThrowsAsync<ArithmeticException>(() => TrainAsync("run", Options with { LearningRate = 1e30 }));
        Assert.Matches(@"^Step \d+: .*not a finite number; training diverged.*lower learning rate\.$", failure.Message);
    }

    [Fact]
    public async Task A_batch_larger_than_the_set_is_the_whole_set()
    {
        using Run run = await TrainAsync("run", Options with { Batch = 100_000 });
        Assert.Equal(2, run.Record.Steps);
    }

    private Task<Run> TrainAsync(string name, TrainingOptions options, int threads = 1) => Run.TrainAsync(_folder.File(name), _train, options,
        execution: new Execution { Threads = threads }, cancellation: TestContext.Current.CancellationToken);
}
