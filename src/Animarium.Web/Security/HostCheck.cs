using System.Net;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Http;

namespace Animarium.Web.Security;

/// <summary>
/// Answers only requests that are meant for this server and come from its own pages or from programs. A strange site may make a name of its own point at
/// 127.0.0.1 (DNS rebinding) or let its page send requests here: the first shows in <c>Host</c>, the second in <c>Origin</c> and <c>Sec-Fetch-Site</c>.
/// </summary>
internal sealed class HostCheck(RequestDelegate next, ServerOptions options)
{
    public Task Invoke(HttpContext context)
    {
        if (!IsOurs(context.Request.Host.Host)) throw new RefusedException(StatusCodes.Status421MisdirectedRequest, "host", ApiText.Say("Host", context.Request.Host.Host));
        if (!IsFromHere(context.Request)) throw new RefusedException(StatusCodes.Status403Forbidden, "origin", ApiText.Say("Origin"));
        return next(context);
    }

    private bool IsOurs(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var number)) return !options.IsLocal || IPAddress.IsLoopback(number);
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return !options.IsLocal && options.HostNames.Append(Dns.GetHostName()).Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsFromHere(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString(), site = request.Headers["Sec-Fetch-Site"].ToString();
        if (origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}") return false;
        // A link from elsewhere may open a page; what it opens cannot be read by the site it came from.
        bool opens = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
        return site is "" or "same-origin" or "none" || opens;
    }
}
