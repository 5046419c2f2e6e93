namespace Tangram.Tests;

/// <summary>The CPU's session in mixed precision against plain loops in float64 that round images and weights where the encoder multiplies them.</summary>
public sealed class MixedOracleTests
{
    public static TheoryData<string, string> Cases => CasesOf(Variants.Names);

    public static TheoryData<string, string> FewCases => CasesOf(Variants.Names.Where(Variants.IsPlainOrEverything));

    [Theory, MemberData(nameof(Cases))]
    public void Three_members_step_like_plain_loops(string unit, string variant) => CompareSteps(unit, variant, 37, 45, 7, 3, consistency: 0.7);

    [Theory, MemberData(nameof(FewCases))]
    public void Two_members_that_keep_every_feature_step_like_plain_loops(string unit, string variant) => CompareSteps(unit, variant, 19, 11, 11, 2, consistency: 0.3);

    [Theory, MemberData(nameof(FewCases))]
    public void One_active_feature_of_many_steps_like_plain_loops(string unit, string variant) => CompareSteps(unit, variant, 5, 83, 1, 2, consistency: 0);

    [Fact]
    public void An_epoch_over_digits_ends_where_it_does_in_float32()
    {
        Bf16Product bf16 = Bf16Units.Need();
        ImageSet train = ImageSet.Open("mnist").Subset("mnist's first 10,000", [.. Enumerable.Range(0, 10_000)]);
        ImageSet test = ImageSet.Open("mnist:test").Subset("mnist's first 2,000 of the test", [.. Enumerable.Range(0, 2000)]);
        var options = TrainingOptions.PaperMnist with { Members = 1, Consistency = 0, Epochs = 1 };
        double Pearson(Bf16Product? product)
        {
            using var folder = new TemporaryFolder();
            using var trainer = new Trainer(model => Sessions.Cpu((int)SimdTiers.Best, model, options.Batch, threads: 2, extras: options.Extras, bf16: product), train, test, options,
                threads: 2, progress: null);
            trainer.Initialise(TestContext.Current.CancellationToken);
            trainer.Run(folder.File("checkpoint.safetensors"), TimeSpan.FromHours(1), () => { }, TestContext.Current.CancellationToken);
            return trainer.FinalScores(TestContext.Current.CancellationToken).Test.Pearson;
        }
        double expected = Pearson(null), actual = Pearson(bf16);
        Assert.NotEqual(expected, actual);
        Assert.Equal(expected, actual, 1e-3);
    }

    private static TheoryData<string, string> CasesOf(IEnumerable<string> variants) => [.. from unit in Bf16Units.All select unit.Data into unit from variant in variants select (unit, variant)];

    private static void CompareSteps(string unit, string name, int inputs, int features, int k, int members, double consistency)
    {
        Bf16Product bf16 = Bf16Units.Open(unit);
        OracleTests.CompareSteps(name, inputs, features, k, members, consistency, ReferenceRounding.Encoder, (options, batch, extras) =>
            Sessions.Cpu((int)SimdTiers.Best, options, batch, threads: 2, extras: extras, bf16: bf16));
    }
}
