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
    [InlineData("learn similar features", "members alike from the start")]
    [InlineData("codes similar", "codes alike from the start")]
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
            "unlike members" => With(good, good.Evaluation! with { Consistency = Agreeing with { PwMcc = 0.7 } }),
            "unlike codes" => With(good, good.Evaluation! with { Consistency = Agreeing with { ActivationCorrelation = 0.5 } }),
            "members alike from the start" => good with { Start = Start with { Consistency = Agreeing with { PwMcc = 0.65 } } },
            "codes alike from the start" => good with { Start = Start with { Consistency = Agreeing with { ActivationCorrelation = 0.45 } } },
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

    [Theory]
    [InlineData("a mean that is as good", "the mean image alone has a Pearson of 0.9990")]
    [InlineData("worse than the mean", "further off than the mean image")]
    [InlineData("equal images", "all images are equal")]
    [InlineData("nothing learned", "training changed next to nothing")]
    public void A_score_that_cant_show_a_claim_gives_no_verdict(string what, string reason)
    {
        RunRecord good = Run();
        RunRecord run = what switch
        {
            "a mean that is as good" => With(good, good.Evaluation! with { PearsonOfMean = 0.999 }),
            "worse than the mean" => With(good, good.Evaluation! with { Fvu = 376_976 }),
            "equal images" => With(good, good.Evaluation! with { Fvu = double.NaN }),
            _ => good with { Start = Start with { Mse = good.Evaluation!.Mse * 1.005 } },
        };
        PaperClaim[] scored = [.. PaperClaims.Check(good).Where(claim => claim.ByScore)];
        Assert.Equal(9, scored.Length); // rising, level, settled, gap, first epoch, mean, SSIM, every class, even
        foreach (PaperClaim claim in scored)
        {
            PaperClaim checkedAgain = PaperClaims.Check(run).Single(one => one.Claim == claim.Claim);
            Assert.Equal(Verdict.NotMeasured, checkedAgain.Verdict);
            Assert.Contains(reason, checkedAgain.Measured, StringComparison.Ordinal);
        }
        Assert.Equal(Verdict.Reproduced, PaperClaims.Check(run).Single(claim => claim.Claim.Contains("exactly k", StringComparison.Ordinal)).Verdict);
    }

    [Fact]
    public void A_run_that_an_earlier_version_evaluated_by_cosines_gets_no_verdict_on_members()
    {
        const string Earlier = """{"data":"mnist:test","images":10,"consistency":{"codeMse":0.012,"codeCosine":0.906,"matchedCosine":0.085,"alive":946}}""";
        ConsistencyScores consistency = TangramJson.Deserialize<Scores>(Earlier, "earlier").Consistency!;
        Assert.Equal((0.012, 946.0, double.NaN), (consistency.CodeMse, consistency.Alive, consistency.PwMcc));
        RunRecord good = Run();
        PaperClaim[] similar = [.. PaperClaims.Check(With(good, good.Evaluation! with { Consistency = consistency })).Where(claim => claim.Claim.Contains("similar", StringComparison.Ordinal))];
        Assert.Equal(2, similar.Length);
        Assert.All(similar, claim => Assert.Equal(Verdict.NotMeasured, claim.Verdict));
        Assert.All(similar, claim => Assert.Contains("earlier version", claim.Measured, StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_fit_the_papers_images_and_models_alone()
    {
        RunRecord digits = Run();
        Assert.True(PaperClaims.Fits(digits, 1));
        Assert.True(PaperClaims.Fits(digits with { Train = new DataRecord("my/digits", 60_000, MnistSource.TrainFingerprint) }, 1));
        Assert.False(PaperClaims.Fits(digits with { Train = new DataRecord("fashion-mnist:train", 60_000, "") }, 1));
        Assert.False(PaperClaims.Fits(digits with { Options = TrainingOptions.Modern }, 1)); // untied
        Assert.False(PaperClaims.Fits(digits with { Options = digits.Options with { Features = 512 } }, 1));
        Assert.False(PaperClaims.Fits(digits, 2));
        RunRecord colour = digits with { Shape = new ImageShape(64, 64, 3), Options = TrainingOptions.PaperImages, Train = new DataRecord("stamps:train", 688, "") };
        Assert.Equal((false, true), (PaperClaims.Fits(colour, 1), PaperClaims.Fits(colour, 2)));
        Assert.False(PaperClaims.Fits(colour with { Shape = ImageShape.Row(12_288) }, 2));
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
            Fvu = 0.08,
            PearsonOfMean = 0.5,
            Consistency = Agreeing,
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
            Start = Start,
        };
    }

    private static ConsistencyScores Agreeing { get; } = new()
    {
        CodeMse = 0.01,
        ActivationCorrelation = 0.51,
        ActiveInCommon = 0.6,
        ActiveInCommonByChance = 0.2,
        OwnCosine = 0.7,
        PwMcc = 0.71,
        MatchedToOwnNumber = 0.9,
        Alive = 1000,
    };

    private static StartScores Start { get; } = new(0.05, 0.4, 0.6, Agreeing with { ActivationCorrelation = 0, PwMcc = 0.13, MatchedToOwnNumber = 0 });

    private static HistoryRow[] History(double[] pearson) => [.. pearson.Select((value, index) => new HistoryRow
    {
        Epoch = index + 1,
        TestPearson = value,
        TestMse = 0.01 - (0.001 * index),
        TrainMse = (0.01 - (0.001 * index)) / 1.04,
    })];
}
