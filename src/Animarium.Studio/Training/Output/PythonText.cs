using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Animarium.Studio.Training.Output;

/// <summary>Values as Python prints them: the metadata of LoRAs is made of <c>str(value)</c> and <c>json.dumps</c>, and its readers expect that.</summary>
internal static class PythonText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() };

    /// <summary>The text of a value: <c>None</c>, <c>True</c>, <c>1e-05</c>, <c>2.0</c>, <c>(1024, 1024)</c>, JSON, or the text itself.</summary>
    public static string Of(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        double number => Of(number),
        (int width, int height) => string.Create(CultureInfo.InvariantCulture, $"({width}, {height})"),
        JsonNode json => Json(json),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The shortest digits that give the number back: plain from 1e-4 to 1e16, else with an exponent of at least two digits.</summary>
    private static string Of(double number)
    {
        if (!double.IsFinite(number)) return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        int digits = Enumerable.Range(0, 17).First(n => n == 16 || double.Parse(Scientific(n), CultureInfo.InvariantCulture) == number);
        var (mantissa, exponent) = Scientific(digits).Split('E') is [var m, var e] ? (m, int.Parse(e, CultureInfo.InvariantCulture)) : default;
        if (number != 0 && exponent is < -4 or >= 16) return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        return number.ToString("F" + Math.Max(1, digits - exponent), CultureInfo.InvariantCulture);

        string Scientific(int places) => number.ToString("E" + places, CultureInfo.InvariantCulture);
    }

    /// <summary>One line with a blank after commas and colons.</summary>
    private static string Json(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(node);
        return text.ToString();

        void Append(JsonNode? value)
        {
            if (value is JsonObject entries) Join('{', '}', entries, entry =>
            {
                text.Append(JsonSerializer.Serialize(entry.Key, Plain)).Append(": ");
                Append(entry.Value);
            });
            else if (value is JsonArray items) Join('[', ']', items, Append);
            else text.Append(value?.ToJsonString(Plain) ?? "null");
        }

        void Join<T>(char open, char close, IEnumerable<T> items, Action<T> append)
        {
            text.Append(open);
            bool first = true;
            foreach (var item in items)
            {
                if (!first) text.Append(", ");
                first = false;
                append(item);
            }
            text.Append(close);
        }
    }
}
