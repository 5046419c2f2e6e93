using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc;

namespace Tangram.Explorer;

/// <summary>What a server shows.</summary>
internal enum ServerMode
{
    /// <summary>A run.</summary>
    Exploring,

    /// <summary>A training under way.</summary>
    Training,
}

/// <summary>Which pages a server has answers for.</summary>
/// <param name="Mode">What it shows.</param>
internal sealed record ModeAnswer(ServerMode Mode);

/// <summary>A training under way.</summary>
internal static class LiveArea
{
    /// <summary>Least time between two frames, and between two looks at features.</summary>
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(0.25), s_lookPace = TimeSpan.FromSeconds(1);

    private static readonly Task<Looked> s_never = new TaskCompletionSource<Looked>().Task;

    public static void MapLive(this IEndpointRouteBuilder api, ServerMode mode)
    {
        api.MapGet("/mode", () => TypedResults.Ok(new ModeAnswer(mode))).WithSummary("What this server shows.");
        api.MapGet("/live", Live).WithSummary("A training under way, as server-sent events: at first all that is known of it, then what is new.")
            .Produces<LiveFrame>(StatusCodes.Status200OK, "text/event-stream").DisableRequestTimeout().RequireRateLimiting(Limits.Streams);
    }

    /// <summary>A page that comes back after its connection broke is told everything again, so no event needs a number.</summary>
    private static ServerSentEventsResult<LiveFrame> Live([FromServices] LiveTraining? training, CancellationToken cancellation, int? from = null) => training is null
        ? throw new NotFoundException("Nothing is being trained here; 'tangram train' with --watch shows a training.")
        : TypedResults.ServerSentEvents(Frames(training, Shown(training.Subject.Features, from), cancellation));

    /// <summary>Features from a number on, or such that lie evenly among all.</summary>
    private static int[] Shown(int features, int? from)
    {
        if (from < 0 || from >= features)
            throw new NotFoundException($"There is no feature {from}; this model's features are 0 … {features - 1}.");
        int count = Math.Min(LiveTraining.Shown, features - (from ?? 0));
        return [.. Enumerable.Range(0, count).Select(place => from is { } first ? first + place : (int)((long)place * features / count))];
    }

    private static async IAsyncEnumerable<SseItem<LiveFrame>> Frames(LiveTraining training, int[] features, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var cursor = new LiveCursor();
        Task<Looked>? look = training.LookAt(features);
        long lookedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan wait = s_lookPace - Stopwatch.GetElapsedTime(lookedAt);
            if (look is null && wait <= TimeSpan.Zero)
                (look, lookedAt) = (training.LookAt(features), Stopwatch.GetTimestamp());
            var (frame, changed) = training.Since(cursor);
            if (look is { IsCompletedSuccessfully: true })
            {
                frame = frame with { Features = (await look).Draw(training.Shape) };
                // What has ended doesn't change any more, once it was seen.
                look = frame.End is null ? null : s_never;
            }
            yield return new SseItem<LiveFrame>(frame);
            if (frame.IsLast)
                yield break;
            Task due = look ?? Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, cancellation);
            await Task.WhenAll(Task.Delay(s_pace, cancellation), Task.WhenAny(changed, due)).WaitAsync(cancellation);
        }
    }
}
