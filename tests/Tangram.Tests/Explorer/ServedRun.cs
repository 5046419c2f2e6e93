using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>A served exploration, and who asks it over HTTP as any program may.</summary>
internal sealed class ServedRun : IAsyncDisposable
{
    private readonly ExplorerServer _server;

    private ServedRun(Exploration exploration, ExplorerServer server)
    {
        (Exploration, _server) = (exploration, server);
        Client = new HttpClient { BaseAddress = new Uri(server.Address.GetLeftPart(UriPartial.Authority)) };
    }

    public Exploration Exploration { get; }

    public HttpClient Client { get; }

    public Uri Address => _server.Address;

    public static async Task<ServedRun> StartAsync(Exploration exploration, ExplorerOptions? options = null) =>
        new(exploration, await ExplorerServer.StartAsync(exploration, (options ?? new ExplorerOptions()) with { Port = 0 }));

    /// <summary>A run that tests made for other reasons; see <see cref="SmallRun"/>. Its folder is shared: nothing may be written into it but its index.</summary>
    public static Task<ServedRun> StartAsync(SmallRun run) =>
        StartAsync(Exploration.Open(new ExplorationSource(run.Run.Folder, run.Images, DataOptions.For(run.Images.Shape), Threads: 1)));

    /// <summary>The answer's JSON.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that a request is refused with a problem of this status, and returns its sentence.</summary>
    public async Task<string> RefusedAsync(HttpStatusCode status, HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await DetailAsync(status, response);
    }

    /// <summary>The same, of a GET.</summary>
    public async Task<string> RefusedAsync(HttpStatusCode status, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await RefusedAsync(status, request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        Exploration.Dispose();
    }

    private static async Task<string> DetailAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status, $"Not {status} but {response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        string detail = JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()!;
        Assert.EndsWith(".", detail, StringComparison.Ordinal);
        return detail;
    }
}
