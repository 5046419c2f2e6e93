namespace Tangram.Tests;

public sealed class PaperClaimsTests
{
    private static readonly double[] GoodCourse = [0.9605, 0.965, 0.968, 0.9699, 0.9701];

    [Fact]
    public void A_run_as_the_paper_tells_it_reproduces_all_but_what_the_paper_contradicts()
    {
        IReadOnlyList<PaperClaim> claims = PaperClaims.Check(Run());
        Assert.Equal(14, claims.Count);
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
        string[] claims = [.. PaperClaims.Check(run).Select(claim => claim.Claim)];
        Assert.Equal(6, claims.Length);
        Assert.DoesNotContain(claims, claim => claim.Contains("class", StringComparison.Ordinal) || claim.Contains("every epoch", StringComparison.Ordinal)
            || claim.Contains("similar", StringComparison.Ordinal));

        string[] threeEpochs = [.. PaperClaims.Check(good with { History = History(GoodCourse[..3]) }).Select(claim => claim.Claim)];
        Assert.DoesNotContain(threeEpochs, claim => claim.Contains("epochs 4 and 5", StringComparison.Ordinal));
        Assert.Contains(threeEpochs, claim => claim.Contains("no overfitting", StringComparison.Ordinal));
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
