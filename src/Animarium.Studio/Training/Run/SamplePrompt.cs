using System.Globalization;
using System.Text.RegularExpressions;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Run;

/// <summary>A line of a sample prompt file of sd-scripts: <c>prompt --n negative --w 512 --h 768 --d seed --s steps --l cfg --ss sampler --fs shift</c>.</summary>
public static partial class SamplePrompt
{
    private const long LongestFile = 1 << 20; // bytes

    /// <summary>The prompts of a file: lines that are neither empty nor comments.</summary>
    /// <exception cref="SettingException">It cannot be read.</exception>
    public static IReadOnlyList<string> Lines(string path)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile) throw new SettingException("sampling.prompts_file", Words.Say("train.prompts-long", path));
            return [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingException("sampling.prompts_file", Words.Say("train.prompts-read", path, e.Message), e);
        }
    }

    /// <summary>What a line asks to be drawn.</summary>
    /// <exception cref="SettingException">An option is unknown, or its value out of range.</exception>
    public static Generation.Settings Read(string line)
    {
        string[] parts = Option().Split(line);
        var settings = Generation.Settings.Empty.With("prompt", parts[0].Trim());
        for (int n = 1; n + 1 < parts.Length; n += 2)
        {
            string value = parts[n + 1].Trim();
            string? knob = parts[n] switch
            {
                "n" => "negative", "w" => "width", "h" => "height", "d" => "seed", "s" => "steps", "l" => "cfg", "ss" => "sampler", "fs" => "shift",
                // Distilled guidance of other models.
                "g" => null,
                _ => throw new SettingException("sampling.prompts", Words.Say("train.prompt-option", "--" + parts[n], line)),
            };
            if (knob is "cfg" or "shift" && double.TryParse(value, CultureInfo.InvariantCulture, out double number)) value = number.ToString(CultureInfo.InvariantCulture);
            if (knob is not null) settings = settings.With(knob, value);
        }
        return settings;
    }

    [GeneratedRegex(@"\s--([a-z]{1,3})(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Option();
}
