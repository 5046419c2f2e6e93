using System.Net;
using System.Net.Http.Headers;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>Who is let in, and what browsers are told.</summary>
public sealed class SafetyTests
{
    private const string Token = "a-token-for-tests";

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.2")]
    public async Task A_foreign_name_is_refused(string host)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        foreach (string path in new[] { "/", "/api/run" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            Assert.Contains("doesn't answer to that name", await run.RefusedAsync(HttpStatusCode.MisdirectedRequest, request), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("LOCALHOST")]
    public async Task Its_own_names_are_answered(string host)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/run");
        request.Headers.Host = $"{host}:{run.Address.Port}";
        using HttpResponseMessage response = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task What_another_sites_page_sends_is_refused(string header, string value)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        foreach (HttpMethod method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Put })
        {
            using var request = new HttpRequestMessage(method, "/api/run");
            request.Headers.Add(header, value);
            Assert.Contains("other sites", await run.RefusedAsync(HttpStatusCode.Forbidden, request), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/", "cross-site", HttpStatusCode.OK)]
    [InlineData("/", "same-site", HttpStatusCode.OK)]
    [InlineData("/api/run", "cross-site", HttpStatusCode.Forbidden)]
    public async Task A_link_from_another_site_leads_to_a_page_and_to_nothing_else(string path, string site, HttpStatusCode status)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Sec-Fetch-Site", site);
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        using HttpResponseMessage response = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/run")]
    [InlineData("/api/nothing")]
    public async Task Browsers_may_load_nothing_but_the_servers_own_files(string path)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        using HttpResponseMessage response = await run.Client.GetAsync(path, TestContext.Current.CancellationToken);
        string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task With_a_token_only_who_knows_it_is_answered()
    {
        await using ServedRun run = await ServedRun.StartAsync(Open(), new ExplorerOptions { Token = Token });
        foreach (string path in new[] { "/", "/features", "/api/run", "/api/openapi.json", "/icon.svg", "/api/run?token=another" })
            Assert.Contains("token", await run.RefusedAsync(HttpStatusCode.Unauthorized, path), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/run");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using HttpResponseMessage response = await run.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task The_printed_address_lets_a_browser_in_and_leaves_no_token_in_its_address_bar()
    {
        await using ServedRun run = await ServedRun.StartAsync(Open(), new ExplorerOptions { Token = Token });
        Assert.Equal($"?token={Token}", run.Address.Query);
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = run.Client.BaseAddress };
        using HttpResponseMessage response = await client.GetAsync($"/features?sort=mean&token={Token}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/features?sort=mean", response.Headers.Location?.OriginalString);
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using HttpResponseMessage astray = await stranger.GetAsync(new Uri($"{run.Client.BaseAddress}/elsewhere.example/?token={Token}"), TestContext.Current.CancellationToken);
        Assert.Equal("/elsewhere.example/", astray.Headers.Location?.OriginalString);
        string cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        // The handler keeps the cookie, as a browser does.
        using HttpResponseMessage next = await client.GetAsync("/api/run", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData("/\\elsewhere.example/x", "/%5Celsewhere.example/x")]
    [InlineData("/%5Celsewhere.example/x", "/%5Celsewhere.example/x")]
    [InlineData("/%5C%5Celsewhere.example/x", "/%5C%5Celsewhere.example/x")]
    [InlineData("//elsewhere.example/x", "/elsewhere.example/x")]
    [InlineData("/%2F%2Felsewhere.example/x", "/%2F%2Felsewhere.example/x")]
    [InlineData("/%09/elsewhere.example/x", "/%09/elsewhere.example/x")]
    [InlineData("/%C3%A9", "/%C3%A9")]
    [InlineData("/a%20b%0D%0ASet-Cookie:x", "/a%20b%0D%0ASet-Cookie:x")]
    public async Task Who_enters_stays_on_this_server_whatever_the_path(string path, string target)
    {
        await using ServedRun run = await ServedRun.StartAsync(Open(), new ExplorerOptions { Token = Token });
        string[] answer = await RawAsync(run, $"{path}?token={Token}");
        Assert.StartsWith("HTTP/1.1 302", answer[0], StringComparison.Ordinal);
        string location = Assert.Single(answer, line => line.StartsWith("Location:", StringComparison.Ordinal))["Location: ".Length..];
        Assert.Equal(target, location);
        Assert.Equal(run.Client.BaseAddress!.Authority, new Uri(run.Client.BaseAddress, location).Authority);
    }

    [Theory]
    [InlineData("a&b=c")]
    [InlineData("#1+2")]
    [InlineData("100 %/?")]
    [InlineData("密码é")]
    public async Task Any_token_opens_the_printed_address(string token)
    {
        await using ServedRun run = await ServedRun.StartAsync(Open(), new ExplorerOptions { Token = token });
        string printed = run.Address.AbsoluteUri;
        Assert.True(printed.All(char.IsAscii) && !printed.Contains(' ', StringComparison.Ordinal), printed);
        using HttpResponseMessage response = await run.Client.GetAsync(new Uri(printed), TestContext.Current.CancellationToken); // follows, with the cookie
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/", response.RequestMessage!.RequestUri!.PathAndQuery);
    }

    [Theory]
    [InlineData("0.0.0.0", "needs a token")]
    [InlineData("::", "needs a token")]
    [InlineData("example.org", "is not an address to listen on")]
    [InlineData("", "is not an address to listen on")]
    public async Task It_doesnt_listen_where_strangers_get_in(string host, string words)
    {
        using Exploration exploration = Open();
        InputException refused = await Assert.ThrowsAsync<InputException>(() => ExplorerServer.StartAsync(exploration, new ExplorerOptions { Host = host, Port = 0 },
            TestContext.Current.CancellationToken));
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_said_where_it_was_asked_for()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        using Exploration exploration = Open();
        InputException refused = await Assert.ThrowsAsync<InputException>(() => ExplorerServer.StartAsync(exploration, new ExplorerOptions { Port = run.Address.Port },
            TestContext.Current.CancellationToken));
        Assert.Contains("give another --port", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/../../../../etc/passwd")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/assets/../../run.json")]
    [InlineData("/run.json")]
    [InlineData("/api/../run.json")]
    public async Task No_address_leads_to_a_file(string path)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        using HttpResponseMessage response = await run.Client.GetAsync(new Uri(run.Client.BaseAddress + path.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }),
            TestContext.Current.CancellationToken);
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
        Assert.DoesNotContain("formatVersion", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/members/0/features/40/picture")]
    [InlineData("/api/members/7/features")]
    [InlineData("/api/images/100000/picture")]
    [InlineData("/api/nothing")]
    public async Task What_isnt_there_is_said_in_a_sentence(string path)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.NotEmpty(await run.RefusedAsync(HttpStatusCode.NotFound, path));
    }

    [Fact]
    public async Task A_run_that_changes_on_disk_is_told_of()
    {
        using var folder = new TemporaryFolder();
        string copy = ExploredRun.Digits.Copy(folder);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        await run.GetAsync("/api/run");
        File.Delete(Path.Combine(copy, "run.json"));
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken); // it looks once a second
        Assert.Contains("run.json has changed", await run.RefusedAsync(HttpStatusCode.Conflict, "/api/run"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_freed_while_a_request_reads_it()
    {
        Exploration exploration = Open();
        IDisposable reading = exploration.Use();
        Task disposing = Task.Run(exploration.Dispose, TestContext.Current.CancellationToken);
        Assert.NotSame(disposing, await Task.WhenAny(disposing, Task.Delay(TimeSpan.FromSeconds(0.3), TestContext.Current.CancellationToken)));
        Assert.NotEmpty(exploration.Member(0).Autoencoder.Feature(0));
        reading.Dispose();
        await disposing;
    }

    private static Exploration Open()
    {
        SmallRun run = SmallRun.Of("digits");
        return Exploration.Open(new ExplorationSource(run.Run.Folder, run.Images, DataOptions.For(run.Images.Shape), Threads: 1));
    }

    /// <summary>The lines of an answer's head, to a request whose target nobody has tidied up.</summary>
    private static async Task<string[]> RawAsync(ServedRun run, string target)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(run.Address.Host, run.Address.Port, TestContext.Current.CancellationToken);
        await using System.Net.Sockets.NetworkStream stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: {run.Address.Authority}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split("\r\n");
    }
}
