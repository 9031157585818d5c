using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Prompts;
using Animarium.Studio.Prompts.Slots;

namespace Animarium.Studio.Prompts.Report;

/// <summary>What the model will really see of a prompt, and what about it deserves a second look.</summary>
/// <param name="Sections">The pieces in order.</param>
/// <param name="Qwen">Tokens in the text encoder.</param>
/// <param name="T5">Tokens in the adapter, with the <c>&lt;/s&gt;</c> at the end.</param>
/// <param name="Findings">In the order of the text, the prompt's before the negative's.</param>
public sealed record PromptReport(IReadOnlyList<PromptSection> Sections, int Qwen, int T5, IReadOnlyList<PromptFinding> Findings)
{
    /// <summary>Tokens that Anima was trained with at most.</summary>
    public const int MostTokens = 512;

    /// <summary>Longer prompts are reported as too long and not looked at further, characters.</summary>
    public const int LongestPrompt = 50_000;

    /// <summary>Looks at a prompt. Never throws on any text; linear in it.</summary>
    /// <param name="prompt">As a person wrote it, wildcards and LoRAs included.</param>
    /// <param name="negative">The negative prompt.</param>
    /// <param name="options">Model and dictionary.</param>
    public static PromptReport Of(string prompt, string negative, PromptReportOptions options)
    {
        if (prompt.Length > LongestPrompt || negative.Length > LongestPrompt)
            return new([], 0, 0, [FindingWords.Of("too-long", PromptSeverity.Error, 0, 0, LongestPrompt)]);
        var read = new ReadPrompt(prompt, options.Dictionary);
        var readNegative = new ReadPrompt(negative, options.Dictionary);
        var sections = read.Slots.Pieces.Where(piece => piece.Text.Length > 0).Select(piece => Section(piece, options)).ToList();
        var whole = Tokens(prompt, options);
        var (qwen, t5) = (whole.Sum(part => part.Qwen.Count), whole.Sum(part => part.T5.Count));

        var findings = TextFindings.Of(read, options).Concat(TagFindings.Of(read, options)).Concat(PlaceFindings.Of(read, options)).Concat(TokenFindings.Of(sections, qwen, t5)).OrderBy(finding => finding.Start)
            .Concat(TextFindings.Of(readNegative, options).Concat(PlaceFindings.OfBoth(read, readNegative)).OrderBy(finding => finding.Start).Select(finding => finding with { InNegative = true }));
        return new(sections, qwen, t5, [.. findings]);
    }

    /// <summary>The prompt with every fix of the findings, from behind so that the ranges hold; where two overlap, the first counts.</summary>
    public string Fixed(string prompt)
    {
        int from = int.MaxValue;
        foreach (var fix in Findings.Where(finding => !finding.InNegative && finding.Kind != "order").Select(finding => finding.Fix).OfType<PromptFix>().OrderByDescending(fix => fix.Start))
        {
            if (fix.Start + fix.Length > from) continue;
            prompt = fix.Apply(prompt);
            from = fix.Start;
        }
        return prompt;
    }

    private static PromptSection Section(PromptPiece piece, PromptReportOptions options)
    {
        var parts = piece.Slot == PromptSlot.Network ? [] : Tokens(piece.Whole, options);
        var tokens = parts.SelectMany(part => part.T5.Zip(part.Weights).SkipLast(1)).ToList(); // without </s>, of which the prompt has one
        string unknown = "<unk>";
        return new(piece.Slot, piece.TextStart, piece.Text.Length, piece.Text, parts.Sum(part => part.Qwen.Count), tokens.Count,
            tokens.Select(token => token.Second).DefaultIfEmpty(1).Min(), tokens.Select(token => token.Second).DefaultIfEmpty(1).Max(),
            tokens.Count(token => options.Tokenizers.T5.Piece(token.First) == unknown));
    }

    /// <summary>What is read of a text: a template is expanded as for seed 0, and networks are taken out.</summary>
    private static IReadOnlyList<PromptTokens> Tokens(string text, PromptReportOptions options)
    {
        string example = new Wildcards(options.Wildcards ?? WildcardLibrary.Empty).Expand(text, 0);
        if (example.Length > LongestPrompt) example = example[..LongestPrompt]; // lists may multiply each other
        return PromptTokens.Of(ExtraNetworks.Extract(example).Prompt, options.Dialect, options.Tokenizers);
    }
}

/// <summary>A prompt that was read once for all findings.</summary>
internal sealed class ReadPrompt
{
    public ReadPrompt(string text, Dictionary.TagDictionary dictionary)
    {
        Text = text;
        Scan = new(text);
        Slots = PromptSlots.Split(text, dictionary);
        Tagged = [.. Slots.Pieces.Where(piece => piece.Slot is not (PromptSlot.Language or PromptSlot.Network)).SelectMany(piece => Scan.Tags(piece.TextStart, piece.TextStart + piece.Text.Length).Select(tag => (piece, tag)))];
    }

    public string Text { get; }

    public PromptScan Scan { get; }

    public PromptSlots Slots { get; }

    /// <summary>The tags outside sentences, each with its piece.</summary>
    public IReadOnlyList<(PromptPiece Piece, PlacedTag Tag)> Tagged { get; }
}
