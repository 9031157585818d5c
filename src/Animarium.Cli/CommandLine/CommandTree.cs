using System.CommandLine;
using System.CommandLine.Help;
using Animarium.Cli.Language;
using Animarium.Cli.Verbs;

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
            GenerateVerb.Command(), InfoVerb.Command(), ModelsVerb.Command(), MetadataVerb.Command(), TokenizeVerb.Command(), DatasetVerb.Command(), TrainVerb.Command(), EvaluateVerb.Command(), DoctorVerb.Command(), BenchVerb.Command(),
        };
        root.Options.Add(Json);
        root.Options.Add(Language);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpPage(root);
        help.Description = Texts.OptionHelp;
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
