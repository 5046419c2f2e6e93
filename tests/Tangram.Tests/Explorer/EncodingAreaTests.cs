using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>Codes of drawings and uploaded pictures: what the library says of the same values, and refusals of what isn't a picture.</summary>
public sealed class EncodingAreaTests
{
    [Fact]
    public async Task A_drawing_is_encoded_as_the_library_does()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        byte[] drawn = [.. served.Exploration.Image(7).Select(value => (byte)Math.Round(value * 255))];
        float[] values = Array.ConvertAll(drawn, value => value / 255f);
        var (features, activations) = served.Exploration.Ensemble[0].Encode(values);
        JsonElement answer = await PostAsync(served, "encode", drawn);
        Assert.Equal(features.Zip(activations).Where(one => one.Second != 0).OrderBy(one => one.First), Code(answer).OrderBy(one => one.Feature));
        ImagesAreaTests.AssertShows(values, answer.GetProperty("seen").GetString()!, served.Exploration.Shape);
        ImagesAreaTests.AssertShows(served.Exploration.Ensemble[0].Decode(features, activations), answer.GetProperty("decoded").GetProperty("reconstruction").GetString()!,
            served.Exploration.Shape);
        // The drawing is image 7.
        Assert.Equal(7, answer.GetProperty("similar")[0].GetProperty("image").GetInt32());

        SimilarImage[] voters = [.. served.Exploration.Member(0).Index.Search(features, activations, 50)];
        double all = voters.Sum(one => Math.Max(0, one.Cosine));
        foreach (JsonElement guess in answer.GetProperty("guess").EnumerateArray())
        {
            double share = voters.Where(one => served.Exploration.Images.Label(one.Image) == guess.GetProperty("class").GetInt32()).Sum(one => Math.Max(0, one.Cosine)) / all;
            Assert.Equal(share, guess.GetProperty("share").GetDouble(), 1e-9);
        }
        Assert.Equal(1, answer.GetProperty("guess").EnumerateArray().Sum(one => one.GetProperty("share").GetDouble()), 1e-9);
    }

    [Fact]
    public async Task An_empty_drawing_has_an_empty_code()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        JsonElement answer = await PostAsync(served, "encode", new byte[784]);
        Assert.Empty(Code(answer));
        Assert.Equal(0, answer.GetProperty("similar").GetArrayLength() + answer.GetProperty("guess").GetArrayLength());
    }

    [Fact]
    public async Task A_picture_is_fitted_and_encoded()
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        byte[] file = TestPng.Encode(60, 48, TestPng.Rgb, 8, interlace: false, (x, y, channel) => (x + (3 * y * (channel + 1))) % 256);
        JsonElement answer = await PostAsync(served, "encode-picture", file);
        float[] values = QueryPicture.Read(file, new PictureSource("The file"), served.Exploration.Shape, served.Exploration.Source.Reading);
        var (features, activations) = served.Exploration.Ensemble[0].Encode(values);
        Assert.Equal(features.Zip(activations).OrderBy(one => one.First), Code(answer).OrderBy(one => one.Feature));
        ImagesAreaTests.AssertShows(values, answer.GetProperty("seen").GetString()!, served.Exploration.Shape);
    }

    [Theory]
    [InlineData(783)]
    [InlineData(785)]
    [InlineData(0)]
    public async Task A_drawing_of_another_size_is_refused(int length)
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        Assert.Contains("784 bytes", await served.RefusedAsync(HttpStatusCode.BadRequest, Post("encode", new byte[length])), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], string> Broken()
    {
        byte[] good = TestPng.Encode(30, 30, TestPng.Grey, 8, interlace: false, (x, y, _) => (x * y) % 256);
        return new TheoryData<string, byte[], string>
        {
            { "nothing", [], "empty" },
            { "truncated", good[..^20], "The file is a broken picture" },
            { "bomb", TestPng.Encode(30_000, 30_000, TestPng.Rgb, 8, false, new byte[100]), "at most 40,000,000 pixels" },
            { "just above the limit", TestPng.Encode(8_000, 5_001, TestPng.Grey, 8, false, new byte[100]), "at most 40,000,000 pixels" },
            { "fewer rows", TestPng.Encode(64, 64, TestPng.Rgb, 8, false, new byte[100]), "fewer pixels" },
            { "SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray(), "is not a picture that tangram reads" },
            { "text", "7"u8.ToArray(), "is not a picture that tangram reads" },
            { "JSON", """{"path":"/etc/hostname"}"""u8.ToArray(), "is not a picture that tangram reads" },
            { "JPEG's beginning", [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[300]], "The file is a" },
            { "small", TestPng.Encode(3, 3, TestPng.Grey, 8, interlace: false, (_, _, _) => 9), "The file is 3×3, too small" },
        };
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_picture_is_refused_in_a_sentence(string kind, byte[] file, string words)
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        string said = await served.RefusedAsync(HttpStatusCode.BadRequest, Post("encode-picture", file));
        Assert.True(said.Contains(words, StringComparison.Ordinal), $"{kind}: {said}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Too_many_bytes_are_refused_whatever_the_header_says(bool chunked)
    {
        await using ServedRun served = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        using HttpRequestMessage request = Post("encode-picture", new byte[Limits.LargestUpload + 1]);
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;
        Assert.Contains("too large", await served.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_can_neither_be_drawn_nor_uploaded()
    {
        await using ServedRun served = await ServedRun.StartAsync(SmallRun.Of("rows"));
        Assert.Contains("can't be drawn", await served.RefusedAsync(HttpStatusCode.BadRequest, Post("encode", new byte[20])), StringComparison.Ordinal);
        byte[] file = TestPng.Encode(30, 30, TestPng.Grey, 8, interlace: false, (_, _, _) => 9);
        Assert.Contains("rows of 20", await served.RefusedAsync(HttpStatusCode.BadRequest, Post("encode-picture", file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no labels")]
    [InlineData("all dead")]
    [InlineData("one image")]
    [InlineData("all options")]
    public async Task Degenerate_runs_answer_too(string kind)
    {
        await using ServedRun served = await ServedRun.StartAsync(SmallRun.Of(kind));
        byte[] drawn = [.. Enumerable.Range(0, served.Exploration.Shape.Length).Select(index => (byte)(index * 37))];
        JsonElement answer = await PostAsync(served, "encode", drawn);
        var (features, activations) = served.Exploration.Ensemble[0].Encode(Array.ConvertAll(drawn, value => value / 255f));
        Assert.Equal(features.Where((_, slot) => activations[slot] != 0), Code(answer).Select(one => one.Feature).Order());
        Assert.True(served.Exploration.Images.HasLabels || answer.GetProperty("guess").GetArrayLength() == 0);
    }

    private static IEnumerable<(int Feature, float Activation)> Code(JsonElement answer) => answer.GetProperty("decoded").GetProperty("code").EnumerateArray()
        .Select(one => (one.GetProperty("feature").GetInt32(), one.GetProperty("activation").GetSingle()));

    private static HttpRequestMessage Post(string what, byte[] body) => new(HttpMethod.Post, $"/api/members/0/{what}") { Content = new ByteArrayContent(body) };

    private static async Task<JsonElement> PostAsync(ServedRun served, string what, byte[] body)
    {
        using HttpRequestMessage request = Post(what, body);
        using HttpResponseMessage response = await served.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }
}
