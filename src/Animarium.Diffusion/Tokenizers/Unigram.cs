using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>The Unigram language model (Kudo, arXiv:1804.10959): the most probable segmentation of a word into vocabulary pieces.</summary>
internal sealed class Unigram
{
    private const double UnknownPenalty = 10; // below the lowest score

    private readonly (string Text, double Score)[] vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids;
    private readonly int unknownId, longest;
    private readonly double unknownScore;

    /// <param name="vocabulary">Pieces and their log probabilities, in the order of their ids.</param>
    /// <param name="unknownId">What stands for code points outside the vocabulary.</param>
    public Unigram((string Text, double Score)[] vocabulary, int unknownId)
    {
        if (unknownId < 0 || unknownId >= vocabulary.Length) throw new FormatException("unk_id is not an id of the vocabulary.");
        this.vocabulary = vocabulary;
        this.unknownId = unknownId;
        var byText = new Dictionary<string, int>(vocabulary.Length, StringComparer.Ordinal);
        for (int id = 0; id < vocabulary.Length; id++) byText[vocabulary[id].Text] = id;
        ids = byText.GetAlternateLookup<ReadOnlySpan<char>>();
        longest = vocabulary.Max(piece => piece.Text.Length);
        unknownScore = vocabulary.Min(piece => piece.Score) - UnknownPenalty;
    }

    /// <summary>The text of a piece, "" if the vocabulary ends before it.</summary>
    public string Piece(int id) => id >= 0 && id < vocabulary.Length ? vocabulary[id].Text : "";

    /// <summary>Appends the ids of the best segmentation. Scores add up in double precision from left to right and the first best wins; neighbouring unknowns become one id.</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> output)
    {
        var best = new (double Score, int From, int Id)[word.Length + 1];
        Array.Fill(best, (0, -1, -1));

        for (int start = 0, rune; start < word.Length; start += rune)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out rune);
            bool known = false;
            for (int length = rune; length <= Math.Min(longest, word.Length - start); length++)
            {
                if (!ids.TryGetValue(word.Slice(start, length), out int id)) continue;
                Relax(start, start + length, id, vocabulary[id].Score);
                known |= length == rune;
            }
            if (!known) Relax(start, start + rune, unknownId, unknownScore);
        }

        int begin = output.Count;
        for (int at = word.Length, last = -1; at > 0; at = best[at].From)
        {
            if (best[at].Id != unknownId || last != unknownId) output.Add(best[at].Id);
            last = best[at].Id;
        }
        output.Reverse(begin, output.Count - begin);

        void Relax(int from, int to, int id, double score)
        {
            double total = best[from].Score + score;
            if (best[to].From < 0 || total > best[to].Score) best[to] = (total, from, id);
        }
    }
}
