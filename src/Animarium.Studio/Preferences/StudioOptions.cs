using System.Net;
using System.Text.RegularExpressions;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Training.Settings;

namespace Animarium.Studio.Preferences;

/// <summary>The table of all settings of the studio, in the order of the file. Their texts stand in PreferenceTexts.resx and PreferenceTexts.ja.resx; knobs bring their own.</summary>
public static partial class StudioOptions
{
    private const int MostFolders = 100, MostMinutes = 24 * 60, LongestText = 4096, MostMegabytes = 4096;

    /// <summary>Every setting.</summary>
    public static IReadOnlyList<StudioSetting> All { get; } =
    [
        new StudioSetting<string>("interface", "language", s => s.Language, (s, v) => s with { Language = v }, Words("auto", "en", "ja")),
        new StudioSetting<string>("interface", "theme", s => s.Theme, (s, v) => s with { Theme = v }, Words("auto", "light", "dark")),

        new StudioSetting<string?>("folders", "pictures", s => s.Pictures, (s, v) => s with { Pictures = v }, new FolderValues()) { NeedsRestart = true },
        new StudioSetting<IReadOnlyList<string>>("folders", "imports", s => s.Imports, (s, v) => s with { Imports = v }, new FolderListValues(MostFolders)) { NeedsRestart = true },
        new StudioSetting<IReadOnlyList<string>>("folders", "models", s => s.Models, (s, v) => s with { Models = v }, new FolderListValues(MostFolders)) { NeedsRestart = true },

        new StudioSetting<string?>("output", "names", s => s.Names, (s, v) => s with { Names = v }, new NameValues()),
        .. Knobs.All.Where(knob => knob.Key is "format" or "quality").Select(knob => new KnobSetting("output", knob)),

        .. Knobs.All.Where(knob => knob.Key is "rating" or "model" || ModelDefaults.MayDecide(knob) && knob.Key is not "denoise").Select(knob => new KnobSetting("drawing", knob)),

        .. Knobs.All.Where(knob => knob.Group == KnobGroup.Machine).Select(knob => new KnobSetting("machine", knob) { Unit = knob.Unit }),
        new StudioSetting<int>("machine", "idle_minutes", s => s.IdleMinutes, (s, v) => s with { IdleMinutes = v }, new IntegerValues(0, MostMinutes)) { Unit = "min", NeedsRestart = true },
        new StudioSetting<string>("machine", "priority", s => s.Priority, (s, v) => s with { Priority = v }, Words("low", "normal")) { NeedsRestart = true },

        new StudioSetting<string>("server", "address", s => s.Address, (s, v) => s with { Address = v }, new AddressValues()) { NeedsRestart = true },
        new StudioSetting<int>("server", "port", s => s.Port, (s, v) => s with { Port = v }, new IntegerValues(0, IPEndPoint.MaxPort)) { NeedsRestart = true },
        new StudioSetting<IReadOnlyList<string>>("server", "host_names", s => s.HostNames, (s, v) => s with { HostNames = v }, new HostListValues(MostFolders)) { NeedsRestart = true },
        new StudioSetting<string?>("server", "certificate", s => s.Certificate, (s, v) => s with { Certificate = v }, new FolderValues()) { NeedsRestart = true },
        new StudioSetting<int>("server", "upload_limit", s => s.UploadLimit, (s, v) => s with { UploadLimit = v }, new IntegerValues(1, MostMegabytes)) { Unit = "MB", NeedsRestart = true },

        new StudioSetting<string>("downloads", "token_variable", s => s.TokenVariable, (s, v) => s with { TokenVariable = v }, new PatternValues(Variable(), "HF_TOKEN, …") { KeepsCase = true }),
    ];

    private static readonly Dictionary<string, StudioSetting> ByKey = All.ToDictionary(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The setting with a <see cref="StudioSetting.Key"/>; null if there is none.</summary>
    public static StudioSetting? Find(string key) => ByKey.GetValueOrDefault(key);

    private static ChoiceValues<string> Words(params string[] words) => new([.. words.Select(word => (word, word))]);

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
    private static partial Regex Variable();
}
