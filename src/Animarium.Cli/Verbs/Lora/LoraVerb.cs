using System.CommandLine;
using Animarium.Cli.Language;

namespace Animarium.Cli.Verbs.Lora;

/// <summary><c>animarium lora …</c>: looks into LoRA files and makes new ones of them.</summary>
internal static class LoraVerb
{
    public static Command Command() => new("lora", Texts.LoraDescription)
    {
        LoraInfoVerb.Command(), LoraMergeVerb.Command(), LoraExtractVerb.Command(), LoraResizeVerb.Command(), LoraConvertVerb.Command(),
    };
}
