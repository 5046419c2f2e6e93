namespace Tangram;

/// <summary>A class, and its share of a vote.</summary>
internal readonly record struct ClassShare(int Class, double Share);

/// <summary>A guess of an image's class: each of the images most like it votes for its class, weighted by its cosine.</summary>
internal static class ClassVote
{
    /// <summary>Images that vote.</summary>
    public const int Voters = 50;

    /// <summary>Classes that have votes, the largest share first; the shares sum to 1. An image of cosine 0 or less has no vote.</summary>
    public static ClassShare[] Of(IEnumerable<SimilarImage> voters, ImageSet images)
    {
        SimilarImage[] like = [.. voters.Where(one => one.Cosine > 0)];
        double all = like.Sum(one => one.Cosine);
        return [.. like.GroupBy(one => images.Label(one.Image)).Select(one => new ClassShare(one.Key, one.Sum(voter => voter.Cosine) / all))
            .OrderByDescending(one => one.Share).ThenBy(one => one.Class)];
    }
}
