using Animarium.Studio.Generation;
using Animarium.Studio.Prompts.Styles;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Prompting;

/// <summary>Words and settings to be put around a prompt.</summary>
/// <param name="Prompt">With <c>{prompt}</c> where the person's words go; without it, it is put behind them.</param>
/// <param name="Negative">The same for the negative prompt.</param>
/// <param name="Settings">Settings that come with it; null: none.</param>
public sealed record StyleText(string Prompt, string Negative = "", DrawSettings? Settings = null);

/// <summary>A style of the person.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Style">What it is.</param>
public sealed record StyleView(string Name, StyleText Style);

internal static class StylesApi
{
    public static void Map(IEndpointRouteBuilder prompts)
    {
        prompts.MapGet("/styles", (PromptStyles styles) => TypedResults.Ok(styles.Read().Select(View).ToList())).WithName("ListStyles").WithSummary("The person's styles.");
        prompts.MapPut("/styles/{name}", Keep).WithName("KeepStyle").WithSummary("Keeps a style, in place of one of the same name.");
        prompts.MapDelete("/styles/{name}", Forget).WithName("ForgetStyle").WithSummary("Deletes a style.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Ok<StyleView> Keep(string name, StyleText style, PromptStyles styles)
    {
        var kept = new PromptStyle(name.Trim(), style.Prompt, style.Negative) { Settings = style.Settings?.Value ?? Settings.Empty };
        styles.Keep(kept);
        return TypedResults.Ok(View(kept));
    }

    private static NoContent Forget(string name, PromptStyles styles) => styles.Remove(name) ? TypedResults.NoContent() : throw RefusedException.Unknown("style", name);

    private static StyleView View(PromptStyle style) => new(style.Name, new(style.Prompt, style.Negative, style.Settings.Given.Any() ? new(style.Settings) : null));
}
