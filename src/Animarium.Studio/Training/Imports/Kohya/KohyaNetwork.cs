using System.Globalization;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>sd-scripts' <c>network_module</c> and <c>network_args</c>.</summary>
internal static class KohyaNetwork
{
    /// <summary>The adapter that a module and its arguments make.</summary>
    /// <param name="adapter">Rank, alpha and what else options say.</param>
    /// <param name="module"><c>networks.lora_anima</c>, <c>lycoris.kohya</c>, …</param>
    /// <param name="arguments"><c>name=value</c> each.</param>
    /// <param name="left">Gets the names of arguments that have no counterpart.</param>
    public static AdapterSettings Read(AdapterSettings adapter, string module, IEnumerable<string> arguments, ICollection<string> left)
    {
        adapter = adapter with { Type = module.Split('.')[^1] switch { "loha" => "loha", "lokr" => "lokr", _ => "lora" } };
        foreach (string argument in arguments)
        {
            string[] pair = argument.Split('=', 2);
            string name = pair[0].Trim();
            if (pair.Length < 2 || With(adapter, name, pair[1].Trim()) is not { } read) left.Add(name);
            else adapter = read;
        }
        return adapter;
    }

    /// <summary>Which other model a module is for; null: Anima, or any.</summary>
    public static string? OtherModel(string module) => module switch
    {
        "networks.lora" or "networks.lora_fa" or "networks.dylora" or "networks.oft" => "Stable Diffusion",
        "networks.lora_flux" or "networks.oft_flux" => "FLUX",
        "networks.lora_sd3" => "Stable Diffusion 3",
        "networks.lora_lumina" => "Lumina",
        "networks.lora_hunyuan_image" => "HunyuanImage",
        _ => null,
    };

    private static AdapterSettings? With(AdapterSettings a, string name, string value) => name switch
    {
        "algo" => a with { Type = value.ToLowerInvariant() is "lora" or "locon" ? "lora" : value.ToLowerInvariant() },
        "rank_dropout" => Number(value) is { } n ? a with { RankDropout = n } : null,
        "module_dropout" => Number(value) is { } n ? a with { ModuleDropout = n } : null,
        "dropout" => Number(value) is { } n ? a with { Dropout = n } : null,
        "loraplus_lr_ratio" => Number(value) is { } n ? a with { LoraplusRatio = n } : null,
        "loraplus_unet_lr_ratio" => Number(value) is { } n ? a with { LoraplusRatio = a.LoraplusRatio ?? n } : null,
        "network_reg_dims" => a with { RankByPattern = [.. Pairs(value).Select(p => KeyValuePair.Create(p.Key, (int)Math.Clamp(p.Value, 0, int.MaxValue)))] },
        "network_reg_lrs" => a with { LearningRateByPattern = [.. Pairs(value)] },
        "exclude_patterns" => PythonLiteral.Texts(value) is { } texts ? a with { ExcludePatterns = texts } : null,
        "include_patterns" => PythonLiteral.Texts(value) is { } texts ? a with { IncludePatterns = texts } : null,
        "train_llm_adapter" => a with { TrainLlmAdapter = IsTrue(value) },
        "factor" => Number(value) is { } n ? a with { LokrFactor = n > 0 ? (int)Math.Min(n, int.MaxValue) : null } : null,
        "dora_wd" or "weight_decompose" => a with { Dora = IsTrue(value) },
        "rs_lora" => a with { Rslora = IsTrue(value) },
        // LyCORIS' other arguments at the values that mean "as usual".
        "preset" when value is "full" or "attn-mlp" => a,
        "train_norm" or "bypass_mode" or "use_tucker" or "use_scalar" or "rescaled" or "decompose_both" or "full_matrix" or "verbose" or "unbalanced_factorization" or "wd_on_output"
            when !IsTrue(value) || name is "verbose" => a,
        "conv_dim" or "conv_alpha" => a, // Anima has no convolutions in its blocks
        _ => null,
    };

    /// <summary><c>regex=number,regex=number</c>; what has another form is left out, as sd-scripts does.</summary>
    private static IEnumerable<KeyValuePair<string, double>> Pairs(string text) =>
        from pair in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let at = pair.IndexOf('=', StringComparison.Ordinal)
        where at > 0 && Number(pair[(at + 1)..]) is not null
        group Number(pair[(at + 1)..])!.Value by pair[..at].Trim() into same
        select KeyValuePair.Create(same.Key, same.Last());

    private static bool IsTrue(string value) => value.Equals("true", StringComparison.OrdinalIgnoreCase);

    private static double? Number(string text) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
}
