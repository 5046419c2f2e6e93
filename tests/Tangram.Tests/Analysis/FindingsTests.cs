namespace Tangram.Tests;

public sealed class FindingsTests
{
    [Fact]
    public void A_dictionary_that_learns_pictures_by_heart_is_told_so_with_what_would_help()
    {
        // 688 pictures for 3,072 features: held-out error flat from epoch 4, on pictures learned from it falls to a quarter.
        double[] test = [0.02, 0.012, 0.0095, 0.0082, 0.0082, 0.0081, 0.0082, 0.0082], train = [0.019, 0.011, 0.008, 0.0062, 0.005, 0.004, 0.003, 0.00205];
        RunRecord run = Run(test, train, images: 688, options: TrainingOptions.PaperImages);
        string advice = Assert.Single(Findings.Of(run), one => one.Topic == FindingTopic.Advice).Text;
        Assert.Equal("The held-out error is flat from epoch 4 (MSE 0.00820), while that on images learned from fell to 0.00205, 25 % of it: images are learned by heart. " +
            "688 images are few for 3,072 features: More images, patches of them (--crops), fewer features (--features 128) or fewer epochs (--epochs 4) would help.", advice);
    }

    [Fact]
    public void A_training_that_still_falls_and_dead_features_are_told()
    {
        RunRecord run = Run([0.02, 0.01], [0.019, 0.0095], images: 60_000, TrainingOptions.PaperMnist);
        string[] advice = [.. Findings.Of(run with { Evaluation = run.Evaluation! with { DeadFraction = 0.4 } }).Where(one => one.Topic == FindingTopic.Advice).Select(one => one.Text)];
        Assert.Equal(2, advice.Length);
        Assert.Contains("still fell by 50 % in the last epoch: more epochs would lower it (--resume --epochs 10)", advice[0], StringComparison.Ordinal);
        Assert.Contains("40 % of the features are dead: none of the 100 images of held:test activates them", advice[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_good_run_is_told_beside_the_mean_image_and_the_start_and_needs_no_advice()
    {
        RunRecord run = Run([0.01, 0.0099], [0.0098, 0.0097], images: 60_000, TrainingOptions.PaperMnist) with { Start = new StartScores(0.1, 0.2, 0.75, null) };
        IReadOnlyList<Finding> findings = Findings.Of(run);
        Assert.DoesNotContain(findings, one => one.Topic == FindingTopic.Advice);
        Assert.Contains(findings, one => one.Text.Contains("keep 92.0 % of what varies between the held-out images (before training: 25.0 %); Pearson is 0.960, of the mean image alone 0.450",
            StringComparison.Ordinal));
        IReadOnlyList<Finding> rows = Findings.Of(run with { Shape = ImageShape.Row(784) });
        Assert.Contains(rows, one => one.Text.StartsWith("60,000 rows of held:train", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, one => one.Text.Contains("image", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_isnt_finished_is_refused() =>
        Assert.Throws<InputException>(() => Findings.Of(Run([0.01], [0.01], 100, TrainingOptions.PaperMnist) with { Evaluation = null }));

    private static RunRecord Run(double[] test, double[] train, int images, TrainingOptions options) => new()
    {
        Version = "0",
        Runtime = "10",
        Train = new DataRecord("held:train", images, "", Options: new DataOptions()),
        Test = new DataRecord("held:test", 100, ""),
        Shape = options == TrainingOptions.PaperImages ? new ImageShape(64, 64, 3) : new ImageShape(28, 28, 1),
        Options = options,
        Engine = new EngineRecord("cpu", "fp32", 256, "", "X64"),
        Finished = true,
        Evaluation = new Scores { Data = "held:test", Images = 100, Mse = test[^1], Fvu = 0.08, Pearson = 0.96, PearsonOfMean = 0.45, L0 = new Quantiles(50, 50, 50, 50, 50, 50) },
        History = [.. test.Zip(train, (held, learned) => (held, learned)).Select((one, index) => new HistoryRow { Epoch = index + 1, TestMse = one.held, TrainMse = one.learned })],
    };
}
