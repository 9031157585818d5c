using System.CommandLine;
using System.Text.Json.Nodes;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Cli.Terminal;
using Animarium.Studio.ModelLibrary;
using Spectre.Console;

namespace Animarium.Cli.Verbs;

/// <summary><c>animarium models</c>: which models there are, what belongs together, what is missing.</summary>
internal static class ModelsVerb
{
    private const double Giga = 1e9;
    private const int MostLoras = 20; // named to people

    public static VerbCommand Command()
    {
        var folders = new Argument<string[]>("folders") { Description = Texts.ModelsArgument, HelpName = "FOLDER", Arity = ArgumentArity.ZeroOrMore };
        var verb = new VerbCommand("models", Texts.ModelsDescription, (parse, session) => Run(parse.GetValue(folders) ?? [], session))
        {
            Examples = ["models", "models ~/ComfyUI/models", "models download --needed"],
        };
        verb.Arguments.Add(folders);
        verb.Subcommands.Add(ModelsDownloadVerb.Command());
        return verb;
    }

    private static ExitCode Run(IReadOnlyList<string> further, Session session)
    {
        var output = session.Output;
        if (further.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing) throw FailureException.Input(Texts.FolderMissing.With(missing));
        InstalledTorch.Load(session.Environment);
        var library = new ModelCatalog([.. further, .. StudioFolders.Default.Models]);
        var first = library.Models.FirstOrDefault(model => model.IsComplete);
        foreach (var model in library.Models) Report(model, model == first, output);
        if (library.Models.Count == 0) output.Warn("no-model", Texts.ModelsNothing);
        ReportLoras(library, output);
        foreach (var unusable in library.Unusable) output.Warn("unusable", unusable.Message);
        output.Report("folders", new() { ["folders"] = Names(library.Folders) }, console => console.WriteLine(Texts.ModelsLooked.With(string.Join(", ", library.Folders))));
        return ExitCode.Done;
    }

    private static void Report(LibraryModel model, bool isDefault, Output output)
    {
        var facts = new JsonObject
        {
            ["name"] = model.Name,
            ["complete"] = model.IsComplete,
            ["default"] = isDefault,
            ["transformer"] = model.Transformer.Path,
            ["text_encoder"] = model.TextEncoder?.Path,
            ["vae"] = model.Vae?.Path,
            ["tokenizers"] = model.Tokenizers,
            ["missing"] = Names(model.Missing),
        };
        output.Report("model", facts, console =>
        {
            console.MarkupLine($"[bold]{Markup.Escape(PeopleOutput.Printable(model.Name))}[/]: {(model.IsComplete ? Texts.ModelsReady : Texts.ModelsMissing)} {(isDefault ? Texts.ModelsDefault : "")}".TrimEnd());
            var table = new FactTable();
            table.Add("  " + Texts.ModelsTransformer, Named(model.Transformer));
            table.Add("  " + Texts.ModelsTextEncoder, model.TextEncoder is { } encoder ? Named(encoder) : Texts.ModelsNone);
            table.Add("  " + Texts.ModelsVae, model.Vae is { } vae ? Named(vae) : Texts.ModelsNone);
            table.Add("  " + Texts.ModelsTokenizers, model.Tokenizers ?? Texts.ModelsOfficialTokenizers);
            table.Show(console);
        });
        foreach (string missing in model.Missing) output.Warn("missing", missing);
    }

    private static void ReportLoras(ModelCatalog library, Output output)
    {
        var loras = library.Loras.All;
        if (loras.Count == 0) return;
        output.Report("loras", new() { ["loras"] = new JsonArray([.. loras.Select(lora => new JsonObject { ["name"] = lora.Name, ["path"] = lora.Path })]) }, console =>
            console.WriteLine($"{Texts.ModelsLoras} ({loras.Count}): {string.Join(", ", loras.Take(MostLoras).Select(lora => PeopleOutput.Printable(lora.Name)))}{(loras.Count > MostLoras ? ", …" : "")}"));
    }

    private static string Named(ModelPart part) => $"{part.Path} ({part.Bytes / Giga:0.00} GB)";

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Select(name => JsonValue.Create(name))]);
}
