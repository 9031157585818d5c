using System.Threading.RateLimiting;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Animarium.Web.Security;

/// <summary>Who comes in, and how often: nobody is asked on loopback; beyond it everything but the login page needs the token.</summary>
internal static class Gate
{
    /// <summary>The rate at which tokens may be tried.</summary>
    public const string LoginRate = "login";

    public const string Session = CookieAuthenticationDefaults.AuthenticationScheme;

    private const string Either = "either";

    private const int LoginsAMinute = 10, RequestsAtOnce = 2000, RequestsASecond = 500;

    public static void AddGate(this IServiceCollection services, ServerOptions options)
    {
        // Kept, so that a restart does not send everyone to the login page; only their owner may read these keys.
        string keys = Path.Combine(options.Home.Folder, "keys");
        if (!OperatingSystem.IsWindows()) Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().SetApplicationName("animarium").PersistKeysToFileSystem(new(keys));
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = "animarium.forgery";
            forgery.Cookie.SameSite = SameSiteMode.Strict;
            forgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forgery.SuppressXFrameOptionsHeader = true; // SecurityHeaders says it
        });
        services.AddSingleton(options.Token);
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = context =>
                TokenScheme.IsSaid(context.Request) || context.Request.Path.StartsWithSegments("/api") && context.Request.Cookies.Count == 0 ? TokenScheme.Name : Session)
            .AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null)
            .AddCookie(Session, Cookie);
        services.AddAuthorization(rules =>
        {
            if (!options.IsLocal) rules.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        });
        services.AddRateLimiter(Rates);
    }

    private static void Cookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "animarium.session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromDays(30);
        cookie.LoginPath = "/login";
        cookie.ReturnUrlParameter = "back";
        cookie.Events.OnValidatePrincipal = async context =>
        {
            // A new token ends the sessions of the old one.
            if (context.Principal?.FindFirst(TokenScheme.GenerationClaim)?.Value == context.HttpContext.RequestServices.GetRequiredService<AccessToken>().Generation) return;
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(Session);
        };
        cookie.Events.OnRedirectToLogin = context =>
        {
            if (context.Request.Path.StartsWithSegments("/api")) throw new RefusedException(StatusCodes.Status401Unauthorized, "token", ApiText.Say("Token"));
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        };
    }

    private static void Rates(RateLimiterOptions rates)
    {
        rates.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        rates.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(Caller(context),
            _ => new() { TokenLimit = RequestsAtOnce, TokensPerPeriod = RequestsASecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), AutoReplenishment = true }));
        rates.AddPolicy(LoginRate, context => RateLimitPartition.GetFixedWindowLimiter(Caller(context), _ => new() { PermitLimit = LoginsAMinute, Window = TimeSpan.FromMinutes(1) }));
        rates.OnRejected = (context, _) =>
        {
            int seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
            throw new RefusedException(StatusCodes.Status429TooManyRequests, "rate", ApiText.Say("Rate", seconds)) { RetryAfter = seconds };
        };
    }

    private static string Caller(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";
}
