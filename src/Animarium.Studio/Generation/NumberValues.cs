using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Numbers of a range, written with a point; NaN and infinities are none.</summary>
internal sealed class NumberValues(double least, double most, bool aboveLeast = false) : KnobValues<double>
{
    public override double? Least => least;

    public override double? Most => most;

    public override string Describe() => Words.Say(aboveLeast ? "values.number.above" : "values.number", least, most);

    public override bool Allows(double value) => value <= most && (aboveLeast ? value > least : value >= least);

    protected override bool TryParse(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    public override string Format(double value) => value.ToString(CultureInfo.InvariantCulture);

    public override JsonNode ToJson(double value) => JsonValue.Create(value);
}

/// <summary>Whole numbers of a range.</summary>
internal sealed class IntegerValues(int least, int most) : KnobValues<int>
{
    public override double? Least => least;

    public override double? Most => most;

    public override string Describe() => Words.Say("values.integer", least, most);

    public override bool Allows(int value) => value >= least && value <= most;

    protected override bool TryParse(string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override JsonNode ToJson(int value) => JsonValue.Create(value);
}

/// <summary>Seeds of 64 bits, or random: none, "random" or, as in A1111, −1.</summary>
internal sealed class SeedValues : KnobValues<ulong?>
{
    private const string Random = "random";

    public override string Describe() => Words.Say("values.seed", ulong.MaxValue);

    public override bool Allows(ulong? value) => true;

    protected override bool TryParse(string text, out ulong? value)
    {
        bool known = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed);
        value = known ? seed : null;
        return known || text is Random or "-1";
    }

    public override string Format(ulong? value) => value?.ToString(CultureInfo.InvariantCulture) ?? Random;

    public override JsonNode? ToJson(ulong? value) => value is { } seed ? JsonValue.Create(seed) : null;

    public override bool TryRead(JsonElement json, out ulong? value)
    {
        value = null;
        return json.ValueKind == JsonValueKind.Null || base.TryRead(json, out value);
    }
}
