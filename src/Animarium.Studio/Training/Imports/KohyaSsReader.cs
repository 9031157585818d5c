using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Training.Imports.Kohya;

namespace Animarium.Studio.Training.Imports;

/// <summary>Configurations of bmaltais' kohya_ss GUI: a flat JSON with every field of every model, from which it makes options of sd-scripts.</summary>
internal static class KohyaSsReader
{
    /// <summary>Fields with an <c>anima_</c> of their own belong to other models without it.</summary>
    private const string Prefix = "anima_";

    /// <summary>What the GUI calls otherwise than sd-scripts.</summary>
    private static readonly (string Field, string Option)[] Renamed = [("optimizer", "optimizer_type"), ("max_resolution", "resolution")];

    /// <summary>What the GUI writes where nobody chose anything; 0, "" and false always mean that.</summary>
    private static readonly (string Option, string Value)[] Untouched = [("clip_skip", "1"), ("max_token_length", "75"), ("multires_noise_discount", "0.3"), ("keep_tokens", "0")];

    /// <summary>Whether a JSON is one.</summary>
    public static bool Recognises(JsonObject root) => root.ContainsKey("LoRA_type") && root.ContainsKey("pretrained_model_name_or_path") || root.ContainsKey(Prefix + "checkbox");

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="Generation.SettingException">A value is wrong.</exception>
    public static ImportReport Read(JsonObject root, string file)
    {
        if (!On(root, Prefix + "checkbox")) return ImportReport.WrongBase(SettingsKind.KohyaSs, file, OtherModel(root));
        var stray = new List<string>();
        var arguments = new KohyaArguments { WrittenByProgram = true };
        foreach (string name in KohyaOptions.Names)
        {
            var value = root[Prefix + name] ?? (root.ContainsKey(Prefix + name) || name is "vae" ? null : root[name]);
            if (IsGiven(name, value)) arguments[name] = value!.DeepClone();
        }
        foreach (var (field, option) in Renamed)
            if (IsGiven(option, root[field])) arguments[option] = root[field]!.DeepClone();
        foreach (string list in (string[])["optimizer_args", "lr_scheduler_args"])
            if (root[list]?.ToString() is { Length: > 0 } text) arguments[list] = new JsonArray([.. CommandText.Words(text, "bash").Select(word => JsonValue.Create(word))]);
        Length(root, arguments);
        Network(root, arguments);
        arguments.Add(KohyaCommand.Options(CommandText.Words(root["additional_parameters"]?.ToString() ?? "", "bash"), stray));
        // The GUI trains the transformer alone where only the transformer has a rate.
        if (arguments.Has("unet_lr") && !arguments.Has("text_encoder_lr")) arguments["network_train_unet_only"] = true;
        var report = KohyaReader.Read(arguments, SettingsKind.KohyaSs, file, fullFineTuning: false);
        var optimizer = report.Settings!.Optimizer with { TextEncoderLearningRate = arguments.Number("text_encoder_lr") };
        return report with { Architecture = "Anima", Settings = report.Settings with { Optimizer = optimizer }, Warnings = [.. report.Warnings, .. KohyaCommand.Stray(stray)] };
    }

    private static void Length(JsonObject root, KohyaArguments arguments)
    {
        if (arguments.Number("lr_warmup_steps") is not > 0 && Number(root["lr_warmup"]) is { } percent and > 0) arguments["lr_warmup_steps"] = percent.ToString(CultureInfo.InvariantCulture) + "%";
        if (!arguments.Has("max_train_epochs") && !arguments.Has("max_train_steps") && Number(root["epoch"]) is { } epochs and >= 1) arguments["max_train_epochs"] = (long)epochs;
    }

    private static void Network(JsonObject root, KohyaArguments arguments)
    {
        string type = root["LoRA_type"]?.ToString() ?? "";
        bool lycoris = type.StartsWith("LyCORIS/", StringComparison.Ordinal);
        string algorithm = (lycoris ? type["LyCORIS/".Length..] : type.Split(' ')[^1]).ToLowerInvariant();
        arguments["network_module"] = lycoris ? "lycoris.kohya" : algorithm is "loha" or "lokr" ? $"networks.{algorithm}" : "networks.lora_anima";
        var given = new List<string>();
        if (lycoris) given.Add($"algo={algorithm}");
        if (algorithm == "lokr" && Number(root["factor"]) is { } factor and > 0) given.Add(string.Create(CultureInfo.InvariantCulture, $"factor={factor}"));
        if (lycoris && On(root, "dora_wd")) given.Add("dora_wd=True");
        foreach (string name in (string[])["rank_dropout", "module_dropout", "loraplus_lr_ratio", "loraplus_unet_lr_ratio", "loraplus_text_encoder_lr_ratio"])
            if (Number(root[name]) is { } number and > 0) given.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={number}"));
        if (On(root, "train_llm_adapter")) given.Add("train_llm_adapter=True");
        if (given.Count > 0) arguments["network_args"] = new JsonArray([.. given.Select(argument => JsonValue.Create(argument))]);
    }

    private static bool IsGiven(string option, JsonNode? value) =>
        value is JsonValue && value.ToString() is not ("" or "0" or "0.0" or "false" or "False") && !Untouched.Contains((option, value.ToString())) && (option != "xformers" || value.ToString() == "xformers");

    private static bool On(JsonObject root, string field) => root[field]?.ToString() is "true" or "True" or "1";

    private static double? Number(JsonNode? value) => double.TryParse(value?.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static string OtherModel(JsonObject root) =>
        On(root, "sdxl") || On(root, "sdxl_checkbox") ? "SDXL" : On(root, "flux1_checkbox") ? "FLUX" : On(root, "sd3_checkbox") ? "Stable Diffusion 3" : On(root, "lumina_checkbox") ? "Lumina" :
        On(root, "hunyuan_image_checkbox") ? "HunyuanImage" : "Stable Diffusion";
}
