using System.Text;

namespace Animarium.Diffusion.Conduct;

/// <summary>What a term of Vocabulary.txt stands for.</summary>
[Flags]
internal enum TermKind
{
    None = 0,

    /// <summary>A minor, or a character presented as one.</summary>
    Minor = 1,

    /// <summary>The same in words that are mostly used to sexualise.</summary>
    Coded = 2 | Minor,

    /// <summary>Harmless by itself, sexual beside <see cref="Coded"/>.</summary>
    Suggestive = 4,

    /// <summary>See <see cref="Rating.Sensitive"/>.</summary>
    Sensitive = 8,

    /// <summary>See <see cref="Rating.Nsfw"/>.</summary>
    Nsfw = 16,

    /// <summary>See <see cref="Rating.Explicit"/>.</summary>
    Explicit = 32,

    /// <summary>A phrase that hides the terms inside it.</summary>
    Harmless = 64,
}

/// <summary>The word lists as one tree of words. Looking a text up is linear in it: a term has few words.</summary>
internal sealed class Vocabulary
{
    private sealed class Node
    {
        public Dictionary<string, Node> Next { get; } = [];
        public TermKind Kind { get; set; }
        public string Term { get; set; } = "";
        public bool BeginsWord { get; set; }
    }

    private readonly Node root = new();

    private Vocabulary()
    {
        using var stream = typeof(Vocabulary).Assembly.GetManifestResourceStream("conduct/vocabulary") ?? throw new InvalidOperationException("The conduct vocabulary is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var kind = TermKind.None;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith('[')) kind = Enum.Parse<TermKind>(line.Trim('[', ']').Replace(' ', ','), ignoreCase: true);
            else
                foreach (string term in line.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) Add(term, kind);
        }
    }

    /// <summary>The lists that ship with the engine.</summary>
    public static Vocabulary Shipped { get; } = new();

    /// <summary>Reports every term of a text that no harmless phrase hides.</summary>
    /// <param name="words">The text.</param>
    /// <param name="found">Takes a term and its kinds.</param>
    public void Search(Words words, Action<string, TermKind> found)
    {
        int hidden = 0; // words before this one belong to a harmless phrase
        var terms = new List<(int End, Node Node)>();
        var first = root.Next.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int start = 0; start < words.Count; start++)
        {
            if (!first.TryGetValue(words.Letters(start), out var node)) continue;
            terms.Clear();
            for (int at = start; node is not null; node = Follow(node, words, ++at))
            {
                if (node.Kind == TermKind.Harmless) hidden = Math.Max(hidden, at + 1);
                else if (node.Kind != TermKind.None && !(node.BeginsWord && ContinuesWord(words, start))) terms.Add((at + 1, node));
            }
            foreach (var term in terms)
                if (term.End > hidden) found(term.Node.Term, term.Node.Kind);
        }
    }

    private static Node? Follow(Node node, Words words, int at) =>
        words[at].Gap != Gap.Hard && node.Next.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(words.Letters(at), out var next) ? next : null;

    /// <summary>Whether a character of the same script stands directly before: then it is the middle of a word, as ロリ in カロリー.</summary>
    private static bool ContinuesWord(Words words, int at) => words[at].Gap == Gap.None && words[at - 1].Script == words[at].Script;

    /// <summary>Adds a term, its plural, and its words written as one.</summary>
    private void Add(string term, TermKind kind)
    {
        bool beginsWord = term[0] == '^';
        term = term.TrimStart('^');
        var words = Words.Of(FoldedText.Of(term));
        var parts = Enumerable.Range(0, words.Count).Select(i => words.Letters(i).ToString()).ToList();
        Insert(parts);
        if (words[words.Count - 1].Script != Script.Letters) return;
        Insert([.. parts[..^1], parts[^1] + "s"]);
        if (parts.Count == 1 || kind == TermKind.Harmless) return;
        Insert([string.Concat(parts)]);
        Insert([string.Concat(parts) + "s"]);

        void Insert(List<string> path)
        {
            var node = root;
            foreach (string part in path)
            {
                if (!node.Next.TryGetValue(part, out var next)) node.Next[part] = next = new Node();
                node = next;
            }
            (node.Kind, node.Term, node.BeginsWord) = (kind | node.Kind, term, beginsWord);
        }
    }
}
