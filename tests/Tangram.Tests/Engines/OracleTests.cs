namespace Tangram.Tests;

/// <summary>The CPU's session against plain loops in float64, step by step from the same state.</summary>
public sealed class OracleTests
{
    private const int Steps = 50;

    public static TheoryData<int, string> Cases => CasesOf(Variants.Names);

    public static TheoryData<int, string> FewCases => CasesOf(Variants.Names.Where(Variants.IsPlainOrEverything));

    [Theory, MemberData(nameof(Cases))]
    public void Three_members_step_like_plain_loops(int width, string variant) => CompareSteps(width, variant, 37, 45, 7, 3, consistency: 0.7);

    [Theory, MemberData(nameof(FewCases))]
    public void One_member_steps_like_plain_loops(int width, string variant) => CompareSteps(width, variant, 37, 45, 7, 1, consistency: 0.7);

    [Theory, MemberData(nameof(FewCases))]
    public void Two_members_that_keep_every_feature_step_like_plain_loops(int width, string variant) =>
        CompareSteps(width, variant, 19, 11, 11, 2, consistency: 0.3);

    [Theory, MemberData(nameof(FewCases))]
    public void One_active_feature_of_many_steps_like_plain_loops(int width, string variant) => CompareSteps(width, variant, 5, 83, 1, 2, consistency: 0);

    private static TheoryData<int, string> CasesOf(IEnumerable<string> variants) =>
        [.. from width in Widths.All.Select(row => row.Data) from variant in variants select (width, variant)];

    private static void CompareSteps(int width, string name, int inputs, int features, int k, int members, double consistency) =>
        CompareSteps(name, inputs, features, k, members, consistency, ReferenceRounding.None, (options, batch, extras) => Sessions.Cpu(width, options, batch, threads: 2, extras: extras));

    /// <summary>Steps of a session, each from the oracle's state.</summary>
    internal static void CompareSteps(string name, int inputs, int features, int k, int members, double consistency, ReferenceRounding rounding,
        Func<ModelOptions, int, SessionExtras, TrainingSession> open)
    {
        const int Batch = 13, Count = 35; // 13 + 13 + 9
        Variant variant = Variants.Named(name);
        ModelOptions options = variant.Model(inputs, features, k, members);
        SessionExtras extras = variant.Extras(auxiliaryK: 4);
        StepSettings settings = variant.Settings(1e-2, consistency, deadAfter: 3, maximumNorm: 0.1);
        ImageSet images = Sessions.Images(Count, options.Shape.Length, 5);
        var order = new EpochOrder(images, Batch, seed: 9);
        using var reference = new ReferenceSession(options, Batch, extras, rounding);
        using TrainingSession session = open(options, Batch, extras);
        Sessions.Initialise(reference, 32);
        double auxiliary = 0;
        for (int step = 0; step < Steps; step++)
        {
            ImageBatch batch = order[step];
            using SessionState before = reference.Save();
            session.Load(before);
            StepLosses expected = reference.Step(batch, settings), actual = session.Step(batch, settings);
            // The data are chosen so that no selection hangs on rounding: LastActive must agree as well.
            Sessions.CloseLosses(expected, actual);
            auxiliary += expected.Auxiliary.Sum();
            using SessionState after = reference.Save(), reached = session.Save();
            Sessions.CloseState(after, reached, settings.LearningRate);
            CompareSamples(reference, session, batch.Count);
        }
        Assert.Equal(Steps, session.Steps);
        Assert.Equal(variant.Auxiliary, auxiliary > 0);
    }

    private static void CompareSamples(TrainingSession reference, TrainingSession session, int samples)
    {
        int inputs = reference.Options.Shape.Length;
        var (expected, actual) = (new float[inputs], new float[inputs]);
        for (int member = 0; member < reference.Options.Members; member++)
        {
            Assert.Equal(samples, session.SampleErrors(member).Length);
            for (int sample = 0; sample < samples; sample++)
            {
                Assert.InRange(session.SampleErrors(member)[sample] / reference.SampleErrors(member)[sample], 1 - 1e-5, 1 + 1e-5);
                reference.CopyResidual(member, sample, expected);
                session.CopyResidual(member, sample, actual);
                for (int column = 0; column < inputs; column++)
                    Assert.Equal(expected[column], actual[column], 2e-6);
            }
        }
    }
}
