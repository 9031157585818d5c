namespace Animarium.Studio.Prompts.Slots;

/// <summary>The parts of a prompt in the order that Anima was trained with.</summary>
public enum PromptSlot
{
    /// <summary>masterpiece, score_7, highres: quality and meta.</summary>
    Quality,

    /// <summary>year 2025, newest.</summary>
    Year,

    /// <summary>safe, sensitive, nsfw, explicit.</summary>
    Safety,

    /// <summary>1girl, solo.</summary>
    Count,

    /// <summary>Who it is.</summary>
    Character,

    /// <summary>The work the character comes from.</summary>
    Series,

    /// <summary>@artist.</summary>
    Artist,

    /// <summary>Hair, eyes, clothes, expression.</summary>
    Appearance,

    /// <summary>Pose, place, light, things, and whatever fits nowhere else.</summary>
    Scene,

    /// <summary>Sentences.</summary>
    Language,

    /// <summary><c>&lt;lora:name:0.8&gt;</c>: no text for the model, the order does not matter.</summary>
    Network,
}

/// <summary>What stands between two commas of a prompt, or a sentence. All pieces one after the other are the prompt, character for character.</summary>
/// <param name="Start">Where <paramref name="Before"/> begins in the prompt.</param>
/// <param name="Before">Blanks before the text.</param>
/// <param name="Text">The piece with its brackets and weights; empty between two commas.</param>
/// <param name="After">Blanks, comma and line breaks behind it.</param>
/// <param name="Slot">Where Anima wants it.</param>
public sealed record PromptPiece(int Start, string Before, string Text, string After, PromptSlot Slot)
{
    /// <summary>Where the text begins in the prompt.</summary>
    public int TextStart => Start + Before.Length;

    /// <summary>Everything it covers.</summary>
    public string Whole => Before + Text + After;
}

/// <summary>One tag in a piece: brackets and weights are taken off.</summary>
/// <param name="Start">In the prompt.</param>
/// <param name="Text">As written.</param>
/// <param name="IsChoice">It stands in <c>{a|b}</c> or <c>[a:b:0.5]</c>: perhaps it is not there together with others.</param>
public sealed record PlacedTag(int Start, string Text, bool IsChoice)
{
    /// <summary>As dictionaries have it.</summary>
    public string Name => Dictionary.TagText.Name(Text);

    /// <summary>Whether it names an artist.</summary>
    public bool IsArtist => Text is ['@', var first, ..] && !char.IsWhiteSpace(first) && Name is [not '@', ..];
}
