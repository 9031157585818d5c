using System.Collections.Concurrent;
using Animarium.Diffusion.Tokenizers;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts.Completion;
using Animarium.Studio.Prompts.Dictionary;
using Animarium.Studio.Prompts.Report;
using Animarium.Studio.Prompts.Slots;
using Animarium.Studio.Storage;

namespace Animarium.Studio.Prompts;

/// <summary>What helps while a prompt is written, with everything that is here: the person's tag lists, LoRAs, wildcard lists, the model's own tokenizers. May be used from several threads.</summary>
/// <param name="home">Has the person's tag lists.</param>
/// <param name="catalog">Models and LoRAs.</param>
/// <param name="lists">Wildcard lists, read anew when asked for.</param>
public sealed class PromptDesk(StudioHome home, ModelCatalog catalog, Func<WildcardLibrary> lists)
{
    private readonly Lazy<TagDictionary> dictionary = new(() => TagFolder.Open(home.Tags).Dictionary);

    // A tokenizer takes half a second to read, and there are as many as models.
    private readonly ConcurrentDictionary<string, Lazy<PromptTokenizers>> tokenizers = new(StringComparer.Ordinal);

    /// <summary>The shipped tags and the person's own.</summary>
    public TagDictionary Dictionary => dictionary.Value;

    /// <summary>The wildcard lists as they are now.</summary>
    public WildcardLibrary Lists => lists();

    /// <summary>What could stand at the caret.</summary>
    /// <param name="prompt">The whole text.</param>
    /// <param name="caret">Characters before the caret.</param>
    /// <param name="most">Items at most.</param>
    public PromptCompletions Complete(string prompt, int caret, int most = 12) =>
        new PromptCompletion(Dictionary, [.. catalog.Loras.All.Select(lora => lora.Name)], Lists.Names).At(prompt, caret, most);

    /// <summary>What the request's model will see of its prompts.</summary>
    public PromptReport Report(GenerationRequest request)
    {
        var model = catalog.Models.FirstOrDefault(model => model.Name == request.Model);
        return PromptReport.Of(request.Prompt, request.Negative, new()
        {
            Tokenizers = model?.Tokenizers is { } folder ? tokenizers.GetOrAdd(folder, path => new(() => PromptTokenizers.Open(path))).Value : PromptTokenizers.Official,
            Dialect = request.Emphasis,
            Dictionary = Dictionary,
            Wildcards = Lists,
            HasLora = catalog.Loras.Has,
            ExpectsSafety = model is null || ModelDefaults.Of(model, [], []).RatingTags,
        });
    }

    /// <summary>A prompt cut into its slots.</summary>
    public PromptSlots Slots(string prompt) => PromptSlots.Split(prompt, Dictionary);
}
