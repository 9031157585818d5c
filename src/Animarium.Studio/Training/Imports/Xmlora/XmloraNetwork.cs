using System.Text.Json.Nodes;
using Animarium.Studio.Training.Imports.Kohya;

namespace Animarium.Studio.Training.Imports.Xmlora;

/// <summary>The network's module and arguments in a preset.</summary>
internal static class XmloraNetwork
{
    /// <summary>Parts of the transformer with a rate of their own: the field, and the layers it means.</summary>
    public static readonly (string Field, string Pattern)[] Parts = [("SelfAttnLR", ".*self_attn.*"), ("CrossAttnLR", ".*cross_attn.*"), ("MlpLR", ".*mlp.*")];

    /// <summary>The layers that LLMAdapterLR means.</summary>
    public const string LlmAdapterPattern = ".*llm_adapter.*";

    /// <summary>Makes <c>network_module</c> and <c>network_args</c>.</summary>
    public static void Read(OptionMaker made, XmloraFile fields)
    {
        var arguments = new List<string>();
        switch (fields["ModuleType"])
        {
            case "LoHA": made.Set("network_module", "networks.loha"); break;
            case "LoKr": made.Set("network_module", "networks.lokr"); break;
            case "LyCORIS":
                made.Set("network_module", "lycoris.kohya");
                arguments.Add($"algo={fields["AlgoType"].Replace('_', '-')}");
                foreach (var (argument, field) in new[] { ("dora_wd", "WeightDocomposition"), ("train_norm", "TrainNorm"), ("rescaled", "RescaledOFT"), ("use_tucker", "UseTucker"), ("use_scalar", "UseScalar") })
                    if (made.Flag(field)) arguments.Add($"{argument}=True");
                break;
            default: made.Set("network_module", "networks.lora_anima"); break;
        }
        foreach (var (argument, field) in new[] { ("rank_dropout", "RankDropout"), ("module_dropout", "ModuleDropout"), ("loraplus_lr_ratio", "LoRAPlusLRRatio"), ("loraplus_unet_lr_ratio", "LoRAPlusUnetLRRatio"),
                     ("loraplus_text_encoder_lr_ratio", "LoRAPlusTELRRatio") })
            if (made.Number(field) > 0) arguments.Add($"{argument}={fields[field]}");

        // A rate of 0 leaves the part out, one above 0 is its own, −1 is the common one.
        string[] excluded = [.. Parts.Where(part => made.Number(part.Field) == 0).Select(part => $"'{part.Pattern}'")];
        if (excluded.Length > 0) arguments.Add($"exclude_patterns=[{string.Join(',', excluded)}]");
        string[] rates = [.. Parts.Append(("LLMAdapterLR", LlmAdapterPattern)).Where(part => made.Number(part.Item1) > 0).Select(part => $"{part.Item2}={fields[part.Item1]}")];
        if (made.Number("LLMAdapterLR") > 0) arguments.Add("train_llm_adapter=True");
        if (rates.Length > 0) arguments.Add($"network_reg_lrs={string.Join(',', rates)}");
        arguments.AddRange(CommandText.Words(fields["AdditionalNetworkArgs"], "cmd"));
        if (arguments.Count > 0) made.Set("network_args", new JsonArray([.. arguments.Select(argument => JsonValue.Create(argument))]));
    }
}
