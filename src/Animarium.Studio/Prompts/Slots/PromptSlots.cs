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
        int sentence = -1; // the piece that begins one whose full stop has not come yet
        foreach (var (start, textStart, textEnd, end) in scan.Stretches())
        {
            string text = prompt[textStart..textEnd];
            var tag = scan.Tags(textStart, textEnd).FirstOrDefault();
            var slot = tag is not null ? SlotRules.Of(tag, dictionary) : text.StartsWith('<') ? PromptSlot.Network : PromptSlot.Scene;
            bool stops = text.Length > 0 && SlotRules.IsEnd(text[^1]);
            pieces.Add(new(start, prompt[start..textStart], text, prompt[textEnd..end], slot));
            if (slot == PromptSlot.Language && sentence < 0) sentence = pieces.Count - 1;
            else if (Rank(slot) != PromptSlot.Appearance) sentence = -1;
            // A sentence may have commas in it: if nothing but general words comes between, it goes on to its full stop.
            if (stops && sentence >= 0)
            {
                var first = pieces[sentence];
                pieces[sentence] = first with { Text = prompt[first.TextStart..textEnd], After = prompt[textEnd..end] };
                pieces.RemoveRange(sentence + 1, pieces.Count - sentence - 1);
            }
            if (stops || prompt.AsSpan(textEnd, end - textEnd).Contains('\n')) sentence = -1;
        }
        return new(pieces);
    }

    /// <summary>The prompt again, character for character.</summary>
    public override string ToString() => string.Concat(Pieces.Select(piece => piece.Whole));

    /// <summary>What stands in a slot, joined by commas; empty if nothing does.</summary>
    public string this[PromptSlot slot] => string.Join(Comma, Of(slot).Select(piece => piece.Text));

    /// <summary>The pieces of a slot that say something.</summary>
    public IEnumerable<PromptPiece> Of(PromptSlot slot) => Pieces.Where(piece => piece.Slot == slot && piece.Text.Length > 0);

    /// <summary>Whether the slots come in Anima's order. General tags and sentences may stand in any order among themselves.</summary>
    public bool IsInOrder
    {
        get
        {
            var ranks = Pieces.Where(piece => piece.Text.Length > 0 && piece.Slot != PromptSlot.Network).Select(piece => Rank(piece.Slot)).ToList();
            return ranks.Zip(ranks.Skip(1)).All(pair => pair.First <= pair.Second);
        }
    }

    /// <summary>The prompt in Anima's order; pieces of one slot keep theirs. A prompt that is in order stays exactly as it is.</summary>
    public string InOrder() => IsInOrder ? ToString() : Joined(Pieces.Where(piece => piece.Text.Length > 0).OrderBy(piece => Rank(piece.Slot)).Select(piece => piece.Text));

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

    /// <summary>Slots of one rank come in any order.</summary>
    internal static PromptSlot Rank(PromptSlot slot) => slot is PromptSlot.Scene or PromptSlot.Language ? PromptSlot.Appearance : slot;

    private static string Joined(IEnumerable<string> texts)
    {
        var prompt = new StringBuilder();
        foreach (string text in texts) prompt.Append(prompt.Length == 0 ? "" : SlotRules.IsEnd(prompt[^1]) ? " " : Comma).Append(text);
        return prompt.ToString();
    }
}
