using System.Globalization;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Files;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Training.Imports.Kohya;

/// <summary>Pasted commands that start sd-scripts: <c>accelerate launch … anima_train_network.py --network_dim=8 …</c>.</summary>
internal static class KohyaCommand
{
    /// <summary>Reads a command.</summary>
    /// <param name="text">As pasted, comments and other commands around it included.</param>
    /// <param name="file">Name for messages.</param>
    /// <param name="configFile">Reads the TOML that <c>--config_file</c> names, whose options the command's win over; null where it is not there.</param>
    /// <exception cref="SettingException">It ends inside quotes, starts no script, or a value is wrong.</exception>
    public static ImportReport Read(string text, string file, Func<string, SettingsDocument?>? configFile = null)
    {
        string shell = CommandText.ShellOf(text);
        var words = CommandText.Commands(text, shell).FirstOrDefault(command => command.Any(IsScript)) ?? throw new SettingException(TrainingWords.Find("import.commandScript", null));
        int script = words.Select((word, at) => (word, at)).First(pair => IsScript(pair.word)).at;
        string name = words[script].Split('/', '\\')[^1];
        if (OtherModel(name) is { } model) return ImportReport.WrongBase(SettingsKind.Command, file, model) with { Script = name, Shell = shell };
        var stray = new List<string>();
        var arguments = Options(words.Skip(script + 1), stray);
        bool full = name == "anima_train.py";
        var report = arguments.Text("config_file") is { } config && configFile?.Invoke(config) is { } document
            ? KohyaToml.Read(document, config, arguments, full)
            : KohyaReader.Read(arguments, SettingsKind.Command, file, full);
        return report with
        {
            Kind = SettingsKind.Command,
            Script = name,
            Shell = shell,
            Warnings = [.. report.Warnings, .. Stray(stray)],
        };
    }

    /// <summary>Warnings about words that belong to no option.</summary>
    public static IEnumerable<Notice> Stray(IEnumerable<string> words) => words.Select(word => new Notice("stray-word", TrainingWords.Say("import.commandWord", word)));

    /// <summary>The options among words; an option takes the words up to the next one.</summary>
    /// <param name="words">Without the script.</param>
    /// <param name="stray">Gets the words that belong to no option.</param>
    public static KohyaArguments Options(IEnumerable<string> words, ICollection<string> stray)
    {
        var arguments = new KohyaArguments();
        string? name = null;
        var values = new List<string>();
        foreach (string word in words)
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                values.Add(word);
                continue;
            }
            End(arguments, name, values, stray);
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            name = equals < 0 ? word[2..] : word[2..equals];
            values = equals < 0 ? [] : [word[(equals + 1)..]];
        }
        End(arguments, name, values, stray);
        return arguments;
    }

    private static void End(KohyaArguments arguments, string? name, List<string> values, ICollection<string> stray)
    {
        int takes = name is null ? 0 : KohyaOptions.Find(name)?.Values ?? (values.Count == 0 ? 0 : -1);
        if (name is not null)
        {
            if (takes == 1 && values.Count == 0) throw new SettingException(name, TrainingWords.Say("import.optionValue", $"--{name}"));
            arguments[name] = takes switch
            {
                0 => JsonValue.Create(true),
                1 => Value(values[0]),
                _ => new JsonArray([.. values.Select(value => JsonValue.Create(value))]),
            };
        }
        foreach (string value in values.Skip(takes < 0 ? values.Count : takes)) stray.Add(value);
    }

    /// <summary>Numbers as numbers, so that they look the same as from a TOML.</summary>
    private static JsonValue Value(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole) :
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static bool IsScript(string word) => word.EndsWith(".py", StringComparison.OrdinalIgnoreCase) && word.Contains("train", StringComparison.OrdinalIgnoreCase) || word.EndsWith("fine_tune.py", StringComparison.OrdinalIgnoreCase);

    private static string? OtherModel(string script) => script switch
    {
        "anima_train_network.py" or "anima_train.py" => null,
        _ when script.StartsWith("sdxl_", StringComparison.Ordinal) => "SDXL",
        _ when script.StartsWith("flux_", StringComparison.Ordinal) => "FLUX",
        _ when script.StartsWith("sd3_", StringComparison.Ordinal) => "Stable Diffusion 3",
        _ when script.StartsWith("lumina_", StringComparison.Ordinal) => "Lumina",
        _ when script.StartsWith("hunyuan_", StringComparison.Ordinal) => "HunyuanImage",
        _ => "Stable Diffusion",
    };
}
