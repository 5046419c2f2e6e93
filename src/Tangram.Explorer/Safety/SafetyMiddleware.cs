using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;

namespace Tangram.Explorer;

/// <summary>
/// Refuses requests under a foreign name (DNS rebinding), from pages of other sites, and without the token where one is needed; and tells browsers to load and run
/// nothing but this server's own files.
/// </summary>
internal static class SafetyMiddleware
{
    private const string Cookie = "tangram-token", TokenKey = "token";

    private const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSafety(this IApplicationBuilder app, ExplorerOptions options, IPAddress listening)
    {
        HashSet<string> names = Listening.Names(listening);
        byte[]? token = options.Token is { Length: > 0 } given ? Encoding.UTF8.GetBytes(given) : null;
        app.Use(next => context =>
        {
            SetHeaders(context.Response.Headers);
            if (!names.Contains(context.Request.Host.Host))
                return Refuse(context, StatusCodes.Status421MisdirectedRequest, "This server doesn't answer to that name; use the address that 'tangram explore' printed.");
            if (IsForeign(context.Request))
                return Refuse(context, StatusCodes.Status403Forbidden, "Pages of other sites may not use this server.");
            if (token is not null && !Knows(context.Request, token, Cookie))
                return Enter(context, token);
            return next(context);
        });
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer"; // the first address may have the token
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>
    /// Browsers say where a request comes from. Another site may lead to a page by a link, which reads nothing; anything else of it is refused, and so is what it sends by a form.
    /// </summary>
    private static bool IsForeign(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString(), origin = request.Headers.Origin.ToString();
        bool isLink = request.Headers["Sec-Fetch-Mode"] == "navigate" && HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        return (site is "cross-site" or "same-site" && !isLink) || (origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}");
    }

    private static bool Knows(HttpRequest request, byte[] token, string cookie)
    {
        string header = request.Headers.Authorization.ToString();
        string said = header.StartsWith("Bearer ", StringComparison.Ordinal) ? header["Bearer ".Length..] : request.Cookies[cookie] ?? "";
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), token);
    }

    /// <summary>Who comes with the token in the address gets it as a cookie, and an address without it.</summary>
    private static Task Enter(HttpContext context, byte[] token)
    {
        string said = context.Request.Query[TokenKey].ToString();
        if (!HttpMethods.IsGet(context.Request.Method) || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), token))
            return Refuse(context, StatusCodes.Status401Unauthorized, "This server needs a token; open the address that 'tangram explore' printed.");
        context.Response.Cookies.Append(Cookie, said, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        var query = new QueryBuilder(context.Request.Query.Where(one => one.Key != TokenKey));
        // As it was written: a header holds no other letters, and browsers read a backslash as a slash. Two slashes would lead to another host.
        context.Response.Redirect($"/{context.Request.Path.ToUriComponent().TrimStart('/')}{query}");
        return Task.CompletedTask;
    }

    private static Task Refuse(HttpContext context, int status, string words) => Problems.Says(status, words).ExecuteAsync(context);
}
