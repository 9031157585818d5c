using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Security;

/// <summary>Coming in and going out with a browser.</summary>
internal static class Login
{
    public static void MapLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/login", (string? back) => Page(back, wrong: false)).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost("/login", In).AllowAnonymous().RequireRateLimiting(Gate.LoginRate).ExcludeFromDescription();
        endpoints.MapPost("/logout", Out).ExcludeFromDescription();
    }

    private static async Task<Results<RedirectHttpResult, RazorComponentResult<LoginPage>>> In([FromForm] string? token, [FromForm] string? back, AccessToken access, HttpContext context)
    {
        if (!access.Is(token?.Trim())) return Page(back, wrong: true);
        await context.SignInAsync(Gate.Session, TokenScheme.Person(access, Gate.Session), new() { IsPersistent = true });
        return TypedResults.LocalRedirect(Within(back));
    }

    private static async Task<RedirectHttpResult> Out([FromForm] string? back, HttpContext context)
    {
        await context.SignOutAsync(Gate.Session);
        return TypedResults.LocalRedirect(Within(back));
    }

    private static RazorComponentResult<LoginPage> Page(string? back, bool wrong) =>
        new(new Dictionary<string, object?> { [nameof(LoginPage.Back)] = Within(back), [nameof(LoginPage.Wrong)] = wrong }) { StatusCode = wrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK };

    /// <summary>Only into this site: "//elsewhere" and "https:…" are other sites.</summary>
    private static string Within(string? back) => back is ['/'] or ['/', not ('/' or '\\'), ..] && !back.Any(char.IsControl) ? back : "/";
}
