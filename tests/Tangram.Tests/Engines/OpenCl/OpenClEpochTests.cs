namespace Tangram.Tests;

/// <summary>What OpenCL learns of real images, beside what the processor's own engine learns of them.</summary>
[Trait("Needs", "opencl")]
public sealed class OpenClEpochTests
{
    private const int Images = 10_000;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void An_epoch_over_digits_ends_where_the_processors_does(bool isMixed, bool hasHalfArithmetic)
    {
        ImageSet train = ImageSet.Open("mnist").Subset("mnist's first 10,000", [.. Enumerable.Range(0, Images)]);
        ImageSet test = ImageSet.Open("mnist:test").Subset("mnist's first 2,000 of the test", [.. Enumerable.Range(0, 2000)]);
        var options = TrainingOptions.PaperMnist with { Members = 1, Consistency = 0, Epochs = 1 };
        double Pearson(Func<ModelOptions, TrainingSession> open)
        {
            using var folder = new TemporaryFolder();
            using var trainer = new Trainer(open, train, test, options, threads: 2, progress: null);
            trainer.Initialise(TestContext.Current.CancellationToken);
            trainer.Run(folder.File("checkpoint.safetensors"), TimeSpan.FromHours(1), () => { }, TestContext.Current.CancellationToken);
            return trainer.FinalScores(TestContext.Current.CancellationToken).Test.Pearson;
        }
        double expected = Pearson(model => Device.Parse("cpu").OpenTraining(model, options.Batch, threads: 2, extras: options.Extras));
        double actual = Pearson(model => PoCl.Open(model, options.Batch, options.Extras, isMixed, hasHalfArithmetic ? PoCl.DeviceWithHalfArithmetic : PoCl.Device));
        TestContext.Current.SendDiagnosticMessage($"{expected:F5} {actual:F5}");
        Assert.Equal(expected, actual, 1e-3);
    }
}
