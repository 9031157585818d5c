using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;
using Animarium.Studio.Images;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium info FILE</c>: what a file holds, told by its content.</summary>
internal static class InfoVerb
{
    private const double Mega = 1e6, Giga = 1e9;
    private const int LongestValue = 300; // characters of a metadata entry shown to people

    public static VerbCommand Command()
    {
        var file = new Argument<string>("file") { Description = Texts.InfoArgument, HelpName = "FILE" };
        var verb = new VerbCommand("info", Texts.InfoDescription, (parse, session) => Run(parse.GetRequiredValue(file), session))
        {
            Examples = ["info anima-base-v1.0.safetensors", "info --json my-lora.safetensors"],
        };
        verb.Arguments.Add(file);
        return verb;
    }

    private static ExitCode Run(string path, Session session)
    {
        if (!Directory.Exists(path)) InputText.RequireFile(path);
        if (IsPicture(path))
        {
            var metadata = ImageMetadata.Read(path);
            session.Output.Report("picture", MetadataVerb.Facts(path, metadata), console => MetadataVerb.ShowSettings(path, metadata, console));
            return ExitCode.Done;
        }
        InstalledTorch.Load(session.Environment);
        using var checkpoint = Checkpoint.Open(path);
        var family = checkpoint.Family;
        using var lora = family.Kind == FileKind.Lora ? Lora(path) : null;
        session.Output.Report("file", Facts(path, checkpoint, lora), console => Table(path, checkpoint, lora).Show(console));
        foreach (var issue in lora?.Issues ?? []) session.Output.Warn(issue.Name, issue.Text.Said());
        foreach (var file in checkpoint.Files) ReportHash(file, session);
        return ExitCode.Done;
    }

    private static bool IsPicture(string path)
    {
        if (Directory.Exists(path)) return false;
        Span<byte> start = stackalloc byte[12];
        using var file = File.OpenRead(path);
        return PictureFormats.OfContent(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)]) is not null;
    }

    /// <summary>A LoRA's own facts; null where the file is one that cannot be used, which the family tells.</summary>
    private static LoraFile? Lora(string path)
    {
        try
        {
            return LoraFile.Open(path);
        }
        catch (LoraException)
        {
            return null;
        }
    }

    private static JsonObject Facts(string path, Checkpoint checkpoint, LoraFile? lora)
    {
        var facts = new JsonObject
        {
            ["path"] = path,
            ["bytes"] = checkpoint.Files.Sum(file => file.Length),
            ["files"] = new JsonArray([.. checkpoint.Files.Select(file => JsonValue.Create(file.Path))]),
            ["family"] = Facts(checkpoint.Family),
            ["contains"] = new JsonArray([.. checkpoint.Family.Contains.Select(Facts)]),
            ["tensors"] = checkpoint.Entries.Count,
            ["parameters"] = checkpoint.Entries.Values.Sum(Elements),
            ["types"] = new JsonObject(Types(checkpoint).Select(type => KeyValuePair.Create(type.Name, (JsonNode?)new JsonObject { ["tensors"] = type.Tensors, ["bytes"] = type.Bytes }))),
            ["metadata"] = new JsonObject(checkpoint.Metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value)))),
        };
        if (lora is not null)
        {
            facts["lora"] = new JsonObject
            {
                ["naming"] = lora.Naming.ToString(),
                ["algorithms"] = new JsonArray([.. lora.Algorithms.Select(algorithm => JsonValue.Create(algorithm.ToString()))]),
                ["dora"] = lora.IsDora,
                ["layers"] = new JsonObject(Networks(lora).Select(network => KeyValuePair.Create(network.Name, (JsonNode?)JsonValue.Create(network.Layers)))),
                ["ranks"] = new JsonArray([.. lora.Ranks.Select(rank => JsonValue.Create(rank))]),
                ["alphas"] = new JsonArray([.. lora.Alphas.Select(alpha => JsonValue.Create(alpha))]),
                ["base"] = lora.BaseModel,
                ["title"] = lora.Title,
                ["not_understood"] = new JsonArray([.. lora.NotUnderstood.Select(name => JsonValue.Create(name))]),
            };
        }
        return facts;
    }

    private static JsonObject Facts(Family family) => new()
    {
        ["name"] = family.Name,
        ["kind"] = family.Kind.ToString(),
        ["acceptance"] = family.Acceptance.ToString(),
        ["description"] = family.Description.Said(),
        ["sizes"] = new JsonObject(family.Sizes.Select(size => KeyValuePair.Create(size.Key, (JsonNode?)JsonValue.Create(size.Value)))),
    };

    private static FactTable Table(string path, Checkpoint checkpoint, LoraFile? lora)
    {
        var table = new FactTable();
        long bytes = checkpoint.Files.Sum(file => file.Length);
        table.Add(Texts.InfoFile, path);
        table.Add(Texts.InfoIs, $"{checkpoint.Family.Description.Said()} ({checkpoint.Family.Name})");
        foreach (var part in checkpoint.Family.Contains) table.Add(Texts.InfoContains, $"{part.Description.Said()} ({part.Name})");
        if (checkpoint.Family.Sizes.Count > 0) table.Add(Texts.InfoSizes, string.Join(", ", checkpoint.Family.Sizes.Select(size => $"{size.Key} {size.Value}")));
        table.Add(Texts.InfoParts, bytes >= Giga ? Texts.InfoBytes.With(bytes / Giga, checkpoint.Entries.Count) : Texts.InfoMegabytes.With(bytes / Mega, checkpoint.Entries.Count));
        table.Add(Texts.InfoTypes, string.Join(", ", Types(checkpoint).Select(type => Texts.InfoPart.With(type.Name, type.Tensors, type.Bytes / Mega))));
        if (lora is not null)
        {
            string algorithms = string.Join(" + ", lora.Algorithms) + (lora.IsDora ? " (DoRA)" : "");
            table.Add(Texts.InfoLora, Texts.InfoLoraText.With(algorithms, lora.Layers.Count, Listed(lora.Ranks), lora.Alphas.Count > 0 ? Listed(lora.Alphas) : Listed(lora.Ranks)));
            table.Add(Texts.InfoLoraNetworks, string.Join(", ", Networks(lora).Select(network => $"{network.Name} {network.Layers}")));
            table.Add(Texts.InfoLoraBase, lora.BaseModel ?? Texts.InfoUnknownBase);
            if (lora.Title is { } title) table.Add(Texts.InfoLoraTitle, title);
        }
        foreach (var (key, value) in checkpoint.Metadata)
            table.Add(key, value.Length <= LongestValue ? value : value[..LongestValue] + Texts.InfoMore.With(value.Length));
        return table;
    }

    private static void ReportHash(SafeTensorsFile file, Session session)
    {
        var hash = FileHash.Of(file, cancel: session.Cancellation);
        session.Output.Report("hash", new() { ["path"] = file.Path, ["sha256"] = hash.Sha256, ["tensors"] = hash.Tensors, ["autov1"] = hash.AutoV1, ["autov2"] = hash.AutoV2, ["autov3"] = hash.AutoV3 }, console =>
        {
            var table = new FactTable();
            table.Add(Texts.InfoHash, hash.Sha256);
            table.Add(Texts.InfoShortHashes, $"{hash.AutoV1}, {hash.AutoV2}, {hash.AutoV3}");
            table.Show(console);
        });
    }

    private static IEnumerable<(string Name, int Tensors, long Bytes)> Types(Checkpoint checkpoint) => checkpoint.Entries.Values
        .GroupBy(entry => entry.DType).Select(type => (type.Key, type.Count(), type.Sum(entry => entry.End - entry.Begin))).OrderByDescending(type => type.Item3);

    private static IEnumerable<(string Name, int Layers)> Networks(LoraFile lora) =>
        Enum.GetValues<LoraNetwork>().Select(network => (network.ToString(), lora.LayersIn(network))).Where(network => network.Item2 > 0);

    private static long Elements(TensorEntry entry) => entry.Shape.Aggregate(1L, (product, size) => product * size);

    private static string Listed<T>(IReadOnlyList<T> values) => values.Count <= 4 ? string.Join(", ", values) : $"{values[0]}…{values[^1]}";
}
