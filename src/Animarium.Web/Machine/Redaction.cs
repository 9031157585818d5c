using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Animarium.Web.Machine;

/// <summary>Takes out of texts what is nobody else's business: where a person's home is and what it is called, and everything that looks like a token or password.</summary>
/// <param name="home">The person's folder; becomes <c>~</c>.</param>
/// <param name="secrets">What is known to be secret; becomes <c>…</c>.</param>
public sealed partial class Redaction(string home, IEnumerable<string> secrets)
{
    private const string Hidden = "…";
    private const int ShortestHome = 2, ShortestSecret = 6; // characters: "/" and a password of "a" would leave no text whole

    private static readonly StringComparison Paths = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private readonly string home = Path.TrimEndingDirectorySeparator(home);
    private readonly string[] secrets = [.. secrets.Where(secret => secret.Length >= ShortestSecret)];

    /// <summary>That of this machine and person.</summary>
    /// <param name="variables">Names of environment variables with secrets.</param>
    public static Redaction OfPerson(params IEnumerable<string> variables) =>
        new(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), variables.Select(Environment.GetEnvironmentVariable).OfType<string>());

    /// <summary>The text without it.</summary>
    public string Of(string text)
    {
        foreach (string secret in secrets) text = text.Replace(secret, Hidden, StringComparison.Ordinal);
        if (home.Length >= ShortestHome)
        {
            text = text.Replace(home, "~", Paths);
            text = text.Replace(home.Replace(@"\", @"\\", StringComparison.Ordinal), "~", Paths).Replace(Uri.EscapeDataString(home), "~", Paths); // as JSON and addresses have it
        }
        return Random().Replace(Named().Replace(text, "$1" + Hidden), Hidden);
    }

    /// <summary>The same for every text within, names of members excepted.</summary>
    public JsonNode? Of(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Of(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Of)]),
        JsonValue value when value.TryGetValue(out string? text) => Of(text),
        _ => node?.DeepClone(),
    };

    // Bearer TOKEN, token=…, "password": "…"
    [GeneratedRegex("""(?i)(bearer\s+|(?:token|password|passwd|secret|api[_-]?key|authorization|cookie)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s"'&;,]+)""")]
    private static partial Regex Named();

    // Keys as their makers mark them, and long runs without a word in them: this studio's own token has 43 characters.
    [GeneratedRegex(@"\b(?:hf|sk|ghp|gho|github_pat|glpat|xox[abp])[_-][A-Za-z0-9_-]{8,}|(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{40,}(?![A-Za-z0-9_-])")]
    private static partial Regex Random();
}
