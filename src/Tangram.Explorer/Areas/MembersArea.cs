using static Tangram.Explorer.Numbers;

namespace Tangram.Explorer;

/// <summary>How alike the members of the ensemble are.</summary>
/// <param name="Images">Images of the sample that was encoded for this: a feature is alive if one of them activates it.</param>
/// <param name="Alive">Number of features alive, of each member.</param>
/// <param name="Same">Mean cosine of features of the same number that are alive in both, [member][other]; null on the diagonal and where there are none.</param>
/// <param name="Best">Mean over a member's features of the largest cosine to any of the other's, [member][other].</param>
/// <param name="Consistency">The run's figures, of its test images; null for a model alone and for an unfinished run.</param>
/// <param name="StartConsistency">The same before the first step; null where it isn't known.</param>
internal sealed record MembersAnswer(int Images, IReadOnlyList<int> Alive, IReadOnlyList<IReadOnlyList<double?>> Same, IReadOnlyList<IReadOnlyList<double?>> Best,
    ConsistencyAnswer? Consistency, ConsistencyAnswer? StartConsistency);

/// <summary>A member's features beside those of the others.</summary>
/// <param name="Features">Its features that are alive, ascending.</param>
/// <param name="Others">The other members.</param>
internal sealed record MatchesOfMember(IReadOnlyList<int> Features, IReadOnlyList<OtherMember> Others);

/// <summary>What another member has for each of the features, in their order.</summary>
/// <param name="Member">Number of the other member.</param>
/// <param name="Match">Its feature of the largest cosine; −1 where none of its features is alive.</param>
/// <param name="Cosine">That cosine.</param>
/// <param name="Same">The cosine of its feature of the same number; null where that is dead.</param>
internal sealed record OtherMember(int Member, IReadOnlyList<int> Match, IReadOnlyList<double?> Cosine, IReadOnlyList<double?> Same);

/// <summary>Features across the ensemble.</summary>
internal static class MembersArea
{
    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members", Members).WithSummary("How alike the members are, by 'weights' or 'activations'.");
        api.MapGet("/members/{member:int}/matches", Matches).WithSummary("A member's features and their matches in the other members, by 'weights' or 'activations'.");
    }

    private static async Task<Ok<MembersAnswer>> Members(Exploration exploration, CancellationToken cancellation, string by = "weights")
    {
        MatchMeasure measure = MeasureOf(by);
        MemberMatches matches = await MatchesAsync(exploration, cancellation);
        int[] members = [.. Enumerable.Range(0, exploration.Ensemble.Count)];
        return TypedResults.Ok(new MembersAnswer(matches.Images, [.. matches.Alive.Select(alive => alive.Count(yes => yes))], Of(one => one.MeanSame), Of(one => one.MeanCosine),
            ConsistencyAnswer.Of(exploration.Record?.Evaluation?.Consistency), ConsistencyAnswer.Of(exploration.Record?.Start?.Consistency)));

        double?[][] Of(Func<MatchedMember, double> mean) =>
            [.. members.Select(member => members.Select(other => member == other ? null : Finite(mean(matches[measure, member, other]))).ToArray())];
    }

    private static async Task<Ok<MatchesOfMember>> Matches(int member, Exploration exploration, CancellationToken cancellation, string by = "weights")
    {
        MatchMeasure measure = MeasureOf(by);
        _ = exploration.Autoencoder(member);
        MemberMatches matches = await MatchesAsync(exploration, cancellation);
        int[] alive = [.. Enumerable.Range(0, exploration.Ensemble.Options.Features).Where(feature => matches.Alive[member][feature])];
        return TypedResults.Ok(new MatchesOfMember(alive, [.. Enumerable.Range(0, exploration.Ensemble.Count).Where(other => other != member).Select(other =>
        {
            MatchedMember matched = matches[measure, member, other];
            return new OtherMember(other, [.. alive.Select(feature => matched.Match[feature])], [.. alive.Select(feature => Rounded(matched.Cosine[feature]))],
                [.. alive.Select(feature => Rounded(matched.Same[feature]))]);
        })]));
    }

    private static Task<MemberMatches> MatchesAsync(Exploration exploration, CancellationToken cancellation) => exploration.Ensemble.Count > 1
        ? exploration.MatchesAsync(cancellation)
        : throw new NotFoundException("This run has one member, so there is nothing to compare it with.");

    private static MatchMeasure MeasureOf(string by) => by switch
    {
        "weights" => MatchMeasure.Weights,
        "activations" => MatchMeasure.Activations,
        _ => throw new InputException("'by' is weights or activations."),
    };

    /// <summary>As exact as is shown, and short to send.</summary>
    private static double? Rounded(float cosine) => Finite(Math.Round(cosine, 4));
}
