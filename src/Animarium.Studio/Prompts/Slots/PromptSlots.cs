using System.Text;
using Animarium.Studio.Prompts.Dictionary;

namespace Animarium.Studio.Prompts.Slots;

/// <summary>A prompt cut into its slots. Nothing that was written is ever lost: the text of every piece stays as it is, wherever it goes.</summary>
/// <param name="Pieces">In the order of the prompt; one after the other they are the prompt.</param>
public sealed record PromptSlots(IReadOnlyList<PromptPiece> Pieces)
{
    private const string Comma = ", ";

    /// <summary>Cuts any prompt. Linear in it.</summary>
    /// <param name="prompt">As a person wrote it.</param>
    /// <param name="dictionary">Says what kind of word a tag is.</param>
    public static PromptSlots Split(string prompt, TagDictionary dictionary)
    {
        var scan = new PromptScan(prompt);
        var pieces = new List<PromptPiece>();
        PromptPiece? sentence = null; // not yet at its full stop
        foreach (var (start, textStart, textEnd, end) in scan.Stretches())
        {
            string text = prompt[textStart..textEnd];
            var tags = scan.Tags(textStart, textEnd).ToList();
            var slot = tags.Count > 0 ? SlotRules.Of(tags[0], dictionary) : text.StartsWith('<') ? PromptSlot.Network : PromptSlot.Scene;
            // A sentence may have commas in it: it goes on while no piece of another kind comes between, up to a full stop.
            if (sentence is not null && slot is PromptSlot.Scene or PromptSlot.Appearance or PromptSlot.Language && text.Length > 0 && Ends(prompt, textEnd))
            {
                pieces[^1] = sentence = sentence with { Text = prompt[sentence.TextStart..textEnd], After = prompt[textEnd..end] };
                continue;
            }
            pieces.Add(new(start, prompt[start..textStart], text, prompt[textEnd..end], slot));
            sentence = slot == PromptSlot.Language && !prompt.AsSpan(textEnd, end - textEnd).Contains('\n') ? pieces[^1] : null;
        }
        return new(pieces);

        static bool Ends(string prompt, int textEnd) => SlotRules.IsEnd(prompt[textEnd - 1]);
    }

    /// <summary>The prompt again, character for character.</summary>
    public override string ToString() => string.Concat(Pieces.Select(piece => piece.Whole));

    /// <summary>What stands in a slot, joined by commas; empty if nothing does.</summary>
    public string this[PromptSlot slot] => string.Join(Comma, Of(slot).Select(piece => piece.Text));

    /// <summary>The pieces of a slot that say something.</summary>
    public IEnumerable<PromptPiece> Of(PromptSlot slot) => Pieces.Where(piece => piece.Slot == slot && piece.Text.Length > 0);

    /// <summary>Whether the slots come in Anima's order.</summary>
    public bool IsInOrder
    {
        get
        {
            var slots = Pieces.Where(piece => piece.Text.Length > 0 && piece.Slot != PromptSlot.Network).Select(piece => piece.Slot).ToList();
            return slots.Zip(slots.Skip(1)).All(pair => pair.First <= pair.Second);
        }
    }

    /// <summary>The prompt in Anima's order; pieces of one slot keep theirs. A prompt that is in order stays exactly as it is.</summary>
    public string InOrder() => IsInOrder ? ToString() : Joined(Pieces.Where(piece => piece.Text.Length > 0).OrderBy(piece => piece.Slot).Select(piece => piece.Text));

    /// <summary>The prompt with one slot said anew: in the place where the slot stood, or where Anima's order wants it. Everything else stays.</summary>
    /// <param name="slot">Which.</param>
    /// <param name="text">The new text; empty takes the slot out.</param>
    public string With(PromptSlot slot, string text)
    {
        if (text.Trim() == this[slot]) return ToString();
        var kept = Pieces.Where(piece => piece.Text.Length > 0 && piece.Slot != slot).ToList();
        int first = Of(slot).FirstOrDefault()?.Start ?? -1;
        int at = first >= 0 ? kept.Count(piece => piece.Start < first) : kept.TakeWhile(piece => piece.Slot <= slot).Count();
        var texts = kept.Select(piece => piece.Text).ToList();
        if (text.Trim() is { Length: > 0 } said) texts.Insert(at, said);
        return Joined(texts);
    }

    /// <summary>A prompt of slots that were filled in one by one.</summary>
    public static string Join(IEnumerable<KeyValuePair<PromptSlot, string>> slots) => Joined(slots.OrderBy(slot => slot.Key).Select(slot => slot.Value.Trim().Trim(',').Trim()).Where(text => text.Length > 0));

    private static string Joined(IEnumerable<string> texts)
    {
        var prompt = new StringBuilder();
        foreach (string text in texts) prompt.Append(prompt.Length == 0 ? "" : SlotRules.IsEnd(prompt[^1]) ? " " : Comma).Append(text);
        return prompt.ToString();
    }
}
