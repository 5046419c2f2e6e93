namespace Tangram.Explorer;

/// <summary>Which of a feature's weights; with tied weights they are the same.</summary>
internal enum FeatureSide
{
    /// <summary>What it adds to a reconstruction: its row of the decoder matrix.</summary>
    Adds,

    /// <summary>What it looks for: its row of the encoder matrix.</summary>
    LooksFor,
}

/// <summary>Pictures of images and features. Addresses carry the run's version, so browsers keep what they have seen.</summary>
internal static class PicturesArea
{
    public static void MapPictures(this IEndpointRouteBuilder api)
    {
        api.MapGet("/images/{image:int}/picture", Image).WithSummary("An image as PNG.").Produces(StatusCodes.Status200OK, contentType: "image/png");
        api.MapGet("/members/{member:int}/features/{feature:int}/picture", Feature).WithSummary("A feature's weights as PNG.")
            .Produces(StatusCodes.Status200OK, contentType: "image/png");
    }

    private static FileContentHttpResult Image(int image, Exploration exploration, HttpResponse response)
    {
        float[] values = exploration.Image(image);
        return Keep(response, Pictures.OfImage(values, values, exploration.Shape));
    }

    private static FileContentHttpResult Feature(int member, int feature, Exploration exploration, HttpResponse response, string look = "usual", string side = "adds")
    {
        SparseAutoencoder autoencoder = exploration.Autoencoder(member);
        autoencoder.CheckFeature(feature);
        float[] weights = Checks.Choice<FeatureSide>(side) == FeatureSide.Adds ? autoencoder.Feature(feature) : autoencoder.Detector(feature);
        return Keep(response, Pictures.OfFeature(weights, exploration.Shape, Checks.Choice<FeatureLook>(look)));
    }

    private static FileContentHttpResult Keep(HttpResponse response, byte[] png)
    {
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Bytes(png, "image/png");
    }
}
