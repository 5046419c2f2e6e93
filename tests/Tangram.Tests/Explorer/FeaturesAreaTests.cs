using System.Net;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>What the server says of features, against plain counts over the codes; and runs that lack something.</summary>
public sealed class FeaturesAreaTests
{
    [Fact]
    public async Task All_features_have_their_frequency_mean_and_selectivity()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        JsonElement rows = await run.GetAsync("/api/members/1/features");
        SparseCodes codes = Codes(run, 1);
        var profile = new ClassProfile(codes, run.Exploration.Images);
        Assert.Equal(codes.Features, rows.GetArrayLength());
        foreach (JsonElement row in rows.EnumerateArray())
        {
            int feature = row.GetProperty("feature").GetInt32();
            float[] activations = [.. Users(codes, feature).Select(one => one.Activation)];
            Assert.Equal((double)activations.Length / codes.Count, row.GetProperty("frequency").GetDouble(), 1e-12);
            Assert.Equal(activations.Length == 0 ? 0 : activations.Average(value => (double)value), row.GetProperty("meanActivation").GetDouble(), 1e-6);
            Assert.Equal(Explorer.Numbers.Finite(profile.SelectivityAtLeast(feature)), NumberOf(row.GetProperty("selectivity")));
            Assert.Equal(activations.Length == 0, row.GetProperty("kind").ValueKind == JsonValueKind.Null);
        }
    }

    [Fact]
    public async Task A_feature_has_its_images_classes_and_relatives()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        SparseCodes codes = Codes(run, 0);
        int feature = Enumerable.Range(0, codes.Features).MaxBy(one => Users(codes, one).Count);
        List<ImageActivation> users = Users(codes, feature);
        JsonElement answer = await run.GetAsync($"/api/members/0/features/{feature}");

        Assert.Equal(users.Count, answer.GetProperty("images").GetInt32());
        Assert.Equal(users.OrderByDescending(one => one.Activation).ThenBy(one => one.Image).Take(24), Images(answer.GetProperty("top")));
        Assert.Equal(5, answer.GetProperty("bands").GetArrayLength());
        Assert.Equal(12, Images(answer.GetProperty("random")).Intersect(users).Count());
        JsonElement histogram = answer.GetProperty("histogram");
        Assert.Equal(users.Count, histogram.GetProperty("counts").EnumerateArray().Sum(count => count.GetInt32()));
        Assert.Equal((users.Min(one => one.Activation), users.Max(one => one.Activation)), (histogram.GetProperty("smallest").GetSingle(), histogram.GetProperty("largest").GetSingle()));
        ImageSet images = run.Exploration.Images;
        foreach (JsonElement shown in answer.GetProperty("classes").EnumerateArray())
        {
            int label = shown.GetProperty("label").GetInt32();
            ImageActivation[] ofClass = [.. users.Where(one => images.Label(one.Image) == label)];
            Assert.Equal((double)ofClass.Length / Enumerable.Range(0, images.Count).Count(image => images.Label(image) == label), shown.GetProperty("share").GetDouble(), 1e-12);
            Assert.Equal(ofClass.Length == 0 ? 0 : ofClass.Average(one => (double)one.Activation), shown.GetProperty("meanActivation").GetDouble(), 1e-6);
        }
        Assert.Equal(images.ClassNames.Count, answer.GetProperty("classes").GetArrayLength());
        Assert.Equal(Features(answer.GetProperty("alike")), run.Exploration.Member(0).Index.Alike(feature).Take(12).Select(one => one.Feature));
        Assert.Equal(Features(answer.GetProperty("together")), run.Exploration.Member(0).Index.Together(feature).Take(12).Select(one => one.Feature));
        float[] weights = run.Exploration.Ensemble[0].Feature(feature);
        JsonElement signed = answer.GetProperty("adds")[0];
        Assert.Equal(("signed", (double)weights.Max(Math.Abs)), (signed.GetProperty("look").GetString(), signed.GetProperty("high").GetDouble()));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("looksFor").ValueKind);

        JsonElement matches = await run.GetAsync($"/api/members/0/features/{feature}/matches");
        Assert.Equal([1], matches.EnumerateArray().Select(one => one.GetProperty("member").GetInt32()));
        Assert.Equal(MatchedFeatures.Of(weights, run.Exploration.Ensemble[1], 4).Select(one => one.Feature), Features(matches[0].GetProperty("features")));
    }

    [Fact]
    public async Task Removal_shows_pictures_before_and_after_and_what_it_costs()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Shapes.Open());
        MemberView view = run.Exploration.Member(0);
        int feature = Enumerable.Range(0, view.Features).MaxBy(one => view.Use[one].Frequency);
        JsonElement answer = await run.GetAsync($"/api/members/0/features/{feature}/removal");
        RemovalEffect effect = RemovalEffect.Of(view.Autoencoder, view.Codes, run.Exploration.Images, view.Index, feature, TestContext.Current.CancellationToken);
        Assert.Equal((effect.Images, effect.ErrorBefore, effect.ErrorAfter, effect.Helped), (answer.GetProperty("images").GetInt32(),
            answer.GetProperty("errorBefore").GetDouble(), answer.GetProperty("errorAfter").GetDouble(), answer.GetProperty("helped").GetDouble()));
        Assert.Equal(view.Index.Top(feature, 3), Images(answer.GetProperty("strongest")));
        Assert.Equal(3, answer.GetProperty("typical").GetArrayLength());
        foreach (JsonElement one in answer.GetProperty("strongest").EnumerateArray())
        {
            string[] pictures = [.. new[] { "before", "after", "difference" }.Select(name => one.GetProperty(name).GetString()!)];
            Assert.All(pictures, picture => Assert.StartsWith("data:image/png;base64,iVBOR", picture, StringComparison.Ordinal));
            Assert.Equal(3, pictures.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Theory]
    [InlineData("/api/members/0/features/200", "There is no feature 200; this model's features are 0 … 199.")]
    [InlineData("/api/members/0/features/-1/removal", "There is no feature -1; this model's features are 0 … 199.")]
    [InlineData("/api/members/0/features/200/matches", "There is no feature 200; this model's features are 0 … 199.")]
    [InlineData("/api/members/2/features/0", "There is no member 2; this run's members are 0 … 1.")]
    [InlineData("/api/members/2/features", "There is no member 2; this run's members are 0 … 1.")]
    public async Task Wrong_numbers_are_told_in_a_sentence(string path, string expected)
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open());
        Assert.Equal(expected, await run.RefusedAsync(HttpStatusCode.NotFound, path));
    }

    [Theory]
    [MemberData(nameof(SmallRun.Kinds), MemberType = typeof(SmallRun))]
    public async Task Every_feature_of_every_run_has_answers(string kind)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of(kind));
        bool isUntied = run.Exploration.Ensemble.Options.Untied;
        int rows = (await run.GetAsync("/api/members/0/features")).GetArrayLength();
        Assert.Equal(run.Exploration.Ensemble.Options.Features, rows);
        for (int feature = 0; feature < rows; feature++)
        {
            string path = $"/api/members/0/features/{feature}";
            JsonElement answer = await run.GetAsync(path), removal = await run.GetAsync($"{path}/removal");
            int images = answer.GetProperty("images").GetInt32();
            Assert.Equal(Math.Min(images, 24), answer.GetProperty("top").GetArrayLength());
            Assert.Equal(Math.Min(images, 3), removal.GetProperty("strongest").GetArrayLength());
            Assert.Equal(images, removal.GetProperty("images").GetInt32());
            Assert.Equal(isUntied, answer.GetProperty("looksFor").ValueKind != JsonValueKind.Null);
            Assert.Equal(run.Exploration.Ensemble.Count - 1, (await run.GetAsync($"{path}/matches")).GetArrayLength());
            if (feature % 10 != 0)
                continue;
            foreach (JsonElement scale in answer.GetProperty("adds").EnumerateArray())
                await AssertPictureAsync(run, $"{path}/picture?look={scale.GetProperty("look").GetString()}&side=looksFor");
        }
    }

    [Theory]
    [InlineData("look=purple", "choose one of usual, signed, colour, mean, red, green, blue")]
    [InlineData("side=outside", "choose one of adds, looksFor")]
    public async Task A_picture_of_another_kind_is_refused(string query, string expected)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.Contains(expected, await run.RefusedAsync(HttpStatusCode.BadRequest, $"/api/members/0/features/0/picture?{query}"), StringComparison.Ordinal);
    }

    private static async Task AssertPictureAsync(ServedRun run, string path)
    {
        using HttpResponseMessage response = await run.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "image/png"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    private static SparseCodes Codes(ServedRun run, int member) => run.Exploration.Ensemble[member].Encode(run.Exploration.Images, cancellation: TestContext.Current.CancellationToken);

    private static List<ImageActivation> Users(SparseCodes codes, int feature)
    {
        var users = new List<ImageActivation>();
        for (int image = 0; image < codes.Count; image++)
        {
            var (features, activations) = codes[image];
            int slot = features.Span.IndexOf(feature);
            if (slot >= 0 && activations.Span[slot] != 0)
                users.Add(new ImageActivation(image, activations.Span[slot]));
        }
        return users;
    }

    private static IEnumerable<ImageActivation> Images(JsonElement list) =>
        list.EnumerateArray().Select(one => new ImageActivation(one.GetProperty("image").GetInt32(), one.GetProperty("activation").GetSingle()));

    private static IEnumerable<int> Features(JsonElement list) => list.EnumerateArray().Select(one => one.GetProperty("feature").GetInt32());

    private static double? NumberOf(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();
}
