using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace Tangram.Explorer;

/// <summary>There is no such member, feature, image or class.</summary>
internal sealed class NotFoundException(string message) : Exception(message);

/// <summary>The run on disk is another one than was opened.</summary>
internal sealed class RunChangedException(string message) : Exception(message);

/// <summary>Failures as problem details (RFC 9457): one sentence for the person at the page, and nothing of the program's inside.</summary>
internal static class Problems
{
    public static void UseProblems(this IApplicationBuilder app, TextWriter log)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => Of(context.Features.Get<IExceptionHandlerFeature>()!.Error, log).ExecuteAsync(context),
            SuppressDiagnosticsCallback = _ => true,
        });
        // What no endpoint answered with words: an unknown address of the API, a method that it doesn't have.
        app.UseStatusCodePages(context => Says(context.HttpContext.Response.StatusCode, Words(context.HttpContext)).ExecuteAsync(context.HttpContext));
    }

    public static ProblemHttpResult Says(int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status, title: ReasonPhrases.GetReasonPhrase(status));

    private static ProblemHttpResult Of(Exception exception, TextWriter log)
    {
        switch (exception)
        {
            case NotFoundException:
                return Says(StatusCodes.Status404NotFound, exception.Message);
            case RunChangedException or NoteChangedException:
                return Says(StatusCodes.Status409Conflict, exception.Message);
            case InputException:
                return Says(StatusCodes.Status400BadRequest, exception.Message);
            case BadHttpRequestException request:
                return Says(request.StatusCode, request.StatusCode == StatusCodes.Status413PayloadTooLarge ? "That is too large." : "The request can't be read.");
            case OperationCanceledException:
                return Says(StatusCodes.Status408RequestTimeout, "This took too long and was stopped.");
            case IOException or UnauthorizedAccessException:
                log.WriteLine($"tangram: {exception.Message}");
                return Says(StatusCodes.Status500InternalServerError, "A file of the run can't be read or written; the terminal that runs 'tangram explore' says more.");
            default:
                log.WriteLine($"tangram: unexpected failure: {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}");
                return Says(StatusCodes.Status500InternalServerError, "Something unexpected failed; the terminal that runs 'tangram explore' says more.");
        }
    }

    private static string Words(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => "The request can't be read.",
        StatusCodes.Status404NotFound => $"There is nothing at {context.Request.Path}.",
        StatusCodes.Status405MethodNotAllowed => $"{context.Request.Path} can't be asked by {context.Request.Method}.",
        StatusCodes.Status413PayloadTooLarge => "That is too large.",
        StatusCodes.Status415UnsupportedMediaType => "Data of this type can't be read here.",
        StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests => "The server is busy; try again in a moment.",
        _ => $"The request failed ({context.Response.StatusCode}).",
    };
}
