using Animarium.Diffusion.Conduct;
using Animarium.Studio.Gallery;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Storage;
using Animarium.Web.Security;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace Animarium.Web.Api;

/// <summary>From exceptions to answers (RFC 9457), with a code for programs, the field, and words and advice in the language that is asked for: the one table.</summary>
internal sealed partial class Problems(ILogger<Problems> logger) : IExceptionHandler
{
    /// <summary>What is answered.</summary>
    public static ProblemDetails Of(Exception exception) => exception switch
    {
        RefusedException e => Problem(e.Status, e.Code, e.Message, e.Field),
        SettingException e => Problem(Status400BadRequest, "setting", e.Message, e.Field.Length > 0 ? e.Field : null),
        ConductException e => Problem(Status422UnprocessableEntity, "refused", Said(e.Text)),
        RatingException e => Problem(Status422UnprocessableEntity, "rating", Said(e.Text), "rating"),
        GalleryException { Problem: GalleryProblem.Unknown or GalleryProblem.Unreadable } e => Problem(Status404NotFound, "unknown", e.Message),
        GalleryException { Problem: GalleryProblem.Invalid } e => Problem(Status400BadRequest, "value", e.Message),
        GalleryException e => Problem(Status507InsufficientStorage, "storage", e.Message),
        StorageException { Problem: StorageProblem.Full } e => Problem(Status507InsufficientStorage, "storage", e.Message),
        StorageException e => Problem(Status409Conflict, "storage", e.Message),
        PictureException { IsAboutWriting: true } e => Problem(Status507InsufficientStorage, "storage", e.Message),
        PictureException e => Problem(Status400BadRequest, "picture", e.Message),
        PromptFileException { IsInvalid: true } e => Problem(Status400BadRequest, "value", e.Message),
        PromptFileException e => Problem(Status409Conflict, "prompt-file", e.Message),
        ModelException e => Problem(Status400BadRequest, "model", e.Message),
        BadHttpRequestException { StatusCode: Status413PayloadTooLarge } => Page(Status413PayloadTooLarge),
        BadHttpRequestException { StatusCode: Status415UnsupportedMediaType } => Page(Status415UnsupportedMediaType),
        BadHttpRequestException e => Problem(e.StatusCode, "request", ApiText.Say("Body", (e.InnerException ?? e).Message)),
        _ => Problem(Status500InternalServerError, "unexpected", ApiText.Say("Unexpected", exception.GetType().Name)),
    };

    /// <summary>What is answered where only a number is known.</summary>
    public static ProblemDetails Page(int status) => status switch
    {
        Status413PayloadTooLarge => Problem(status, "large", ApiText.Say("TooLarge")),
        Status415UnsupportedMediaType => Problem(status, "media", ApiText.Say("Media")),
        _ => Problem(status, "request", ApiText.Find($"Title{status}") ?? ApiText.Say("Title400")),
    };

    /// <summary>Answers of the framework without a body get one; pages show their own.</summary>
    public static async Task Page(StatusCodeContext context)
    {
        var http = context.HttpContext;
        if (http.Request.Path.StartsWithSegments("/api")) await Write(http, Page(http.Response.StatusCode));
    }

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested) return true; // nobody listens any more
        var problem = Of(exception);
        if (problem.Status == Status500InternalServerError) LogMistake(exception, httpContext.Request.Method, httpContext.GetEndpoint()?.DisplayName);
        httpContext.Response.StatusCode = problem.Status!.Value;
        if (exception is RefusedException { RetryAfter: { } seconds }) httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (problem.Status == Status401Unauthorized) httpContext.Response.Headers.WWWAuthenticate = TokenScheme.Name;
        await Write(httpContext, problem);
        return true;
    }

    private static Task Write(HttpContext http, ProblemDetails problem) => http.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json");

    private static ProblemDetails Problem(int status, string code, string detail, string? field = null)
    {
        var problem = new ProblemDetails { Status = status, Title = ApiText.Find($"Title{status}") ?? ApiText.Say("Title400"), Detail = detail };
        problem.Extensions["code"] = code;
        if (field is not null) problem.Extensions["field"] = field;
        if (ApiText.Find($"advice.{code}") is { } advice) problem.Extensions["advice"] = advice;
        return problem;
    }

    private static string Said(Diffusion.Sentence sentence) => System.Globalization.CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "ja" ? sentence.Japanese : sentence.English;

    // The endpoint's name, not the address: that could hold what a person wrote.
    [LoggerMessage(LogLevel.Error, "{Method} {Endpoint} failed")]
    private partial void LogMistake(Exception exception, string method, string? endpoint);
}
