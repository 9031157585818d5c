namespace Animarium.Diffusion.Prompts;

/// <summary>Whose rules for brackets a prompt follows.</summary>
public enum EmphasisDialect
{
    /// <summary>ComfyUI, and Forge Neo for Anima: round brackets only, an explicit weight replaces the inherited one.</summary>
    Comfy,

    /// <summary>A1111: round and square brackets, weights multiply, <c>BREAK</c> splits.</summary>
    A1111,

    /// <summary>Cut as <see cref="Comfy"/>, but every weight is 1 (Forge's "Ignore").</summary>
    Ignored,

    /// <summary>No brackets: the text as it stands (Forge's "None").</summary>
    None,
}

/// <summary>A piece of a prompt with one weight. Each piece is tokenized by itself.</summary>
/// <param name="Text">The text without the brackets and escapes of the dialect.</param>
/// <param name="Weight">A finite factor within ±<see cref="Emphasis.MaxWeight"/>; 1 is neutral.</param>
/// <param name="IsBreak">A <c>BREAK</c> marker of the A1111 dialect: no text of the prompt, but a place to split it.</param>
public readonly record struct PromptSegment(string Text, double Weight, bool IsBreak = false);

/// <summary>From brackets to weights: <c>a (b:1.2) c</c> is a at 1, b at 1.2, c at 1. Any text is accepted; time and memory are linear in it.</summary>
public static class Emphasis
{
    /// <summary>Weights beyond this (written, or reached by nesting) are held here; NaN becomes 1.</summary>
    public const double MaxWeight = 1000;

    /// <summary>What a pair of round brackets without a number multiplies by.</summary>
    internal const double Bracket = 1.1;

    /// <summary>Cuts a prompt into its weighted pieces.</summary>
    /// <param name="prompt">One prompt, after its schedule, <c>AND</c> and extra network tags were resolved.</param>
    /// <param name="dialect">Whose rules.</param>
    public static IReadOnlyList<PromptSegment> Parse(string prompt, EmphasisDialect dialect = EmphasisDialect.Comfy) => dialect switch
    {
        EmphasisDialect.Comfy => ComfyEmphasis.Parse(prompt),
        EmphasisDialect.A1111 => A1111Emphasis.Parse(prompt),
        EmphasisDialect.Ignored => [.. ComfyEmphasis.Parse(prompt).Select(segment => segment with { Weight = 1 })],
        EmphasisDialect.None => prompt.Length == 0 ? [] : [new(prompt, 1)],
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "Unknown emphasis dialect."),
    };

    internal static double Held(double weight) => double.IsNaN(weight) ? 1 : Math.Clamp(weight, -MaxWeight, MaxWeight);
}
