using System.Globalization;
using System.Text.Json;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Images;

/// <summary>
/// What a ComfyUI graph in API form would draw: from the output back to the sampler, and from there along the model, conditioning and
/// latent links. Switches and primitives are evaluated, since their results and not the sampler's own widgets decide.
/// </summary>
public sealed class ComfyWorkflow
{
    private const int MostSteps = 10_000, DeepestNesting = 64; // links followed, so that cyclic and exploding graphs end

    private static readonly string[] CustomParts = ["noise", "guider", "sampler", "sigmas"];

    private readonly Dictionary<string, JsonElement> nodes;
    private readonly SortedSet<string> unmapped = new(StringComparer.Ordinal);
    private readonly List<string> loras = [];
    private readonly List<KeyValuePair<string, string>> fields = [];
    private int steps, depth;

    private ComfyWorkflow(Dictionary<string, JsonElement> nodes) => this.nodes = nodes;

    /// <summary>Reads a graph; null if it is no graph or has no sampler.</summary>
    /// <param name="prompt">The JSON object of nodes: id → class_type and inputs.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ImportedSettings? Read(string prompt)
    {
        using var document = JsonDocument.Parse(prompt);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
        var nodes = document.RootElement.EnumerateObject().Where(node => node.Value.ValueKind == JsonValueKind.Object && node.Value.TryGetProperty("class_type", out _))
            .DistinctBy(node => node.Name).ToDictionary(node => node.Name, node => node.Value);
        return new ComfyWorkflow(nodes).Import();
    }

    private ImportedSettings? Import()
    {
        var ends = nodes.Values.Where(node => Class(node).StartsWith("SaveImage", StringComparison.Ordinal) || Class(node) is "PreviewImage").Concat(nodes.Values);
        var passes = ends.Select(Samplers).FirstOrDefault(found => found.Count > 0);
        if (passes is null) return null;

        var first = passes[^1]; // the last one met on the way back draws first
        Add("Steps", Setting(first, "steps"));
        Add("Sampler", Setting(first, "sampler_name"));
        Add("Schedule type", Setting(first, "scheduler"));
        Add("CFG scale", Setting(first, "cfg"));
        Add("Seed", Setting(first, "seed", "noise_seed"));
        Latent(first);
        string? denoise = Setting(passes[0], "denoise");
        if (denoise is not null && double.TryParse(denoise, CultureInfo.InvariantCulture, out double strength) && strength < 1) Add("Denoising strength", denoise);
        if (passes.Count > 1)
        {
            Add("Hires steps", Setting(passes[0], "steps"));
            if (Target(passes[0], "latent_image") is { } enlarged) Add("Hires upscale", Scalar(enlarged, "scale_by"));
        }
        Model(Target(first, "model"));

        string prompt = Text(Input(first, "positive") ?? Input(first, "conditioning"));
        string negative = Text(Input(first, "negative"));
        return new(new(string.Join(' ', [prompt, .. loras]), negative, fields, []), [.. unmapped]);
    }

    /// <summary>The samplers on the way from a node back along pictures and latents, nearest first.</summary>
    private List<JsonElement> Samplers(JsonElement node)
    {
        var found = new List<JsonElement>();
        for (JsonElement? at = node; at is { } here && steps++ < MostSteps; at = Target(here, "images", "image", "samples", "latent_image", "latent", "latents", "pixels"))
            if (IsSampler(here)) found.Add(here);
        return found;
    }

    private static bool IsSampler(JsonElement node) =>
        Class(node).Contains("KSampler", StringComparison.Ordinal) && Class(node) != "KSamplerSelect" || Class(node).StartsWith("SamplerCustom", StringComparison.Ordinal);

    /// <summary>LoRAs, shift and the checkpoint along the model links.</summary>
    private void Model(JsonElement? at)
    {
        for (; at is { } node && steps++ < MostSteps; at = Target(node, "model"))
        {
            if (Scalar(node, "lora_name") is { } lora) loras.Add(ImportedSettings.LoraTag(lora, Scalar(node, "strength_model")));
            else if (Scalar(node, "unet_name", "ckpt_name") is { } checkpoint) Add("Model", ImportedSettings.ModelName(checkpoint));
            else if (Scalar(node, "shift") is { } shift) Add("Shift", shift);
            else if (!StackedLoras(node)) unmapped.Add(Class(node));
        }
    }

    /// <summary>rgthree's Power Lora Loader: inputs that are objects {on, lora, strength}.</summary>
    private bool StackedLoras(JsonElement node)
    {
        var rows = Inputs(node).Where(input => input.Value.ValueKind == JsonValueKind.Object && input.Value.TryGetProperty("lora", out _)).Select(input => input.Value).ToList();
        foreach (var row in rows)
            if (!row.TryGetProperty("on", out var on) || on.ValueKind != JsonValueKind.False)
                loras.Add(ImportedSettings.LoraTag(row.GetProperty("lora").ToString(), row.TryGetProperty("strength", out var strength) ? strength.ToString() : null));
        return rows.Count > 0;
    }

    /// <summary>The size where the latents begin, or that a picture was drawn over.</summary>
    private void Latent(JsonElement sampler)
    {
        for (var at = Target(sampler, "latent_image", "latent"); at is { } node && steps++ < MostSteps; at = Target(node, "samples", "latent", "pixels", "image"))
        {
            if (Scalar(node, "width") is { } width && Scalar(node, "height") is { } height)
            {
                Add("Size", $"{width}x{height}");
                return;
            }
            if (Class(node).StartsWith("LoadImage", StringComparison.Ordinal)) unmapped.Add($"{Class(node)}: {Scalar(node, "image")}");
        }
    }

    /// <summary>The text of a conditioning link; several are joined by line breaks.</summary>
    private string Text(JsonElement? link) => link is { } value && Target(value) is { } node ? Nested(() => Text(node, Slot(value))) ?? "" : "";

    private string Text(JsonElement node, int slot)
    {
        if (Scalar(node, "text", "text_g", "t5xxl", "prompt", "wildcard_text") is { } text) return text;
        if (Class(node).Contains("ZeroOut", StringComparison.Ordinal)) return "";
        unmapped.Add(Class(node));
        // Nodes that change both sides at once, such as ControlNet's, hand each on through its own slot.
        string? side = Own(node, "positive") is null ? null : slot == 1 ? "negative" : "positive";
        var parts = Inputs(node).Where(input => side is null ? input.Name.StartsWith("conditioning", StringComparison.Ordinal) : input.Name == side);
        return string.Join('\n', parts.Select(part => Text(part.Value)).Where(part => part.Length > 0));
    }

    /// <summary>A sampler's setting: its own input, or that of the nodes which SamplerCustom takes instead.</summary>
    private string? Setting(JsonElement sampler, params string[] names) =>
        Scalar(sampler, names) ?? CustomParts
            .Select(part => Target(sampler, part)).Select(part => part is { } node ? Scalar(node, names) : null).FirstOrDefault(value => value is not null);

    private string? Scalar(JsonElement node, params string[] names) =>
        names.Select(name => Own(node, name) is { } value ? Nested(() => Evaluate(value)) : null).FirstOrDefault(value => value is not null);

    /// <summary>A value as text: itself, or what the linked primitive, switch or text node gives.</summary>
    private string? Evaluate(JsonElement value)
    {
        var end = Follow(value);
        if (end.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) return end.ToString();
        if (Node(end) is not { } node) return null;
        if (Class(node) == "StringConcatenate") return Scalar(node, "string_a") + Scalar(node, "delimiter") + Scalar(node, "string_b");
        string? result = Scalar(node, "value", "text", "string", "seed", "noise_seed", "int", "float", "number");
        if (result is null) unmapped.Add(Class(node));
        return result;
    }

    private T? Nested<T>(Func<T?> read) where T : class
    {
        if (depth == DeepestNesting || steps++ > MostSteps) return null;
        depth++;
        var result = read();
        depth--;
        return result;
    }

    /// <summary>The node behind the first of these inputs that is a link.</summary>
    private JsonElement? Target(JsonElement node, params string[] names) =>
        names.Select(name => Input(node, name) is { } link ? Target(link) : null).FirstOrDefault(target => target is not null);

    private JsonElement? Target(JsonElement link) => Node(Follow(link));

    /// <summary>Where a value comes from, through reroutes and the chosen branch of switches.</summary>
    private JsonElement Follow(JsonElement value)
    {
        while (steps++ < MostSteps && Node(value) is { } node)
        {
            if (Own(node, "on_true") is { } yes && Own(node, "on_false") is { } no)
                value = string.Equals(Scalar(node, "switch"), "true", StringComparison.OrdinalIgnoreCase) ? yes : no;
            else if (Class(node).StartsWith("Reroute", StringComparison.Ordinal))
                value = Inputs(node).Select(input => input.Value).FirstOrDefault(input => Node(input) is not null);
            else
                break;
        }
        return value;
    }

    /// <summary>The node of a link [id, slot].</summary>
    private JsonElement? Node(JsonElement link) =>
        link.ValueKind == JsonValueKind.Array && link.GetArrayLength() == 2 && nodes.TryGetValue(link[0].ToString(), out var node) ? node : null;

    /// <summary>An input of a node, or of the guider that SamplerCustomAdvanced takes.</summary>
    private JsonElement? Input(JsonElement node, string name) =>
        Own(node, name) ?? (IsSampler(node) && Own(node, "guider") is { } link && Target(link) is { } guider ? Own(guider, name) : null);

    private static JsonElement? Own(JsonElement node, string name) =>
        node.TryGetProperty("inputs", out var inputs) && inputs.ValueKind == JsonValueKind.Object && inputs.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement.ObjectEnumerator Inputs(JsonElement node) =>
        node.TryGetProperty("inputs", out var inputs) && inputs.ValueKind == JsonValueKind.Object ? inputs.EnumerateObject() : default;

    private static string Class(JsonElement node) => node.GetProperty("class_type").ToString();

    private static int Slot(JsonElement link) =>
        link.ValueKind == JsonValueKind.Array && link.GetArrayLength() == 2 && link[1].ValueKind == JsonValueKind.Number && link[1].TryGetInt32(out int slot) ? slot : 0;

    private void Add(string name, string? value)
    {
        if (value is not null) fields.Add(new(name, value));
    }
}
