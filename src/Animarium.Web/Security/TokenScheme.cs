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

    public static bool IsSaid(HttpRequest request) => request.Headers.Authorization.Count > 0;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string said = Request.Headers.Authorization.ToString();
        if (said.Length == 0) return Task.FromResult(AuthenticateResult.NoResult());
        bool knows = said.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && token.Is(said[Prefix.Length..].Trim());
        return Task.FromResult(knows ? AuthenticateResult.Success(new(Person(token, Name), Name)) : AuthenticateResult.Fail("another token"));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => throw new RefusedException(StatusCodes.Status401Unauthorized, "token", ApiText.Say("Token"));
}
