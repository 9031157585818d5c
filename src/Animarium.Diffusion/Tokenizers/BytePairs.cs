using System.Text;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>
/// Byte-level BPE (Sennrich et al., arXiv:1508.07909, on bytes as in GPT-2): neighbours merge in the order of their rank, the leftmost
/// first. A queue of possible merges keeps words of any length at n log n.
/// </summary>
internal sealed class BytePairs
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> merges;
    private readonly Dictionary<int, string> pieces;
    private readonly int[] byteIds;

    /// <param name="ids">Pieces in GPT-2's byte alphabet and their ids; all 256 bytes are among them.</param>
    /// <param name="merges">Lines "left right" in the order of their rank.</param>
    public BytePairs(Dictionary<string, int> ids, IEnumerable<string> merges)
    {
        this.merges = new(ids.Count);
        foreach (string line in merges)
        {
            if (line.Split(' ') is not [var left, var right]) throw new FormatException($"merges.txt: '{line}' is no pair.");
            this.merges.TryAdd((ids[left], ids[right]), (this.merges.Count, ids[left + right]));
        }
        pieces = ids.ToDictionary(entry => entry.Value, entry => entry.Key);
        byteIds = [.. Enumerable.Range(0, 256).Select(b => ids[ByteAlphabet.Character((byte)b).ToString()])];
    }

    /// <summary>The text of a piece, broken UTF-8 as U+FFFD; "" for an id without one.</summary>
    public string Piece(int id) => pieces.TryGetValue(id, out string? piece) ? Encoding.UTF8.GetString([.. piece.Select(ByteAlphabet.Byte)]) : "";

    /// <summary>Appends the ids of one word.</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> output)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        int count = Encoding.UTF8.GetBytes(word, bytes);
        // Symbols keep the place of their first byte; before and after link those that are left.
        int[] symbols = new int[count], before = new int[count], after = new int[count];
        var queue = new PriorityQueue<(int At, int Left, int Right, int Merged), (int Rank, int At)>();
        for (int at = 0; at < count; at++) (symbols[at], before[at], after[at]) = (byteIds[bytes[at]], at - 1, at + 1);
        for (int at = 0; at < count; at++) Offer(at);

        while (queue.TryDequeue(out var merge, out _))
        {
            int at = merge.At, next = after[at];
            // A merge nearby may have taken one of the two meanwhile.
            if (symbols[at] != merge.Left || next >= count || symbols[next] != merge.Right) continue;
            (symbols[at], symbols[next], after[at]) = (merge.Merged, -1, after[next]);
            if (after[at] < count) before[after[at]] = at;
            Offer(at);
            if (before[at] >= 0) Offer(before[at]);
        }
        for (int at = 0; at < count; at = after[at]) output.Add(symbols[at]);

        void Offer(int at)
        {
            if (after[at] < count && merges.TryGetValue((symbols[at], symbols[after[at]]), out var merge))
                queue.Enqueue((at, symbols[at], symbols[after[at]], merge.Id), (merge.Rank, at));
        }
    }
}

/// <summary>GPT-2's alphabet: each byte written as a printable character, those that are none counted up from U+0100.</summary>
file static class ByteAlphabet
{
    private static readonly byte[] Hidden =
        [.. Enumerable.Range(0, 256).Where(b => b is not (>= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE)).Select(b => (byte)b)];

    public static char Character(byte b) => Array.IndexOf(Hidden, b) is var hidden and >= 0 ? (char)(0x100 + hidden) : (char)b;

    public static byte Byte(char c) => c < 0x100 ? (byte)c : c - 0x100 < Hidden.Length ? Hidden[c - 0x100] : (byte)'?';
}
