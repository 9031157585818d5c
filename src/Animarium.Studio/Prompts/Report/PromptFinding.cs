using Animarium.Studio.Prompts.Slots;

namespace Animarium.Studio.Prompts.Report;

/// <summary>How much a finding matters.</summary>
public enum PromptSeverity
{
    /// <summary>Worth knowing; often on purpose.</summary>
    Hint,

    /// <summary>The picture will probably not be what was meant.</summary>
    Warning,

    /// <summary>It does nothing, or nothing is drawn.</summary>
    Error,
}

/// <summary>How a finding can be dealt with: this stretch of the text becomes something else.</summary>
/// <param name="Start">First character.</param>
/// <param name="Length">Characters; 0 inserts.</param>
/// <param name="Replacement">What comes there.</param>
public sealed record PromptFix(int Start, int Length, string Replacement)
{
    /// <summary>The text with the fix.</summary>
    public string Apply(string text) => string.Concat(text.AsSpan(0, Start), Replacement, text.AsSpan(Start + Length));
}

/// <summary>Something about a prompt that a person should know before drawing.</summary>
/// <param name="Kind">For programs: a stable word, such as <c>duplicate</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Start">First character concerned.</param>
/// <param name="Length">Characters concerned; 0: the whole prompt.</param>
/// <param name="Message">What it is and what to do, in the language of the current UI culture.</param>
/// <param name="Fix">A change that deals with it, or null.</param>
/// <param name="InNegative">The range is one of the negative prompt.</param>
public sealed record PromptFinding(string Kind, PromptSeverity Severity, int Start, int Length, string Message, PromptFix? Fix = null, bool InNegative = false);

/// <summary>A piece of a prompt as the model reads it.</summary>
/// <param name="Slot">Where Anima wants it.</param>
/// <param name="Start">Its text in the prompt.</param>
/// <param name="Length">Characters of its text.</param>
/// <param name="Text">The text.</param>
/// <param name="Qwen">Tokens in the text encoder, which sees no weights.</param>
/// <param name="T5">Tokens in the adapter.</param>
/// <param name="LowestWeight">The smallest factor on one of its rows of the adapter's result; 1 is neutral.</param>
/// <param name="HighestWeight">The largest.</param>
/// <param name="Unknown">Tokens that the adapter's tokenizer cannot spell.</param>
public sealed record PromptSection(PromptSlot Slot, int Start, int Length, string Text, int Qwen, int T5, double LowestWeight, double HighestWeight, int Unknown);
