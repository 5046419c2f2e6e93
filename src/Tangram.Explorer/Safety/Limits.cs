using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace Tangram.Explorer;

/// <summary>What a request may cost.</summary>
internal static class Limits
{
    /// <summary>Bytes of a request's body, where an endpoint says nothing else.</summary>
    public const long LargestBody = 1 << 20;

    /// <summary>Bytes of an uploaded picture.</summary>
    public const long LargestUpload = 16 << 20;

    /// <summary>Pixels of an uploaded picture, told by its header before any is decoded.</summary>
    public const long MostPixels = 40_000_000;

    /// <summary>The policy of endpoints that decode pictures: few at a time, the others wait.</summary>
    public const string Uploads = "uploads";

    /// <summary>The policy of endpoints whose answers go on for as long as the program does.</summary>
    public const string Streams = "streams";

    private const int UploadsAtATime = 2, UploadsWaiting = 64, StreamsAtATime = 64;

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static void SetTimeouts(RequestTimeoutOptions options) =>
        options.DefaultPolicy = new RequestTimeoutPolicy { Timeout = Longest, TimeoutStatusCode = StatusCodes.Status408RequestTimeout };

    public static void SetRates(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        options.AddConcurrencyLimiter(Uploads, limiter =>
        {
            (limiter.PermitLimit, limiter.QueueLimit) = (UploadsAtATime, UploadsWaiting);
            limiter.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
        options.AddConcurrencyLimiter(Streams, limiter => limiter.PermitLimit = StreamsAtATime);
    }
}
