using System.CommandLine;
using System.CommandLine.Help;
using Animarium.Cli.Language;
using Animarium.Cli.Verbs;
using Animarium.Cli.Verbs.Gallery;
using Animarium.Cli.Verbs.Lora;

namespace Animarium.Cli.CommandLine;

/// <summary>Every verb and what all of them share. Built after the language is chosen.</summary>
internal static class CommandTree
{
    /// <summary>Neither bundles (<c>-abc</c>) nor response files: a prompt may begin with <c>@artist</c>.</summary>
    public static ParserConfiguration Rules { get; } = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static RootCommand Build()
    {
        var root = new RootCommand(Texts.ProgramDescription)
        {
            GenerateVerb.Command(), TrainVerb.Command(), EvaluateVerb.Command(), DatasetVerb.Command(), LoraVerb.Command(), GalleryVerb.Command(), InfoVerb.Command(), ModelsVerb.Command(), MetadataVerb.Command(), TokenizeVerb.Command(), PromptVerb.Command(),
            JobsVerb.Command(), DoctorVerb.Command(), BenchVerb.Command(), WorkerVerb.Command(), DecodeVerb.Command(), ServeVerb.Command(),
        };
        root.Options.Add(Json);
        root.Options.Add(Language);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpPage(root);
        help.Description = Texts.OptionHelp;
        // A verb of verbs shows what there is, unless it does something itself.
        foreach (var group in root.Subcommands.Where(command => command.Subcommands.Count > 0 && command is not VerbCommand)) group.Action = new HelpPage(root, asked: false);
        root.Options.OfType<VersionOption>().Single().Description = Texts.OptionVersion;
        return root;
    }

    private static Option<bool> Json => new("--json") { Description = Texts.OptionJson, Recursive = true };

    private static Option<string> Language
    {
        get
        {
            var option = new Option<string>("--lang") { Description = Texts.OptionLang, HelpName = "en|ja", Recursive = true };
            option.AcceptOnlyFromAmong([.. Languages.All]);
            return option;
        }
    }
}
