using System.Security.Claims;
using System.Text.Encodings.Web;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Animarium.Web.Security;

/// <summary>Programs say the token with each request: <c>Authorization: Bearer TOKEN</c>.</summary>
internal sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessToken token)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer", GenerationClaim = "generation";

    private const string Prefix = "Bearer ";

    /// <summary>Who knows the token; there are no other differences between people.</summary>
    public static ClaimsPrincipal Person(AccessToken token, string scheme) => new(new ClaimsIdentity([new(ClaimTypes.Name, "studio"), new(GenerationClaim, token.Generation)], scheme));

    public static bool IsSaid(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        !IsSaid(Request) ? AuthenticateResult.NoResult()
        : token.Is(Request.Headers.Authorization.ToString()[Prefix.Length..].Trim()) ? AuthenticateResult.Success(new(Person(token, Name), Name))
        : AuthenticateResult.Fail("another token"));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = Name;
        throw new RefusedException(StatusCodes.Status401Unauthorized, "token", ApiText.Say("Token"));
    }
}
