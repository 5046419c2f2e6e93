namespace Tangram.Tests;

/// <summary>Sessions on OpenCL against plain loops in float64, step by step from the same state.</summary>
[Trait("Needs", "opencl")]
public sealed class OpenClOracleTests
{
    public static TheoryData<string, bool> Cases => CasesOf(Variants.Names);

    public static TheoryData<string, bool> FewCases => CasesOf(Variants.Names.Where(Variants.IsPlainOrEverything));

    [Theory, MemberData(nameof(Cases))]
    public void Three_members_step_like_plain_loops(string variant, bool isMixed) => CompareSteps(variant, isMixed, 37, 45, 7, 3, consistency: 0.7);

    [Theory, MemberData(nameof(FewCases))]
    public void Two_members_that_keep_every_feature_step_like_plain_loops(string variant, bool isMixed) => CompareSteps(variant, isMixed, 19, 11, 11, 2, consistency: 0.3);

    [Theory, MemberData(nameof(FewCases))]
    public void One_active_feature_of_many_steps_like_plain_loops(string variant, bool isMixed) => CompareSteps(variant, isMixed, 5, 83, 1, 1, consistency: 0);

    private static TheoryData<string, bool> CasesOf(IEnumerable<string> variants) =>
        [.. from variant in variants from isMixed in new[] { false, true } select (variant, isMixed)];

    private static void CompareSteps(string variant, bool isMixed, int inputs, int features, int k, int members, double consistency) =>
        OracleTests.CompareSteps(variant, inputs, features, k, members, consistency, isMixed ? ReferenceRounding.Stored : ReferenceRounding.None, (options, batch, extras) => PoCl.Open(options, batch, extras, isMixed));
}
