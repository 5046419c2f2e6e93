namespace Tangram.Explorer;

/// <summary>Answers with a file of the front end; any other address that isn't the API's is a view's, and begins with the first page.</summary>
internal static class PagesMiddleware
{
    public static void UsePages(this IApplicationBuilder app, WebPages pages) => app.Use(next => context =>
    {
        HttpRequest request = context.Request;
        if (request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return next(context);
        // A name with a dot is a file's, and shall not become a page where the file is missing.
        WebPage? page = pages.Find(request.Path) ?? (Path.HasExtension(request.Path) ? null : pages.Index);
        if (page is null)
            return next(context);
        context.Response.ContentType = page.Type;
        context.Response.ContentLength = page.Content.Length;
        context.Response.Headers.CacheControl = page.IsHashed ? "private, max-age=31536000, immutable" : "no-cache";
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(page.Content, context.RequestAborted).AsTask();
    });
}
