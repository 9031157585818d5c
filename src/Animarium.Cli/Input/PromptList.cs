using System.Text.Json;
using Animarium.Cli.Language;
using Animarium.Cli.Outcomes;
using Animarium.Studio.Generation;

namespace Animarium.Cli.Input;

/// <summary>Many prompts in one file: a line is a prompt, or a JSON object of settings (<c>{"prompt": "1girl", "seed": 3}</c>). Empty lines and lines that begin with # are skipped.</summary>
internal static class PromptList
{
    /// <summary>What each line says.</summary>
    /// <exception cref="FailureException">The file cannot be read, holds no prompt, or a line has a setting out of range.</exception>
    public static IReadOnlyList<Settings> Read(string path)
    {
        var lines = InputText.Read(path).Split('\n').Select((text, at) => (Text: text.Trim(), Number: at + 1)).Where(line => line.Text.Length > 0 && line.Text[0] != '#');
        var prompts = lines.Select(line => Line(path, line.Text, line.Number)).ToList();
        return prompts.Count > 0 ? prompts : throw FailureException.Usage(Texts.PromptsEmpty.With(path));
    }

    private static Settings Line(string path, string text, int number)
    {
        try
        {
            using var json = Json(text);
            return json is null ? Settings.Empty.With("prompt", text) : Settings.FromJson(json.RootElement);
        }
        catch (SettingException e)
        {
            throw FailureException.Usage(Texts.PromptsLine.With(path, number, e.Message));
        }
    }

    /// <summary>A line that is no JSON is a prompt, whatever it begins with: {red|blue} hair.</summary>
    private static JsonDocument? Json(string text)
    {
        if (text[0] != '{') return null;
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
