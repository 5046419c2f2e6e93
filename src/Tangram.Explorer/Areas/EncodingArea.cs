using Microsoft.AspNetCore.Http.Metadata;

namespace Tangram.Explorer;

/// <summary>A drawing or picture, as the model sees and codes it.</summary>
/// <param name="Seen">The image that was encoded, as an address of a picture.</param>
/// <param name="Decoded">Its code and reconstruction.</param>
/// <param name="Similar">Images of the set with similar codes, the most similar first.</param>
/// <param name="Guess">Classes that the most similar images vote for, the largest share first; empty without labels.</param>
internal sealed record EncodedAnswer(string Seen, DecodedAnswer Decoded, IReadOnlyList<SimilarAnswer> Similar, IReadOnlyList<GuessAnswer> Guess);

/// <summary>Codes of what isn't in the set: drawings and pictures.</summary>
internal static class EncodingArea
{
    public static void MapEncoding(this IEndpointRouteBuilder api)
    {
        api.MapPost("/members/{member:int}/encode", Encode).WithSummary("The code of an image: its D values, a byte each, channel by channel.")
            .WithMetadata(new BodyLimit());
        api.MapPost("/members/{member:int}/encode-picture", EncodePicture).WithSummary("The code of a picture: the bytes of its file.")
            .WithMetadata(new BodyLimit()).RequireRateLimiting(Limits.Uploads);
    }

    private static async Task<Ok<EncodedAnswer>> Encode(int member, Stream body, Exploration exploration, FeatureNotes notes, CancellationToken cancellation)
    {
        MemberView view = exploration.Member(member);
        ImageShape shape = exploration.Shape;
        if (!shape.IsImage)
            throw new InputException($"The model takes {shape}, which can't be drawn.");
        // One byte more tells that there are too many; the rest isn't kept, for unlike pictures' files drawings come many at a time.
        var bytes = new byte[shape.Length + 1];
        int read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return read == shape.Length
            ? TypedResults.Ok(Answer(view, Array.ConvertAll(bytes[..read], value => value / 255f), exploration, notes))
            : throw new InputException($"An image of this model has {shape.Length} bytes ({shape}), not {(read < shape.Length ? $"{read}" : "more")}.");
    }

    private static async Task<Ok<EncodedAnswer>> EncodePicture(int member, Stream body, Exploration exploration, FeatureNotes notes, CancellationToken cancellation)
    {
        MemberView view = exploration.Member(member);
        byte[] file = await ReadAsync(body, cancellation);
        if (file.Length == 0)
            throw new InputException("The file is empty.");
        float[] values = QueryPicture.Read(file, new PictureSource("The file", Limits.MostPixels), exploration.Shape, exploration.Source.Reading);
        return TypedResults.Ok(Answer(view, values, exploration, notes));
    }

    /// <summary>All of a body; the server stops it at <see cref="BodyLimit"/>, whatever its header says.</summary>
    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellation)
    {
        using var read = new MemoryStream();
        await body.CopyToAsync(read, cancellation);
        return read.ToArray();
    }

    private static EncodedAnswer Answer(MemberView view, float[] values, Exploration exploration, FeatureNotes notes)
    {
        var (features, activations) = view.Autoencoder.Encode(values, exploration.Workers);
        // A selected feature of activation 0, as of an empty drawing, is none.
        features = [.. features.Where((_, slot) => activations[slot] != 0)];
        activations = [.. activations.Where(activation => activation != 0)];
        IReadOnlyList<SimilarImage> found = CodeAnswers.Search(view, features, activations);
        ImageSet images = exploration.Images;
        return new EncodedAnswer(Pictures.Inline(Pictures.OfImage(values, values, exploration.Shape)), CodeAnswers.Decode(view, notes, features, activations, values),
            CodeAnswers.Like(found, images),
            images.HasLabels ? [.. ClassVote.Of(found.Take(ClassVote.Voters), images).Select(one => new GuessAnswer(one.Class, one.Share))] : []);
    }

    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Limits.LargestUpload;
    }
}
