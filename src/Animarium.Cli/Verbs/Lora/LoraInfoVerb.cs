using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Lora;
using Animarium.Studio.Loras;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora info FILE</c>: what a LoRA changes, how it was trained and by which hashes it is known.</summary>
internal static class LoraInfoVerb
{
    private const int MostTags = 20; // shown to people

    public static VerbCommand Command()
    {
        var file = new Argument<string>("file") { Description = Texts.LoraFileArgument, HelpName = "FILE" };
        var verb = new VerbCommand("info", Texts.LoraInfoDescription, (parse, session) => Run(parse.GetRequiredValue(file), session)) { Examples = ["lora info my-style.safetensors"] };
        verb.Arguments.Add(file);
        return verb;
    }

    private static ExitCode Run(string path, Session session)
    {
        InputText.RequireFile(path);
        InstalledTorch.Load(session.Environment);
        using var lora = LoraFile.Open(path);
        var hashes = SiteHashes.Of(path, session.Cancellation);
        session.Output.Report("lora", Facts(lora, hashes), console => Table(lora, hashes).Show(console));
        foreach (var issue in lora.Issues) session.Output.Warn(issue.Name, issue.Text.Said());
        if (lora.NotUnderstood.Count > 0) session.Output.Warn("unknown-tensors", Texts.LoraUnknownTensors.With(lora.NotUnderstood.Count, string.Join(", ", lora.NotUnderstood.Take(5))));
        return ExitCode.Done;
    }

    private static JsonObject Facts(LoraFile lora, SiteHashes hashes) => new()
    {
        ["path"] = lora.Path,
        ["naming"] = lora.Naming.ToString(),
        ["algorithms"] = new JsonArray([.. lora.Algorithms.Select(algorithm => JsonValue.Create(algorithm.ToString()))]),
        ["dora"] = lora.IsDora,
        ["layers"] = new JsonObject(Networks(lora).Select(network => KeyValuePair.Create(network.Name, (JsonNode?)JsonValue.Create(network.Layers)))),
        ["blocks"] = new JsonArray([.. LoraDescription.Blocks(lora).Select(block => JsonValue.Create(block))]),
        ["ranks"] = new JsonArray([.. lora.Ranks.Select(rank => JsonValue.Create(rank))]),
        ["alphas"] = new JsonArray([.. lora.Alphas.Select(alpha => JsonValue.Create(alpha))]),
        ["base"] = lora.BaseModel,
        ["title"] = lora.Title,
        ["trained_with"] = new JsonObject(LoraDescription.TrainedWith(lora).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))),
        ["tags"] = new JsonObject(LoraDescription.Tags(lora.Metadata).Select(tag => KeyValuePair.Create(tag.Tag, (JsonNode?)JsonValue.Create(tag.Count)))),
        ["hashes"] = new JsonObject
        {
            ["sha256"] = hashes.File.Sha256, ["tensors"] = hashes.File.Tensors, ["autov1"] = hashes.File.AutoV1, ["autov2"] = hashes.File.AutoV2, ["autov3"] = hashes.File.AutoV3,
            ["crc32"] = hashes.Crc32, ["blake3"] = hashes.Blake3,
        },
        ["not_understood"] = new JsonArray([.. lora.NotUnderstood.Select(name => JsonValue.Create(name))]),
    };

    private static FactTable Table(LoraFile lora, SiteHashes hashes)
    {
        var table = new FactTable();
        table.Add(Texts.InfoFile, lora.Path);
        table.Add(Texts.LoraForm, $"{string.Join(" + ", lora.Algorithms)}{(lora.IsDora ? " (DoRA)" : "")}, {lora.Naming}");
        table.Add(Texts.InfoLoraNetworks, string.Join(", ", Networks(lora).Select(network => $"{network.Name} {network.Layers}")));
        if (LoraDescription.Blocks(lora) is { Count: > 0 } blocks) table.Add(Texts.LoraBlocks, Ranges(blocks));
        table.Add(Texts.LoraRank, string.Join(", ", lora.Ranks));
        table.Add(Texts.LoraAlpha, lora.Alphas.Count > 0 ? string.Join(", ", lora.Alphas) : Texts.LoraAlphaIsRank);
        table.Add(Texts.InfoLoraBase, lora.BaseModel ?? Texts.InfoUnknownBase);
        if (lora.Title is { } title) table.Add(Texts.InfoLoraTitle, title);
        foreach (var (key, value) in LoraDescription.TrainedWith(lora)) table.Add(key, value);
        if (LoraDescription.Tags(lora.Metadata) is { Count: > 0 } tags) table.Add(Texts.LoraTags, string.Join(", ", tags.Take(MostTags).Select(tag => $"{tag.Tag} {tag.Count}")) + (tags.Count > MostTags ? ", …" : ""));
        table.Add("SHA-256", hashes.File.Sha256);
        table.Add(Texts.InfoShortHashes, $"{hashes.File.AutoV1}, {hashes.File.AutoV2}, {hashes.File.AutoV3}");
        table.Add("CRC32", hashes.Crc32);
        table.Add("BLAKE3", hashes.Blake3);
        return table;
    }

    private static IEnumerable<(string Name, int Layers)> Networks(LoraFile lora) =>
        Enum.GetValues<LoraNetwork>().Select(network => (network.ToString(), lora.LayersIn(network))).Where(network => network.Item2 > 0);

    /// <summary>0–3, 7, 9–11</summary>
    private static string Ranges(IReadOnlyList<int> numbers) => string.Join(", ", numbers.Select((number, place) => (number, run: number - place)).GroupBy(n => n.run)
        .Select(run => run.Count() == 1 ? $"{run.First().number}" : $"{run.First().number}–{run.Last().number}"));
}
