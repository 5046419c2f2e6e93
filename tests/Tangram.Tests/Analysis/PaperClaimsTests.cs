namespace Tangram.Tests;

public sealed class PaperClaimsTests
{
    private static readonly double[] GoodCourse = [0.9605, 0.965, 0.968, 0.9699, 0.9701];

    [Fact]
    public void A_run_as_the_paper_tells_it_reproduces_all_but_what_the_paper_contradicts()
    {
        IReadOnlyList<PaperClaim> claims = PaperClaims.Check(Run());
        Assert.Equal(15, claims.Count);
        PaperClaim odd = Assert.Single(claims, claim => claim.Verdict != Verdict.Reproduced);
        Assert.Equal(Verdict.InconsistentInSource, odd.Verdict);
        Assert.Contains("input space", odd.Claim, StringComparison.Ordinal);
        Assert.All(claims, claim => Assert.NotEmpty(claim.Measured));
    }

    [Theory]
    [InlineData("exactly k", "a code with fewer")]
    [InlineData("about 5 % of the features", "more features")]
    [InlineData("learn similar features", "unlike members")]
    [InlineData("codes similar", "unlike codes")]
    [InlineData("after the first epoch", "late start")]
    [InlineData("higher after every epoch", "a dip")]
    [InlineData("within .005", "too good an end")]
    [InlineData("has settled", "rising to the end")]
    [InlineData("no overfitting", "a rise of held-out MSE")]
    [InlineData("no overfitting", "a gap")]
    [InlineData("at least .965", "a low Pearson")]
    [InlineData("high for every class", "a class that is bad")]
    [InlineData("even over classes", "a class with large errors")]
    [InlineData("key structure and details", "unlike pictures")]
    public void A_run_that_shows_otherwise_is_told_so(string claim, string what)
    {
        RunRecord good = Run();
        RunRecord run = what switch
        {
            "a code with fewer" => With(good, good.Evaluation! with { L0 = new Quantiles(49.999, 49, 50, 50, 50, 50) }),
            "more features" => good with { Options = good.Options with { Features = 2048 } },
            "unlike members" => With(good, good.Evaluation! with { Consistency = new ConsistencyScores(0.1, 0.6, 0.5, 900) }),
            "unlike codes" => With(good, good.Evaluation! with { Consistency = new ConsistencyScores(0.1, 0.5, 0.6, 900) }),
            "late start" => good with { History = History([0.96, .. GoodCourse[1..]]) },
            "a dip" => good with { History = History([0.9605, 0.968, 0.968, 0.9699, 0.9701]) },
            "too good an end" => good with { History = History([0.9605, 0.965, 0.968, 0.9751, 0.9755]) },
            "rising to the end" => good with { History = History([0.9605, 0.965, 0.968, 0.9690, 0.9701]) },
            "a rise of held-out MSE" => good with { History = [.. good.History.Select((row, index) => index == 3 ? row with { TestMse = 0.1 } : row)] },
            "a gap" => good with { History = [.. good.History.Select(row => row with { TrainMse = row.TestMse / 1.06 })] },
            "a low Pearson" => With(good, good.Evaluation! with { Pearson = 0.9649 }),
            "a class that is bad" => With(good, good.Evaluation! with { PerClass = [new("0", 10, 0.01, 0.98), new("1", 10, 0.01, 0.9499)] }),
            "a class with large errors" => With(good, good.Evaluation! with { PerClass = [new("0", 10, 0.01, 0.98), new("1", 10, 0.0201, 0.97)] }),
            "unlike pictures" => With(good, good.Evaluation! with { Ssim = 0.89 }),
            _ => throw new InvalidOperationException(what),
        };
        Assert.Equal(Verdict.NotReproduced, Assert.Single(PaperClaims.Check(run), one => one.Claim.Contains(claim, StringComparison.Ordinal)).Verdict);
        Assert.Equal(Verdict.Reproduced, Assert.Single(PaperClaims.Check(good), one => one.Claim.Contains(claim, StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void A_short_run_without_labels_and_with_one_member_is_checked_for_what_it_can_show()
    {
        RunRecord good = Run();
        RunRecord run = With(good with { History = History([0.97]) }, good.Evaluation! with { PerClass = [], Consistency = null });
        IReadOnlyList<PaperClaim> claims = PaperClaims.Check(run);
        Assert.Equal(PaperClaims.Check(good).Select(claim => claim.Claim), claims.Select(claim => claim.Claim),
            StringComparer.Ordinal); // none vanishes
        PaperClaim[] open = [.. claims.Where(claim => claim.Verdict == Verdict.NotMeasured)];
        Assert.Equal(8, open.Length);
        Assert.All(open, claim => Assert.True(claim.Claim.Contains("class", StringComparison.Ordinal)
            || claim.Claim.Contains("every epoch", StringComparison.Ordinal)
            || claim.Claim.Contains("similar", StringComparison.Ordinal) || claim.Claim.Contains("epochs 4 and 5", StringComparison.Ordinal)));
        Assert.Contains(open, claim => claim.Measured == "the run has 1 epoch");

        PaperClaim[] threeEpochs = [.. PaperClaims.Check(good with { History = History(GoodCourse[..3]) })];
        Assert.Equal(2, threeEpochs.Count(claim => claim.Verdict == Verdict.NotMeasured
            && claim.Claim.Contains("epochs 4 and 5", StringComparison.Ordinal)));
        Assert.Equal(Verdict.Reproduced, threeEpochs.Single(claim => claim.Claim.Contains("no overfitting", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void Without_a_consistency_loss_nothing_is_said_of_what_it_does()
    {
        RunRecord run = Run() with { Options = TrainingOptions.PaperMnist with { Consistency = 0 } };
        PaperClaim[] similar = [.. PaperClaims.Check(run).Where(claim => claim.Claim.Contains("similar", StringComparison.Ordinal))];
        Assert.Equal(2, similar.Length);
        Assert.All(similar, claim => Assert.Equal(Verdict.NotMeasured, claim.Verdict));
        Assert.All(similar, claim => Assert.Contains("there was no such loss", claim.Measured, StringComparison.Ordinal));
    }

    [Fact]
    public void Classes_without_images_are_left_out()
    {
        RunRecord good = Run();
        RunRecord run = With(good, good.Evaluation! with { PerClass = [.. good.Evaluation.PerClass, new("none", 0, double.NaN, double.NaN)] });
        Assert.Equal<PaperClaim>(PaperClaims.Check(good), PaperClaims.Check(run));
    }

    [Fact]
    public void Differences_from_the_paper_are_named_and_there_are_none_in_its_own_setting()
    {
        RunRecord run = Run();
        Assert.Empty(PaperClaims.Differences(run));
        RunRecord other = run with
        {
            Train = new DataRecord("fashion-mnist:train", 60_000, ""),
            Options = run.Options with { Epochs = 1, Members = 2, Rule = new SparsityRule.TopK(20) },
        };
        Assert.Equal(["fashion-mnist instead of mnist", "20 active features instead of 50", "2 members instead of 5", "1 epoch instead of 5"],
            PaperClaims.Differences(other), StringComparer.Ordinal);
        Assert.Contains("images of 28×14 grey instead of 28×28", PaperClaims.Differences(run with { Shape = new ImageShape(28, 14, 1) }),
            StringComparer.Ordinal);
    }

    [Fact]
    public void A_run_that_isnt_finished_is_refused()
    {
        Assert.Throws<InputException>(() => PaperClaims.Check(Run() with { Evaluation = null }));
        Assert.Throws<InputException>(() => PaperClaims.Check(Run() with { TrainEvaluation = null }));
    }

    private static RunRecord With(RunRecord run, Scores scores) => run with { Evaluation = scores };

    private static RunRecord Run()
    {
        var scores = new Scores
        {
            Data = "mnist:test",
            Images = 10_000,
            Mse = 0.006,
            Pearson = 0.9701,
            Ssim = 0.95,
            Psnr = 24,
            L0 = new Quantiles(50, 50, 50, 50, 50, 50),
            Consistency = new ConsistencyScores(0.01, 0.51, 0.51, 1000),
            PerClass = [new("0", 5000, 0.01, 0.98), new("1", 5000, 0.02, 0.95)],
        };
        return new RunRecord
        {
            Version = "0",
            Runtime = "10",
            Train = new DataRecord("mnist:train", 60_000, ""),
            Test = new DataRecord("mnist:test", 10_000, ""),
            Shape = new ImageShape(28, 28, 1),
            Options = TrainingOptions.PaperMnist,
            Engine = new EngineRecord("cpu", "fp32", 256, "", "X64"),
            Finished = true,
            Evaluation = scores,
            TrainEvaluation = scores with { Data = "mnist:train" },
            History = History(GoodCourse),
        };
    }

    private static HistoryRow[] History(double[] pearson) => [.. pearson.Select((value, index) => new HistoryRow
    {
        Epoch = index + 1,
        TestPearson = value,
        TestMse = 0.01 - (0.001 * index),
        TrainMse = (0.01 - (0.001 * index)) / 1.04,
    })];
}
