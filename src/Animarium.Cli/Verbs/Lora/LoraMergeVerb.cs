using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora merge</c>: several LoRAs into one, or into a checkpoint.</summary>
internal static class LoraMergeVerb
{
    public static VerbCommand Command()
    {
        var options = new LoraOptions(LoraPrecision.Bf16);
        var loras = new Argument<string[]>("loras") { Description = Texts.LoraMergeArgument, HelpName = "LORA[:STRENGTH]", Arity = ArgumentArity.OneOrMore };
        var into = new Option<string?>("--into") { Description = Texts.LoraInto, HelpName = Texts.PlaceholderPath };
        var verb = new VerbCommand("merge", Texts.LoraMergeDescription, (parse, session) => Run(parse, options, [.. parse.GetRequiredValue(loras).Select(LoraOptions.Weighted)], parse.GetValue(into), session))
        {
            Examples = ["lora merge style.safetensors:0.8 pose.safetensors:0.5 -o both.safetensors", "lora merge style.safetensors --into anima-base-v1.0.safetensors -o anima-style.safetensors"],
        };
        verb.Arguments.Add(loras);
        verb.Add(Texts.LoraOutputGroup, options.Output);
        verb.Add(Texts.LoraMergeGroup, [into, .. options.Rank]);
        return verb;
    }

    private static ExitCode Run(ParseResult parse, LoraOptions options, IReadOnlyList<(string Path, double Strength)> loras, string? into, Session session)
    {
        var (output, choice) = (options.To(parse), options.Choice(parse));
        if (into is null) return LoraMaking.Run(session, output.Path, step => LoraWorkshop.Merge(loras, choice, output, TimeProvider.System, step, session.Cancellation));
        if (choice is not null || options.HasFormat(parse)) throw FailureException.Usage(Texts.LoraIntoAlone);
        if (!Directory.Exists(into)) InputText.RequireFile(into);
        return LoraMaking.Run(session, output.Path, step => LoraWorkshop.MergeInto(into, loras, output.Path, step, session.Cancellation));
    }
}
