using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Tangram.Explorer;

/// <summary>The explorer's web server: composes the areas of the API, the pages, and what keeps strangers out.</summary>
internal sealed class ExplorerServer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private ExplorerServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Where a browser finds the first page; with the token, where one is needed.</summary>
    public Uri Address { get; }

    /// <summary>Serves an exploration until it is disposed.</summary>
    /// <exception cref="InputException">The pages weren't built, or the address can't be listened on.</exception>
    public static Task<ExplorerServer> StartAsync(Exploration exploration, ExplorerOptions options, CancellationToken cancellation = default) =>
        StartAsync(options, services => services.AddSingleton(exploration).AddSingleton(new FeatureNotes(exploration)).AddSingleton<CodeMaps>(), api =>
        {
            api.AddEndpointFilter(async (context, next) =>
            {
                using IDisposable use = exploration.Use();
                exploration.Files.Check();
                return await next(context);
            });
            api.MapOverview();
            api.MapHighlights();
            api.MapClasses();
            api.MapMembers();
            api.MapPictures();
            api.MapFeatures();
            api.MapFeature();
            api.MapNotes();
            api.MapImages();
            api.MapEncoding();
            api.MapMap();
            api.MapLive(ServerMode.Exploring);
        }, cancellation);

    /// <summary>Serves a training until it is disposed.</summary>
    /// <exception cref="InputException">The pages weren't built, or the address can't be listened on.</exception>
    public static Task<ExplorerServer> StartAsync(LiveTraining training, ExplorerOptions options, CancellationToken cancellation = default) =>
        StartAsync(options, services => services.AddSingleton(training), api => api.MapLive(ServerMode.Training), cancellation);

    /// <summary>Stops listening and lets requests in progress end, but not for long.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
    }

    private static async Task<ExplorerServer> StartAsync(ExplorerOptions options, Action<IServiceCollection> add, Action<RouteGroupBuilder> map,
        CancellationToken cancellation)
    {
        WebPages pages = WebPages.Open();
        IPAddress listening = Listening.AddressOf(options);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "tangram" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, listening, options));
        builder.Services.AddRoutingCore().AddProblemDetails().AddRequestTimeouts(Limits.SetTimeouts).AddRateLimiter(Limits.SetRates)
            .AddResponseCompression(PagesMiddleware.SetCompression);
        builder.Services.AddOpenApi(ApiDocument.Name, ApiDocument.Describe);
        builder.Services.Configure<JsonOptions>(json => SetJson(json.SerializerOptions));
        add(builder.Services);
        WebApplication app = builder.Build();
        app.UseProblems(options.Log);
        app.UseSafety(options, listening);
        app.UsePages(pages);
        app.UseResponseCompression();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseRateLimiter();
        map(app.MapGroup("/api"));
        app.MapOpenApi("/api/openapi.json");
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException) when (options.Port is null)
        {
            // Someone listens there, perhaps another explorer: any other port does.
            await app.DisposeAsync();
            return await StartAsync(options with { Port = 0 }, add, map, cancellation);
        }
        catch (IOException exception)
        {
            await app.DisposeAsync();
            throw new InputException($"Can't listen on {options.Host}:{options.Port}, which another program has or which isn't allowed; give another --port.", exception);
        }
        string bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ExplorerServer(app, Listening.PageAddress(new Uri(bound), options));
    }

    private static void Configure(KestrelServerOptions kestrel, IPAddress listening, ExplorerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Limits.LargestBody;
        kestrel.Listen(listening, options.Port ?? ExplorerOptions.UsualPort);
    }

    private static void SetJson(JsonSerializerOptions json)
    {
        json.NumberHandling = JsonNumberHandling.Strict;
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
    }
}
