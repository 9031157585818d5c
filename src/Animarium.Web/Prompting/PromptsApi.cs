using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Preferences;
using Animarium.Studio.Prompts;
using Animarium.Studio.Prompts.Completion;
using Animarium.Studio.Prompts.History;
using Animarium.Studio.Prompts.Report;
using Animarium.Studio.Prompts.Slots;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Prompting;

/// <summary>A prompt that is being written.</summary>
/// <param name="Prompt">The whole text.</param>
/// <param name="Caret">Characters before the caret; null: it is at the end.</param>
/// <param name="Most">Items at most.</param>
public sealed record CompletionRequest(string Prompt, int? Caret = null, int Most = 12);

/// <summary>A prompt that is finished.</summary>
/// <param name="Settings">Prompt, negative prompt, model and emphasis count; the others do not matter.</param>
public sealed record ReportRequest(DrawSettings Settings);

/// <summary>A prompt to be cut.</summary>
/// <param name="Prompt">The whole text.</param>
public sealed record SlotsRequest(string Prompt);

/// <summary>A piece of a prompt.</summary>
/// <param name="Slot">Where Anima wants it.</param>
/// <param name="Start">Its first character in the prompt.</param>
/// <param name="Text">The piece with its brackets and weights.</param>
public sealed record SlotPiece(PromptSlot Slot, int Start, string Text);

/// <summary>A prompt in its slots.</summary>
/// <param name="Pieces">In the order of the prompt.</param>
/// <param name="IsInOrder">Whether they come in Anima's order.</param>
/// <param name="InOrder">The prompt in that order.</param>
public sealed record SlotsView(IReadOnlyList<SlotPiece> Pieces, bool IsInOrder, string InOrder);

/// <summary>What the pages know about prompts, for programs. Texts come in bodies: addresses are written down by proxies.</summary>
internal static class PromptsApi
{
    private const int MostCompleted = 100, MostListed = 500;

    public static void Map(IEndpointRouteBuilder api)
    {
        var prompts = api.MapGroup("/prompts").WithTags("Prompts");
        prompts.MapPost("/complete", Complete).WithName("CompletePrompt").WithSummary("What could stand at the caret: tags by English, kana, kanji or romaji, artists, LoRAs, wildcard lists.");
        prompts.MapPost("/report", Report).WithName("ReportPrompt").WithSummary("What the model will really see of a prompt, and what about it deserves a second look.");
        prompts.MapPost("/slots", Slots).WithName("SplitPrompt").WithSummary("A prompt cut into its slots, and in Anima's order.");
        prompts.MapGet("/history", History).WithName("ListPastPrompts").WithSummary("Prompts that were drawn from the page, the latest first.");
        prompts.MapDelete("/history/{id:long}", Forget).WithName("ForgetPastPrompt").WithSummary("Forgets a prompt.").ProducesProblem(StatusCodes.Status404NotFound);
        StylesApi.Map(prompts);
    }

    private static Ok<PromptCompletions> Complete(CompletionRequest wanted, PromptDesk desk)
    {
        Require(wanted.Prompt);
        ApiRoutes.RequireRange("most", wanted.Most, 1, MostCompleted);
        if (wanted.Caret is { } caret) ApiRoutes.RequireRange("caret", caret, 0, wanted.Prompt.Length);
        return TypedResults.Ok(desk.Complete(wanted.Prompt, wanted.Caret ?? wanted.Prompt.Length, wanted.Most));
    }

    private static Ok<PromptReport> Report(ReportRequest wanted, PromptDesk desk, ModelCatalog catalog, PreferencesFile preferences)
    {
        var said = wanted.Settings.Value.Over(preferences.Current.Defaults).Complete();
        // A machine without any model still reports: by the official one's tokenizers.
        if (said.Model is not null || catalog.Models.Any(model => model.IsComplete)) said = said with { Model = catalog.Find(said.Model).Name };
        return TypedResults.Ok(desk.Report(said));
    }

    private static Ok<SlotsView> Slots(SlotsRequest wanted, PromptDesk desk)
    {
        Require(wanted.Prompt);
        var slots = desk.Slots(wanted.Prompt);
        return TypedResults.Ok(new SlotsView([.. slots.Pieces.Where(piece => piece.Text.Length > 0).Select(piece => new SlotPiece(piece.Slot, piece.TextStart, piece.Text))], slots.IsInOrder, slots.InOrder()));
    }

    private static Ok<IReadOnlyList<PastPrompt>> History(PromptHistory history, string? text, int offset = 0, int take = 50)
    {
        ApiRoutes.RequireWindow(offset, take, MostListed);
        return TypedResults.Ok(history.Search(text ?? "", offset, take));
    }

    private static NoContent Forget(long id, PromptHistory history) => history.Remove(id) ? TypedResults.NoContent() : throw RefusedException.Unknown("prompt", id);

    private static void Require(string prompt) => ApiRoutes.RequireRange("prompt", prompt.Length, 0, PromptReport.LongestPrompt);
}
