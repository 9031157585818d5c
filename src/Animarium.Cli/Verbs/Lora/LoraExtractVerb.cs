using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora extract TUNED BASE</c>: the difference of two checkpoints as a LoRA.</summary>
internal static class LoraExtractVerb
{
    public static VerbCommand Command()
    {
        var options = new LoraOptions(LoraPrecision.Bf16);
        var tuned = new Argument<string>("tuned") { Description = Texts.LoraTunedArgument, HelpName = "TUNED" };
        var original = new Argument<string>("base") { Description = Texts.LoraBaseArgument, HelpName = "BASE" };
        var verb = new VerbCommand("extract", Texts.LoraExtractDescription, (parse, session) => Run(parse, options, parse.GetRequiredValue(tuned), parse.GetRequiredValue(original), session))
        {
            Examples = ["lora extract anima-tuned.safetensors anima-base-v1.0.safetensors --rank 32 -o difference.safetensors"],
        };
        verb.Arguments.Add(tuned);
        verb.Arguments.Add(original);
        verb.Add(Texts.LoraOutputGroup, options.Output);
        verb.Add(Texts.LoraRankGroup, options.Rank);
        return verb;
    }

    private static ExitCode Run(ParseResult parse, LoraOptions options, string tuned, string original, Session session)
    {
        var (output, choice) = (options.To(parse), options.RequiredChoice(parse));
        foreach (string path in new[] { tuned, original })
            if (!Directory.Exists(path)) InputText.RequireFile(path);
        return LoraMaking.Run(session, output.Path, step =>
        {
            var report = LoraWorkshop.Extract(tuned, original, choice, output, TimeProvider.System, step, session.Cancellation);
            return report.Layers.Count > 0 ? report : throw FailureException.Input(Texts.LoraNoDifference.With(tuned, original));
        });
    }
}
