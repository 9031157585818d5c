using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;
using Animarium.Studio.Prompts.Dictionary;

namespace Animarium.Studio.Prompts.Report;

/// <summary>What a report is made with.</summary>
public sealed record PromptReportOptions
{
    /// <summary>Those of the selected model.</summary>
    public PromptTokenizers Tokenizers { get; init; } = PromptTokenizers.Official;

    /// <summary>Whose brackets.</summary>
    public EmphasisDialect Dialect { get; init; } = EmphasisDialect.Comfy;

    /// <summary>The tags that are known.</summary>
    public TagDictionary Dictionary { get; init; } = TagDictionary.Shipped;

    /// <summary>The lists that <c>__name__</c> stands for; null: not looked up.</summary>
    public WildcardLibrary? Wildcards { get; init; }

    /// <summary>Whether a LoRA of a name is here; null: not looked up.</summary>
    public Func<string, bool>? HasLora { get; init; }

    /// <summary>Whether the model knows rating and quality tags: Anima does.</summary>
    public bool ExpectsSafety { get; init; } = true;
}
