using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>
/// What was found when the images of a training were opened, beside the images: what isn't used and why, how the set was understood, and which images are there twice.
/// The same for a set that was decoded before.
/// </summary>
public sealed record DataFindings
{
    /// <summary>Reasons that are kept; more are only counted.</summary>
    internal const int MostReasons = 200;

    /// <summary>Names or reasons that are printed one by one.</summary>
    private const int MostPrinted = 20, MostClasses = 12;

    /// <summary>Names of the classes, in the order of their labels; empty without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>Pictures that aren't used.</summary>
    public int Skipped { get; init; }

    /// <summary>Why, one sentence each, the first of them.</summary>
    public IReadOnlyList<string> SkippedBecause { get; init; } = [];

    /// <summary>How the set was understood where that could surprise, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Held-out images that are also, value for value, among those learned from.</summary>
    public int HeldOutLearned { get; init; }

    /// <summary>Images learned from that repeat an earlier one, value for value.</summary>
    public int LearnedRepeated { get; init; }

    /// <summary>Held-out images that repeat an earlier one, value for value.</summary>
    public int HeldOutRepeated { get; init; }

    /// <summary>What was found with the two sets of a training.</summary>
    /// <param name="learned">The images to learn from.</param>
    /// <param name="heldOut">The images to evaluate on; where they are <paramref name="learned"/> itself, nothing is said of images in both.</param>
    /// <param name="cancellation">Stops the comparison.</param>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static DataFindings Of(ImageSet learned, ImageSet heldOut, CancellationToken cancellation = default) => learned.FoundWith(heldOut, cancellation);

    /// <summary><see cref="Of"/>, which asks the set that remembers it.</summary>
    internal static DataFindings Find(ImageSet learned, ImageSet heldOut, CancellationToken cancellation)
    {
        SourceFindings found = learned.Found.With(heldOut.Found);
        var (both, twice, heldOutTwice) = RepeatedImages.Count(learned, heldOut, cancellation);
        return new DataFindings
        {
            ClassNames = learned.ClassNames,
            Skipped = found.Skipped,
            SkippedBecause = [.. found.Reasons.Take(MostReasons)],
            Notes = found.Notes,
            HeldOutLearned = both,
            LearnedRepeated = twice,
            HeldOutRepeated = heldOutTwice,
        };
    }

    /// <summary>The classes in a few words; null without labels.</summary>
    [JsonIgnore]
    public string? Classes => ClassNames.Count == 0 ? null
        : $"{Counted(ClassNames.Count, "class", "classes")}: {string.Join(", ", ClassNames.Take(MostClasses))}{(ClassNames.Count > MostClasses ? $" and {ClassNames.Count - MostClasses:N0} more" : "")}";

    /// <summary>For people: what isn't as they may think, a line each; none where all is as usual.</summary>
    /// <param name="train">The images that were learned from.</param>
    /// <param name="heldOut">The images that are evaluated on.</param>
    public IReadOnlyList<string> Lines(ImageSet train, ImageSet heldOut) =>
    [
        .. new SourceFindings(Skipped, SkippedBecause, Notes).Lines,
        .. Repetitions(train.Shape.IsImage ? ("image", "images") : ("row", "rows"), train.Count, heldOut.Count),
    ];

    private IEnumerable<string> Repetitions((string One, string Many) word, int learned, int heldOut)
    {
        if (HeldOutLearned > 0)
        {
            yield return $"{HeldOutLearned:N0} of the {heldOut:N0} held-out {word.Many} {(HeldOutLearned == 1 ? "is" : "are")} also among those learned from: " +
                $"held-out scores are {(HeldOutLearned * 20L > heldOut ? "" : "slightly ")}better than they would be on new {word.Many}.";
        }
        if (LearnedRepeated > 0)
            yield return $"{LearnedRepeated:N0} of the {learned:N0} {word.Many} learned from {(LearnedRepeated == 1 ? "repeats another" : "repeat others")}: they count more in training.";
        if (HeldOutRepeated > 0)
            yield return $"{HeldOutRepeated:N0} of the {heldOut:N0} held-out {word.Many} {(HeldOutRepeated == 1 ? "repeats another" : "repeat others")}: they count more in held-out scores.";
    }

    internal static string Counted(int count, string one, string many) => $"{count:N0} {(count == 1 ? one : many)}";

    internal static IEnumerable<string> Listed(int skipped, IReadOnlyList<string> reasons)
    {
        if (skipped == 0)
            yield break;
        yield return $"{Counted(skipped, "picture", "pictures")} can't be used:";
        foreach (string reason in reasons.Take(MostPrinted))
            yield return "  " + reason;
        if (reasons.Count > MostPrinted)
            yield return "  and others.";
    }
}

/// <summary>What a source found when it was opened.</summary>
/// <param name="Skipped">Pictures that aren't used.</param>
/// <param name="Reasons">Why: sentences, of one picture or of several.</param>
/// <param name="Notes">How the source was understood where that could surprise, one sentence each.</param>
internal sealed record SourceFindings(int Skipped, IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes)
{
    public static SourceFindings None { get; } = new(0, [], []);

    /// <summary>For people, a line each.</summary>
    public IEnumerable<string> Lines => [.. DataFindings.Listed(Skipped, Reasons), .. Notes];

    /// <summary>Both; what two splits of a source have in common is told once.</summary>
    public SourceFindings With(SourceFindings other) => ReferenceEquals(this, other) || other == None ? this
        : new SourceFindings(Skipped + other.Skipped, [.. Reasons, .. other.Reasons], [.. Notes.Union(other.Notes, StringComparer.Ordinal)]);
}
