using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StbImageSharp;

namespace Tangram.Tests;

/// <summary>Answers about images and codes, against the library's own encoding, decoding and search.</summary>
public sealed class ImagesAreaTests
{
    [Fact]
    public async Task An_image_comes_with_its_code_reconstruction_and_similar_images()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        SparseAutoencoder autoencoder = served.Exploration.Ensemble[1];
        float[] image = served.Exploration.Image(5);
        var (features, activations) = autoencoder.Encode(image);
        JsonElement answer = await served.GetAsync("/api/members/1/images/5"), decoded = answer.GetProperty("decoded"), comparison = decoded.GetProperty("comparison");

        double[] norms = [.. features.Select((feature, slot) => Math.Abs(activations[slot]) * Math.Sqrt(autoencoder.Feature(feature).Sum(weight => (double)weight * weight)))];
        int[] order = [.. Enumerable.Range(0, features.Length).OrderByDescending(slot => norms[slot])];
        JsonElement[] code = [.. decoded.GetProperty("code").EnumerateArray()];
        Assert.Equal(order.Select(slot => features[slot]), code.Select(one => one.GetProperty("feature").GetInt32()));
        Assert.All(code.Zip(order), one => Assert.Equal(activations[one.Second], one.First.GetProperty("activation").GetSingle(), 1e-5f));
        Assert.All(code.Zip(order), one => Assert.Equal(norms[one.Second], one.First.GetProperty("contribution").GetDouble(), 1e-4));

        float[] mse = [.. comparison.GetProperty("mseByCount").EnumerateArray().Select(one => one.GetSingle())];
        JsonElement[] pearson = [.. comparison.GetProperty("pearsonByCount").EnumerateArray()];
        Assert.Equal(JsonValueKind.Null, pearson[0].ValueKind); // nothing correlates with black
        for (int n = 0; n <= features.Length; n++)
        {
            float[] reconstruction = autoencoder.Decode([.. order.Take(n).Select(slot => features[slot])], [.. order.Take(n).Select(slot => activations[slot])]);
            Assert.Equal(Correlation.SquaredError(image, reconstruction) / image.Length, mse[n], 1e-5);
            if (n > 0)
                Assert.Equal(Correlation.Pearson(image, reconstruction), pearson[n].GetDouble(), 1e-3);
        }
        Assert.Equal(mse[^1], comparison.GetProperty("mse").GetDouble(), 1e-5);

        IReadOnlyList<SimilarImage> similar = served.Exploration.Member(1).Index.Search(features, activations, 24, except: 5);
        Assert.Equal(similar.Select(one => one.Image), answer.GetProperty("similar").EnumerateArray().Select(one => one.GetProperty("image").GetInt32()));
        Assert.Equal(served.Exploration.Images.Label(5), answer.GetProperty("class").GetInt32());
    }

    [Fact]
    public async Task Any_code_is_decoded_whole_or_by_its_first_features()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        SparseAutoencoder autoencoder = served.Exploration.Ensemble[0];
        int[] features = [90, 3, 17];
        float[] activations = [0.1f, -2, 1.5f];
        float[] image = served.Exploration.Image(2), whole = autoencoder.Decode(features, activations), first = autoencoder.Decode([3], [-2]);

        JsonElement answer = await PostAsync(served, "decode", new { features, activations, image = 2 });
        AssertShows(whole, answer.GetProperty("reconstruction").GetString()!, served.Exploration.Shape);
        Assert.Equal(Correlation.SquaredError(image, whole) / image.Length, answer.GetProperty("comparison").GetProperty("mse").GetDouble(), 1e-9);
        Assert.Equal(Correlation.Pearson(image, whole), answer.GetProperty("comparison").GetProperty("pearson").GetDouble(), 1e-6);

        int strongest = answer.GetProperty("code")[0].GetProperty("feature").GetInt32();
        Assert.Equal(3, strongest);
        JsonElement part = await PostAsync(served, "decode", new { features, activations, first = 1 });
        AssertShows(first, part.GetProperty("reconstruction").GetString()!, served.Exploration.Shape);
        Assert.Equal(JsonValueKind.Null, part.GetProperty("comparison").ValueKind);
    }

    [Fact]
    public async Task Images_like_an_edit_are_those_that_the_index_finds()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        int[] alive = [.. Enumerable.Range(0, 200).Where(feature => served.Exploration.Member(0).Use[feature].Frequency > 0.05).Take(2)];
        JsonElement answer = await PostAsync(served, "similar", new { features = alive.Reverse(), activations = new[] { 1, 2f } });
        IReadOnlyList<SimilarImage> expected = served.Exploration.Member(0).Index.Search(alive, [2, 1], 24);
        Assert.Equal(expected.Select(one => (one.Image, one.Cosine)), answer.EnumerateArray().Select(one => (one.GetProperty("image").GetInt32(), one.GetProperty("cosine").GetDouble())));
    }

    [Theory]
    [InlineData("""{"features":[1,2],"activations":[1]}""", "as many activations")]
    [InlineData("""{"features":null,"activations":null}""", "as many activations")]
    [InlineData("""{"features":[1,1],"activations":[1,2]}""", "twice")]
    [InlineData("""{"features":[1],"activations":[1e39]}""", "must be numbers")]
    [InlineData("""{"features":[1],"activations":[-1e7]}""", "must be numbers")]
    [InlineData("""{"features":[1],"activations":["NaN"]}""", "")]
    [InlineData("""{"features":[1],"activations":[NaN]}""", "")]
    [InlineData("""{"features":[1],"activations":[1],"first":-1}""", "negative")]
    [InlineData("[", "")]
    public async Task A_code_that_is_none_is_refused_in_a_sentence(string body, string words)
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        Assert.Contains(words, await served.RefusedAsync(HttpStatusCode.BadRequest, Post("decode", body)), StringComparison.Ordinal);
        Assert.NotEmpty(await served.RefusedAsync(HttpStatusCode.BadRequest, Post("similar", body)));
    }

    [Fact]
    public async Task What_isnt_there_is_said()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        Assert.Contains("no feature 120", await served.RefusedAsync(HttpStatusCode.NotFound, Post("decode", """{"features":[120],"activations":[1]}""")), StringComparison.Ordinal);
        Assert.Contains("no image 600", await served.RefusedAsync(HttpStatusCode.NotFound, Post("decode", """{"features":[],"activations":[],"image":600}""")), StringComparison.Ordinal);
        Assert.Contains("no image -7", await served.RefusedAsync(HttpStatusCode.NotFound, Post("similar", """{"features":[1],"activations":[1],"image":-7}""")), StringComparison.Ordinal);
        Assert.Contains("no image 600", await served.RefusedAsync(HttpStatusCode.NotFound, "/api/members/0/images/600"), StringComparison.Ordinal);
        Assert.Contains("no member 1", await served.RefusedAsync(HttpStatusCode.NotFound, "/api/members/1/images/0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no labels")]
    [InlineData("all dead")]
    [InlineData("one image")]
    [InlineData("rows")]
    [InlineData("all options")]
    public async Task Degenerate_runs_answer_too(string kind)
    {
        await using ServedRun served = await ServedRun.StartAsync(SmallRun.Of(kind));
        JsonElement answer = await served.GetAsync("/api/members/0/images/0");
        Assert.Equal(served.Exploration.Member(0).Codes[0].Features.Length, answer.GetProperty("decoded").GetProperty("code").GetArrayLength());
        JsonElement empty = await PostAsync(served, "decode", new { features = Array.Empty<int>(), activations = Array.Empty<float>(), image = 0 });
        AssertShows(served.Exploration.Ensemble[0].Decode([], []), empty.GetProperty("reconstruction").GetString()!, served.Exploration.Shape);
        Assert.Equal(0, (await PostAsync(served, "similar", new { features = Array.Empty<int>(), activations = Array.Empty<float>() })).GetArrayLength());
        JsonElement classes = await served.GetAsync("/api/images/classes");
        Assert.Equal(served.Exploration.Images.HasLabels ? served.Exploration.Images.Count : 0, classes.GetArrayLength());
    }

    /// <summary>Asserts that an inline picture has the pixels of an image's values.</summary>
    internal static void AssertShows(float[] values, string picture, ImageShape shape)
    {
        const string Prefix = "data:image/png;base64,";
        Assert.StartsWith(Prefix, picture, StringComparison.Ordinal);
        ImageResult shown = ImageResult.FromMemory(Convert.FromBase64String(picture[Prefix.Length..]), ColorComponents.RedGreenBlue);
        if (!shape.IsImage)
            return;
        Assert.Equal((shape.Width, shape.Height), (shown.Width, shown.Height));
        int area = shape.Width * shape.Height;
        for (int pixel = 0; pixel < area; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
                Assert.InRange((Math.Clamp(values[(channel % shape.Channels * area) + pixel], 0, 1) * 255) - shown.Data[(3 * pixel) + channel], -0.51, 0.51);
        }
    }

    private static HttpRequestMessage Post(string what, string body) =>
        new(HttpMethod.Post, $"/api/members/0/{what}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static async Task<JsonElement> PostAsync(ServedRun served, string what, object body)
    {
        using HttpResponseMessage response = await served.Client.PostAsJsonAsync($"/api/members/0/{what}", body, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
