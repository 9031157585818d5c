using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>Text to token ids, as one of the model's two text inputs wants them. Safe to share between threads.</summary>
public abstract class PromptTokenizer
{
    private readonly AddedTokens added;
    private readonly int? endId;

    private protected PromptTokenizer(AddedTokens added, int padId, int? endId)
    {
        this.added = added;
        this.endId = endId;
        PadId = padId;
    }

    /// <summary>The id that fills shorter prompts of a batch, on the right. <see cref="Encode(string)"/> never adds it.</summary>
    public int PadId { get; }

    /// <summary>The ids of a text, with the end token where this tokenizer has one. Never throws on any text: a lone surrogate counts as U+FFFD.</summary>
    public IReadOnlyList<int> Encode(string text) => Encode(text, int.MaxValue);

    /// <summary>The ids of a text cut to <paramref name="maxLength"/>; an end token stays the last id, as diffusers and sd-scripts cut.</summary>
    public IReadOnlyList<int> Encode(string text, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        var ids = new List<int>();
        bool first = true;
        foreach (var (id, segment) in added.Cut(WellFormed(text)))
        {
            if (id is { } special) ids.Add(special);
            else EncodeSegment(segment, first, ids);
            first = false;
        }
        int room = maxLength - (endId is null ? 0 : 1);
        if (ids.Count > room) ids.RemoveRange(room, ids.Count - room);
        if (endId is { } end) ids.Add(end);
        return ids;
    }

    /// <summary>What an id stands for, for people: the text of an ordinary piece (broken UTF-8 shows as U+FFFD), the literal form of an added token, "" for an id without one.</summary>
    public string Piece(int id) => added.Text(id) ?? OrdinaryPiece(id);

    /// <summary>Appends the ids of text that holds no added token. <paramref name="first"/>: the text of the prompt begins here.</summary>
    private protected abstract void EncodeSegment(string text, bool first, List<int> ids);

    private protected abstract string OrdinaryPiece(int id);

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
