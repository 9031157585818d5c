using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>Plans as JSON: for files, the database and the API. Unknown members are errors: a plan that is only half understood draws the wrong pictures.</summary>
public static class PlanJson
{
    private const int Version = 1;

    /// <summary>One JSON object; what <see cref="Read(JsonElement)"/> reads gives the same pictures under the same numbers.</summary>
    public static JsonObject ToJson(this DrawPlan plan) => new()
    {
        ["version"] = Version,
        ["settings"] = plan.Common.ToJson(),
        ["usual"] = plan.Usual.ToJson(),
        ["axes"] = new JsonArray([.. plan.Axes.Select(axis => new JsonObject { ["name"] = axis.Name, ["values"] = Array(axis.Values.Select(value => JsonValue.Create(value))) })]),
        ["prompts"] = Array(plan.Prompts.Select(prompt => prompt.ToJson())),
        ["seeds"] = new JsonObject
        {
            ["start"] = plan.Seeds.Start,
            ["order"] = plan.Seeds.Order.ToString().ToLowerInvariant(),
            ["each"] = plan.Seeds.Each,
            ["rounds"] = Array(plan.Seeds.Rounds.Select(round => JsonValue.Create(round))),
        },
        ["cuts"] = Array(plan.Cuts.Select(cut => cut switch
        {
            IndexCut range => new JsonObject { ["first"] = range.First, ["last"] = range.Last },
            ValueCut value => new JsonObject { ["axis"] = value.Axis, ["value"] = value.Value },
            _ => throw new NotSupportedException(cut.GetType().Name),
        })),
    };

    /// <summary>Reads a plan.</summary>
    /// <exception cref="SettingException">It is none, of a later version, or its parts contradict each other.</exception>
    public static DrawPlan Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new SettingException("plan", Words.Say("plan.json", e.Message), e);
        }
    }

    /// <summary>Reads a plan.</summary>
    /// <exception cref="SettingException">It is none, of a later version, or its parts contradict each other.</exception>
    public static DrawPlan Read(JsonElement json)
    {
        var parts = Members(json, "plan", "version", "settings", "usual", "axes", "prompts", "seeds", "cuts");
        int version = Whole(parts, "version");
        if (version != Version) throw new SettingException("version", Words.Say("plan.version", version, Version));
        var seeds = Members(parts.GetValueOrDefault("seeds"), "seeds", "start", "order", "each", "rounds");
        var plan = DrawPlan.Make(
            parts.TryGetValue("settings", out var common) ? Settings.FromJson(common) : Settings.Empty,
            [.. Items(parts, "axes").Select(axis => Members(axis, "axes", "name", "values")).Select(axis => new PlanAxis(Text(axis, "name"), [.. Items(axis, "values").Select(Text)]))],
            [.. Items(parts, "prompts").Select(prompt => prompt.ValueKind == JsonValueKind.String ? Settings.Empty.With("prompt", prompt.GetString()!) : Settings.FromJson(prompt))],
            new PlanSeeds(seeds.TryGetValue("start", out var start) && start.ValueKind == JsonValueKind.Number && start.TryGetUInt64(out ulong first) ? first : throw Wrong("start"))
            {
                Order = !seeds.ContainsKey("order") ? SeedOrder.Consecutive : Enum.TryParse<SeedOrder>(Text(seeds, "order"), ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : throw Wrong("order"),
                Each = seeds.TryGetValue("each", out var each) && (each.ValueKind is JsonValueKind.True or JsonValueKind.False ? each.GetBoolean() : throw Wrong("each")),
                Rounds = seeds.ContainsKey("rounds") ? [.. Items(seeds, "rounds").Select(round => round.ValueKind == JsonValueKind.Number && round.TryGetInt32(out int count) ? count : throw Wrong("rounds"))] : [1],
            });
        return plan.Under(parts.TryGetValue("usual", out var usual) ? Settings.FromJson(usual) : Settings.Empty).Without([.. Items(parts, "cuts").Select(Cut)]);
    }

    private static PlanCut Cut(JsonElement json)
    {
        var parts = Members(json, "cuts", "first", "last", "axis", "value");
        return parts.ContainsKey("axis") ? new ValueCut(Text(parts, "axis"), Text(parts, "value")) : new IndexCut(Whole(parts, "first"), Whole(parts, "last"));
    }

    private static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    private static Dictionary<string, JsonElement> Members(JsonElement json, string name, params string[] known)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Wrong(name);
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            if (!known.Contains(member.Name) || !members.TryAdd(member.Name, member.Value)) throw new SettingException(member.Name, Words.Say("plan.member", name, member.Name, string.Join(", ", known)));
        return members;
    }

    private static List<JsonElement> Items(Dictionary<string, JsonElement> parts, string name) =>
        !parts.TryGetValue(name, out var list) ? [] : list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : throw Wrong(name);

    private static string Text(Dictionary<string, JsonElement> parts, string name) => parts.TryGetValue(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : throw Wrong(name);

    private static string Text(JsonElement json) => json.ValueKind is JsonValueKind.String or JsonValueKind.Number ? json.ToString() : throw Wrong("values");

    private static int Whole(Dictionary<string, JsonElement> parts, string name) =>
        parts.TryGetValue(name, out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int value) ? value : throw Wrong(name);

    private static SettingException Wrong(string member) => new(member, Words.Say("plan.form", member));
}
