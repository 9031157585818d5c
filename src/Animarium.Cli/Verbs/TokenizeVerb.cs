using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Tokenizers;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium tokenize TEXT</c>: what the model's two tokenizers make of a prompt.</summary>
internal static class TokenizeVerb
{
    private const string Unknown = "<unk>";
    private const int MostUnknown = 8; // words named in the warning

    private static readonly char[] WordEnds = [' ', ',', '\n', '\t'];

    public static VerbCommand Command()
    {
        var text = new Argument<string[]>("text") { Description = Texts.TokenizeArgument, HelpName = "TEXT", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string>("--tokenizers") { Description = Texts.TokenizeFolder, HelpName = Texts.PlaceholderPath };
        KnobOptions? knobs = null;
        var verb = new VerbCommand("tokenize", Texts.TokenizeDescription, (parse, session) =>
            Run(PromptArgument.Read(parse.GetRequiredValue(text)), parse.GetValue(folder), knobs!.Read(parse).Complete().Emphasis, session))
        {
            Examples = ["tokenize \"1girl, (blue hair:1.2)\"", "tokenize --tokenizers models/anima-mini/tokenizers \"1girl\""],
        };
        verb.Arguments.Add(text);
        verb.Add(Texts.TokenizeGroup, folder);
        knobs = new(verb, knob => knob.Key != "emphasis");
        return verb;
    }

    private static ExitCode Run(string text, string? folder, EmphasisDialect emphasis, Session session)
    {
        if (folder is not null && !Directory.Exists(folder)) throw FailureException.Input(Texts.FolderMissing.With(folder));
        var tokenizers = folder is null ? PromptTokenizers.Official : PromptTokenizers.Open(folder);
        foreach (var part in PromptTokens.Of(text, emphasis, tokenizers))
        {
            Report("qwen", tokenizers.Qwen, part.Qwen, null, session.Output);
            Report("t5", tokenizers.T5, part.T5, part.Weights, session.Output);
        }
        WarnOfUnknown(text, emphasis, tokenizers.T5, session.Output);
        return ExitCode.Done;
    }

    private static void Report(string name, PromptTokenizer tokenizer, IReadOnlyList<int> ids, IReadOnlyList<double>? weights, Output output)
    {
        var pieces = ids.Select(tokenizer.Piece).ToList();
        var facts = new JsonObject
        {
            ["tokenizer"] = name,
            ["count"] = ids.Count,
            ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]),
            ["pieces"] = new JsonArray([.. pieces.Select(piece => JsonValue.Create(piece))]),
        };
        if (weights is not null) facts["weights"] = new JsonArray([.. weights.Select(weight => JsonValue.Create(weight))]);
        output.Report("tokens", facts, console =>
        {
            console.WriteLine(Texts.TokenCount.With(name, ids.Count));
            for (int at = 0; at < ids.Count; at++)
                console.WriteLine($"{ids[at],8}  {(weights is null ? "" : $"{weights[at],6:0.###}  ")}{PeopleOutput.Printable(pieces[at].Replace('\n', '\u23CE'))}");
        });
    }

    /// <summary>Words that the adapter's tokenizer cannot spell: T5 has no bytes to fall back on.</summary>
    private static void WarnOfUnknown(string text, EmphasisDialect emphasis, T5Tokenizer tokenizer, Output output)
    {
        var words = Emphasis.Parse(text, emphasis).SelectMany(segment => segment.Text.Split(WordEnds, StringSplitOptions.RemoveEmptyEntries));
        var unknown = words.Distinct()
            .Where(word => tokenizer.Encode(word).Any(id => tokenizer.Piece(id) == Unknown)).Take(MostUnknown).ToList();
        if (unknown.Count > 0) output.Warn("unknown-text", Texts.TokenizeUnknown.With(string.Join(", ", unknown)));
        if (text.Contains('\uFFFD', StringComparison.Ordinal)) output.Warn("not-utf8", Texts.TokenizeBadText);
    }
}
