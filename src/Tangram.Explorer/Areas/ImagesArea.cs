namespace Tangram.Explorer;

/// <summary>An image of the set, its code, and what that decodes to.</summary>
/// <param name="Image">Its number.</param>
/// <param name="Class">Its class; null without labels.</param>
/// <param name="Decoded">Its code and reconstruction.</param>
/// <param name="Similar">Images with similar codes, the most similar first.</param>
internal sealed record ImageAnswer(int Image, int? Class, DecodedAnswer Decoded, IReadOnlyList<SimilarAnswer> Similar);

/// <summary>A code that a user made.</summary>
/// <param name="Features">Its features, each once, in any order.</param>
/// <param name="Activations">Their activations.</param>
/// <param name="Image">The image to compare with, or whose similar images are wanted without itself; null: none.</param>
/// <param name="First">How many features to decode, those that contribute most first; null: all.</param>
internal sealed record CodeRequest(int[] Features, float[] Activations, int? Image = null, int? First = null);

/// <summary>The images, their codes, and codes that users make of them.</summary>
internal static class ImagesArea
{
    /// <summary>Far above what any image has, and far below where squares overflow.</summary>
    private const float LargestActivation = 1e6f;

    public static void MapImages(this IEndpointRouteBuilder api)
    {
        api.MapGet("/images/classes", Classes).WithSummary("The class of each image; empty without labels.");
        api.MapGet("/members/{member:int}/images/{image:int}", Image).WithSummary("An image with its code, reconstruction and similar images.");
        api.MapPost("/members/{member:int}/decode", Decode).WithSummary("The reconstruction of any code.");
        api.MapPost("/members/{member:int}/similar", Similar).WithSummary("The images whose codes are most like any code.");
    }

    private static Ok<int[]> Classes(Exploration exploration)
    {
        ImageSet images = exploration.Images;
        return TypedResults.Ok(images.HasLabels ? Enumerable.Range(0, images.Count).Select(images.Label).ToArray() : []);
    }

    private static Ok<ImageAnswer> Image(int member, int image, Exploration exploration, FeatureNotes notes)
    {
        MemberView view = exploration.Member(member);
        float[] values = exploration.Image(image);
        var (features, activations) = view.Codes[image];
        return TypedResults.Ok(new ImageAnswer(image, exploration.Images.HasLabels ? exploration.Images.Label(image) : null,
            CodeAnswers.Decode(view, notes, features.Span, activations.Span, values),
            CodeAnswers.Like(CodeAnswers.Search(view, features.Span, activations.Span, image), exploration.Images)));
    }

    private static Ok<DecodedAnswer> Decode(int member, CodeRequest code, Exploration exploration, FeatureNotes notes)
    {
        MemberView view = exploration.Member(member);
        Check(code, view);
        return TypedResults.Ok(CodeAnswers.Decode(view, notes, code.Features, code.Activations, code.Image is { } image ? exploration.Image(image) : null, code.First));
    }

    private static Ok<IReadOnlyList<SimilarAnswer>> Similar(int member, CodeRequest code, Exploration exploration)
    {
        MemberView view = exploration.Member(member);
        Check(code, view);
        if (code.Image is { } image)
            exploration.CheckImage(image);
        Array.Sort(code.Features, code.Activations);
        return TypedResults.Ok(CodeAnswers.Like(CodeAnswers.Search(view, code.Features, code.Activations, code.Image), exploration.Images));
    }

    /// <exception cref="InputException">It isn't a code of this member.</exception>
    private static void Check(CodeRequest code, MemberView view)
    {
        if (code.Features is null || code.Activations is null || code.Features.Length != code.Activations.Length)
            throw new InputException("A code needs a list of features and as many activations.");
        if (code.First < 0)
            throw new InputException("The number of features to decode can't be negative.");
        var seen = new bool[view.Features];
        foreach (int feature in code.Features)
        {
            view.CheckFeature(feature);
            if (seen[feature])
                throw new InputException($"Feature {feature} is in the code twice.");
            seen[feature] = true;
        }
        if (!Array.TrueForAll(code.Activations, activation => Math.Abs(activation) <= LargestActivation))
            throw new InputException($"Activations must be numbers from −{LargestActivation:N0} to {LargestActivation:N0}.");
    }
}
