using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>What a browser has to fetch.</summary>
public sealed class BundleTests
{
    [Fact]
    public async Task All_pages_together_are_sent_in_under_300_kB()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        long sent = 0;
        foreach (string path in Paths())
            sent += (await GetAsync(run, path, "gzip, deflate")).Content.Length;
        Assert.InRange(sent, 10_000, 300_000);
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("br;q=0.5, gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    [InlineData("gzip;q=0", null)]
    [InlineData(null, null)]
    public async Task Pages_and_answers_are_compressed_as_the_browser_takes_them(string? accepted, string? coding)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        string script = Paths().First(path => path.EndsWith(".js", StringComparison.Ordinal));
        foreach (string path in new[] { "/", "/features", script, "/api/members/0/features" })
        {
            var (headers, all, content) = await GetAsync(run, path, accepted);
            Assert.Equal(coding is null ? [] : [coding], headers.ContentEncoding);
            byte[] plain = coding switch { "br" => Inflate(new BrotliStream(Stream(content), CompressionMode.Decompress)), "gzip" => Inflate(new GZipStream(Stream(content), CompressionMode.Decompress)), _ => content };
            Assert.Equal((await GetAsync(run, path, null)).Content, plain);
            if (coding is not null || !path.StartsWith("/api", StringComparison.Ordinal))
                Assert.Contains("Accept-Encoding", all.Vary, StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_that_a_browser_has_is_not_sent_again_but_each_form_of_it_is_another()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        string[] tags = [(await GetAsync(run, "/", null)).All.ETag!.Tag, (await GetAsync(run, "/", "gzip")).All.ETag!.Tag, (await GetAsync(run, "/", "br")).All.ETag!.Tag];
        Assert.Distinct(tags, StringComparer.Ordinal);
        foreach ((string known, HttpStatusCode status) in new[] { (tags[1], HttpStatusCode.NotModified), (tags[0], HttpStatusCode.OK), ("\"another\"", HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.AcceptEncoding.ParseAdd("gzip");
            request.Headers.IfNoneMatch.ParseAdd(known);
            using HttpResponseMessage response = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(status, response.StatusCode);
            Assert.Equal(tags[1], response.Headers.ETag?.Tag);
            Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task Pictures_are_sent_as_they_are()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.Empty((await GetAsync(run, "/api/images/0/picture", "gzip, br")).Headers.ContentEncoding);
    }

    private static IEnumerable<string> Paths() => typeof(WebPages).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("web/", StringComparison.Ordinal) && !name.EndsWith(".br", StringComparison.Ordinal) && !name.EndsWith(".gz", StringComparison.Ordinal)).Select(name => name["web".Length..]);

    private static async Task<(HttpContentHeaders Headers, HttpResponseHeaders All, byte[] Content)> GetAsync(ServedRun run, string path, string? accepted)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted is not null)
            request.Headers.AcceptEncoding.ParseAdd(accepted);
        HttpResponseMessage response = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (response.Content.Headers, response.Headers, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static MemoryStream Stream(byte[] content) => new(content);

    private static byte[] Inflate(Stream compressed)
    {
        using var plain = new MemoryStream();
        using (compressed)
            compressed.CopyTo(plain);
        return plain.ToArray();
    }
}
