using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora convert FILE</c>: other names, other numbers, less metadata.</summary>
internal static class LoraConvertVerb
{
    private static readonly Dictionary<string, KeptMetadata> Kept = new() { ["keep"] = KeptMetadata.All, ["no-paths"] = KeptMetadata.WithoutPaths, ["none"] = KeptMetadata.None };

    public static VerbCommand Command()
    {
        var options = new LoraOptions(LoraPrecision.Keep);
        var file = new Argument<string>("file") { Description = Texts.LoraFileArgument, HelpName = "FILE" };
        var metadata = new Option<string>("--metadata") { Description = Texts.LoraMetadataOption, HelpName = string.Join('|', Kept.Keys), DefaultValueFactory = _ => "keep" };
        metadata.AcceptOnlyFromAmong([.. Kept.Keys]);
        var verb = new VerbCommand("convert", Texts.LoraConvertDescription, (parse, session) => Run(options.To(parse), parse.GetRequiredValue(file), Kept[parse.GetRequiredValue(metadata)], session))
        {
            Examples = ["lora convert my-style.safetensors --naming comfy -o my-style-comfy.safetensors", "lora convert my-style.safetensors --metadata none -o clean.safetensors"],
        };
        verb.Arguments.Add(file);
        verb.Add(Texts.LoraOutputGroup, [.. options.Output, metadata]);
        return verb;
    }

    private static ExitCode Run(LoraOutput output, string file, KeptMetadata metadata, Session session)
    {
        InputText.RequireFile(file);
        InstalledTorch.Load(session.Environment);
        var (layers, warnings, leftOut) = LoraWorkshop.Convert(file, output, metadata, session.Cancellation);
        session.Output.Report("lora", new() { ["path"] = output.Path, ["bytes"] = new FileInfo(output.Path).Length, ["layers"] = layers, ["naming"] = output.Naming.ToString() }, console =>
        {
            var table = new FactTable();
            table.Add(Texts.InfoFile, output.Path);
            table.Add(Texts.LoraLayers, $"{layers}");
            table.Show(console);
        });
        foreach (var issue in warnings) session.Output.Warn(issue.Name, issue.Text.Said());
        if (leftOut.Count > 0) session.Output.Warn("left-out", Texts.LoraUnknownTensors.With(leftOut.Count, string.Join(", ", leftOut.Take(5))));
        return ExitCode.Done;
    }
}
