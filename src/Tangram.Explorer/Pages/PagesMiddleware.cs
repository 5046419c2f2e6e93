using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace Tangram.Explorer;

/// <summary>
/// Answers with a file of the front end; any other address that isn't the API's is a view's, and begins with the first page. What a browser takes compressed is sent so:
/// files as the build has compressed them, the API's JSON as it is written. Pictures are compressed already.
/// </summary>
internal static class PagesMiddleware
{
    public static void UsePages(this IApplicationBuilder app, WebPages pages) => app.Use(next => context =>
    {
        HttpRequest request = context.Request;
        if (request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return next(context);
        // A name with a dot is a file's, and shall not become a page where the file is missing.
        WebPage? page = pages.Find(request.Path) ?? (Path.HasExtension(request.Path) ? null : pages.Index);
        return page is null ? next(context) : Send(context, page);
    });

    /// <summary>Which answers of the API are compressed, and how: quickly, for each is made anew.</summary>
    public static void SetCompression(ResponseCompressionOptions options)
    {
        options.MimeTypes = ["application/json"];
        options.Providers.Add(new BrotliCompressionProvider(new BrotliCompressionProviderOptions { Level = CompressionLevel.Fastest }));
        options.Providers.Add(new GzipCompressionProvider(new GzipCompressionProviderOptions { Level = CompressionLevel.Fastest }));
    }

    private static Task Send(HttpContext context, WebPage page)
    {
        HttpResponse response = context.Response;
        (string? coding, byte[] content) = Choose(page, context.Request.GetTypedHeaders().AcceptEncoding);
        // Of the bytes that are sent, not of what they mean: a cache must not take one form for the other.
        var tag = new EntityTagHeaderValue(coding is null ? $"\"{page.Tag}\"" : $"\"{page.Tag}-{coding}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = page.IsHashed ? "private, max-age=31536000, immutable" : "no-cache";
        if (page.Compressed.Count > 0)
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentType = page.Type;
        response.ContentLength = content.Length;
        if (coding is not null)
            response.Headers.ContentEncoding = coding;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    /// <summary>The shortest form among those that the browser likes best (RFC 9110, 12.5.3); as it is where none is taken.</summary>
    private static (string? Coding, byte[] Content) Choose(WebPage page, IList<StringWithQualityHeaderValue> accepted)
    {
        double Quality(string coding) => accepted.FirstOrDefault(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) is { } named
            ? named.Quality ?? 1
            : accepted.FirstOrDefault(one => one.Value == "*") is { } any ? any.Quality ?? 1 : 0;
        return page.Compressed.Where(one => Quality(one.Coding) > 0).OrderByDescending(one => Quality(one.Coding))
            .Select(one => ((string?)one.Coding, one.Content)).FirstOrDefault((null, page.Content));
    }
}
