using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>LoRAs, written NAME, NAME:0.8 or NAME:0.8:0.5 (the text encoder's strength); names may contain colons.</summary>
internal sealed class LoraValues : KnobValues<IReadOnlyList<LoraUse>>
{
    internal const double Strongest = 100;
    private const int MostLoras = 64;

    public override bool IsList => true;

    public override string Describe() => Words.Say("values.lora", Strongest);

    public override bool Allows(IReadOnlyList<LoraUse> value) => value.Count <= MostLoras && value.All(lora =>
        lora.Name.Length is > 0 and <= 4096 && Math.Abs(lora.Strength) <= Strongest && Math.Abs(lora.TextStrength) <= Strongest);

    public override bool TryParse(IReadOnlyList<string> texts, out IReadOnlyList<LoraUse> value)
    {
        value = [.. texts.Select(One)];
        return true;
    }

    protected override bool TryParse(string text, out IReadOnlyList<LoraUse> value) => TryParse([text], out value);

    public override string Format(IReadOnlyList<LoraUse> value) => string.Join(", ", value.Select(lora =>
        lora.Name + Strength(lora.Strength) + (lora.Strength == lora.TextStrength ? "" : Strength(lora.TextStrength))));

    public override JsonNode ToJson(IReadOnlyList<LoraUse> value) => new JsonArray([.. value.Select(lora =>
        new JsonObject { ["name"] = lora.Name, ["strength"] = lora.Strength, ["textStrength"] = lora.TextStrength })]);

    public override bool TryRead(JsonElement json, out IReadOnlyList<LoraUse> value)
    {
        value = [];
        if (json.ValueKind != JsonValueKind.Array) return false;
        var read = json.EnumerateArray().Select(Entry).ToList();
        value = [.. read.OfType<LoraUse>()];
        return value.Count == read.Count;
    }

    /// <summary>At most two numbers at the end are strengths; everything before is the name.</summary>
    private static LoraUse One(string text)
    {
        string[] parts = text.Split(':');
        int numbers = parts.Skip(1).Reverse().TakeWhile(part => Number(part) is not null).Take(2).Count();
        string name = string.Join(':', parts[..^numbers]).Trim();
        double strength = numbers > 0 ? Number(parts[^numbers])!.Value : 1;
        return new(name, strength, numbers > 1 ? Number(parts[^1])!.Value : strength);
    }

    private static LoraUse? Entry(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String) return One(json.GetString()!);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("name", out var name) || name.ValueKind != JsonValueKind.String) return null;
        double? strength = Given("strength", 1);
        double? text = strength is { } both ? Given("textStrength", both) : null;
        return text is { } number ? new(name.GetString()!, strength!.Value, number) : null;

        double? Given(string key, double otherwise) => !json.TryGetProperty(key, out var value) ? otherwise
            : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double given) ? given : null;
    }

    private static string Strength(double number) => ":" + number.ToString(CultureInfo.InvariantCulture);

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
