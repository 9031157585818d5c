using System.CommandLine;
using Animarium.Cli.CommandLine;
using Animarium.Cli.Input;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Loras;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora resize FILE</c>: the best LoRA of a lower rank.</summary>
internal static class LoraResizeVerb
{
    public static VerbCommand Command()
    {
        var options = new LoraOptions(LoraPrecision.Bf16);
        var file = new Argument<string>("file") { Description = Texts.LoraFileArgument, HelpName = "FILE" };
        var verb = new VerbCommand("resize", Texts.LoraResizeDescription, (parse, session) => Run(parse, options, parse.GetRequiredValue(file), session))
        {
            Examples = ["lora resize big.safetensors --rank 8 -o small.safetensors", "lora resize big.safetensors --energy 0.95 -o small.safetensors"],
        };
        verb.Arguments.Add(file);
        verb.Add(Texts.LoraOutputGroup, options.Output);
        verb.Add(Texts.LoraRankGroup, options.Rank);
        return verb;
    }

    private static ExitCode Run(ParseResult parse, LoraOptions options, string file, Session session)
    {
        var (output, choice) = (options.To(parse), options.RequiredChoice(parse));
        InputText.RequireFile(file);
        return LoraMaking.Run(session, output.Path, step => LoraWorkshop.Resize(file, choice, output, step, session.Cancellation));
    }
}
