using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Preferences;

/// <summary>A full path, or none. A path that depends on where the server was started would be another one each time.</summary>
internal sealed class FolderValues : KnobValues<string?>
{
    public override bool IsPath => true;

    public override string Describe() => PreferenceTexts.Find("values.path", null);

    public override bool Allows(string? value) => value is null || IsFull(value);

    protected override bool TryParse(string text, out string? value)
    {
        value = text.Length > 0 ? text : null;
        return true;
    }

    public override string Format(string? value) => value ?? "";

    public static bool IsFull(string path) => path.Length <= 4096 && !path.Any(char.IsControl) && Path.IsPathFullyQualified(path);
}

/// <summary>A list of texts.</summary>
internal abstract class TextListValues(int most) : KnobValues<IReadOnlyList<string>>
{
    public override bool IsList => true;

    protected abstract bool Allows(string value);

    public override bool Allows(IReadOnlyList<string> value) => value.Count <= most && value.All(Allows);

    public override bool TryParse(IReadOnlyList<string> texts, out IReadOnlyList<string> value)
    {
        value = texts;
        return true;
    }

    protected override bool TryParse(string text, out IReadOnlyList<string> value) => TryParse([text], out value);

    public override string Format(IReadOnlyList<string> value) => string.Join(", ", value);

    public override JsonNode ToJson(IReadOnlyList<string> value) => new JsonArray([.. value.Select(text => JsonValue.Create(text))]);

    public override bool TryRead(JsonElement json, out IReadOnlyList<string> value)
    {
        bool texts = json.ValueKind == JsonValueKind.Array && json.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
        value = texts ? [.. json.EnumerateArray().Select(item => item.GetString()!)] : [];
        return texts;
    }
}

/// <summary>Full paths.</summary>
internal sealed class FolderListValues(int most) : TextListValues(most)
{
    public override string Describe() => PreferenceTexts.Find("values.paths", null);

    protected override bool Allows(string value) => FolderValues.IsFull(value);
}

/// <summary>Names of machines.</summary>
internal sealed partial class HostListValues(int most) : TextListValues(most)
{
    public override string Describe() => PreferenceTexts.Find("values.hosts", null);

    protected override bool Allows(string value) => Host().IsMatch(value);

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$")]
    private static partial Regex Host();
}

/// <summary>The number of a network card of this machine.</summary>
internal sealed class AddressValues : KnobValues<string>
{
    public override string Describe() => PreferenceTexts.Find("values.address", null);

    public override bool Allows(string value) => value == "localhost" || IPAddress.TryParse(value, out _);

    protected override bool TryParse(string text, out string value)
    {
        value = text.ToLowerInvariant();
        return true;
    }

    public override string Format(string value) => value;
}

/// <summary>A pattern of file names within the folder of pictures, or none.</summary>
internal sealed class NameValues : KnobValues<string?>
{
    public override string Describe() => PreferenceTexts.Find("values.names", null);

    public override bool Allows(string? value)
    {
        if (value is null) return true;
        if (value.Length > 1000 || Path.IsPathRooted(value) || value.Split('/', '\\').Any(part => part.Trim() == "..")) return false;
        try
        {
            _ = new OutputNames(new GenerationRequest { Out = value });
            return true;
        }
        catch (SettingException)
        {
            return false;
        }
    }

    protected override bool TryParse(string text, out string? value)
    {
        value = text.Length > 0 ? text : null;
        return true;
    }

    public override string Format(string? value) => value ?? "";
}
