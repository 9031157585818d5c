using System.Globalization;
using Animarium.Studio.Preferences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Animarium.Web.Shell;

/// <summary>The languages of the pages: what was chosen in this browser, else what the settings say, else what the browser asks for.</summary>
internal static class Languages
{
    private const string Cookie = "animarium.language";

    private static readonly CultureInfo[] All = [new("en"), new("ja")];

    public static RequestLocalizationOptions Options { get; } = new()
    {
        DefaultRequestCulture = new RequestCulture(All[0]),
        SupportedCultures = [CultureInfo.InvariantCulture], // numbers are written the same in every language
        SupportedUICultures = All,
        RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Cookie }, new CustomRequestCultureProvider(Preferred), new AcceptLanguageHeaderRequestCultureProvider()],
    };

    /// <summary>What the settings say; null: what the browser asks for.</summary>
    private static Task<ProviderCultureResult?> Preferred(HttpContext context) =>
        Task.FromResult(context.RequestServices.GetRequiredService<PreferencesFile>().Current.Language is var language and not "auto" ? new ProviderCultureResult("", language) : null);

    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/language/{name}", (string name, string? back, HttpContext context) =>
    {
        if (Array.Find(All, culture => culture.Name == name) is { } chosen)
            context.Response.Cookies.Append(Cookie, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture("", chosen.Name)),
                new() { SameSite = SameSiteMode.Strict, HttpOnly = true, IsEssential = true, MaxAge = TimeSpan.FromDays(365), Secure = context.Request.IsHttps });
        // Only into this site: "//elsewhere" and "https:…" are other sites.
        return TypedResults.LocalRedirect(back is ['/', not ('/' or '\\'), ..] ? back : "/");
    }).ExcludeFromDescription();
}
