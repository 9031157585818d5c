using Animarium.Studio.Prompts.Dictionary;

namespace Animarium.Studio.Prompts.Completion;

/// <summary>What is being typed.</summary>
public enum CompletionKind
{
    /// <summary>Nothing that can be completed: a weight, a blank.</summary>
    None,

    /// <summary>A tag.</summary>
    Tag,

    /// <summary>An artist, after <c>@</c>.</summary>
    Artist,

    /// <summary>A LoRA, after <c>&lt;</c> or <c>&lt;lora:</c>.</summary>
    Lora,

    /// <summary>A wildcard list, after <c>__</c>.</summary>
    Wildcard,
}

/// <summary>Something to put into the prompt.</summary>
/// <param name="Label">What is shown: the tag's name, the LoRA, the list.</param>
/// <param name="Insert">What replaces the range.</param>
/// <param name="Match">The tag and how it was found; null for LoRAs and lists.</param>
public sealed record CompletionItem(string Label, string Insert, TagMatch? Match = null);

/// <summary>What could stand at the caret.</summary>
/// <param name="Kind">What is being typed.</param>
/// <param name="Start">First character that an item replaces.</param>
/// <param name="Length">Characters that an item replaces.</param>
/// <param name="Items">The best first.</param>
public sealed record PromptCompletions(CompletionKind Kind, int Start, int Length, IReadOnlyList<CompletionItem> Items)
{
    /// <summary>The prompt with an item in it, and where the caret is then.</summary>
    public (string Prompt, int Caret) Accept(string prompt, CompletionItem item) => (string.Concat(prompt.AsSpan(0, Start), item.Insert, prompt.AsSpan(Start + Length)), Start + item.Insert.Length);
}

/// <summary>Completes the word under the caret of a prompt.</summary>
/// <param name="dictionary">The tags.</param>
/// <param name="loras">Names of LoRAs.</param>
/// <param name="wildcards">Names of wildcard lists.</param>
public sealed class PromptCompletion(TagDictionary dictionary, IReadOnlyCollection<string> loras, IReadOnlyCollection<string> wildcards)
{
    /// <summary>What could stand at the caret. Never throws on any text.</summary>
    /// <param name="prompt">The whole text.</param>
    /// <param name="caret">Characters before the caret.</param>
    /// <param name="most">Items at most.</param>
    public PromptCompletions At(string prompt, int caret, int most = 20)
    {
        var word = PromptWord.At(prompt, caret);
        return new(word.Kind, word.Start, word.Length, word.Kind switch
        {
            CompletionKind.Tag or CompletionKind.Artist => [.. dictionary.Complete(word.Typed, most).Select(match => new CompletionItem(match.Tag.Name, match.Tag.Written + word.Behind, match))],
            CompletionKind.Lora => Named(loras, word.Typed, most, name => $"<lora:{name}:1>"),
            CompletionKind.Wildcard => Named(wildcards, word.Typed, most, name => $"__{name}__"),
            _ => [],
        });
    }

    private static IReadOnlyList<CompletionItem> Named(IReadOnlyCollection<string> names, string typed, int most, Func<string, string> insert) =>
        [.. (from name in names
            let at = name.IndexOf(typed, StringComparison.OrdinalIgnoreCase)
            where at >= 0
            orderby at > 0, name
            select new CompletionItem(name, insert(name))).Take(most)];
}
