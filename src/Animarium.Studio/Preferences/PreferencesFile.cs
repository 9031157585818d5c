using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.Training.Files;

namespace Animarium.Studio.Preferences;

/// <summary>
/// The settings of a running studio and their file. Hand edits are noticed within seconds; while the file cannot be read, what was last read still holds and
/// <see cref="Problem"/> says why.
/// </summary>
public sealed class PreferencesFile : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string path;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private (DateTime Time, long Length) seen;

    private PreferencesFile(string path, TimeProvider time)
    {
        this.path = path;
        Load();
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>They are different now, or <see cref="Problem"/> is. Called from any thread.</summary>
    public event Action? Changed;

    /// <summary>What holds.</summary>
    public StudioSettings Current { get; private set; } = new();

    /// <summary>Why the file as it stands cannot be used, with line and remedy; null: it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Opens the file of a studio; one that is not there is written, with every setting explained.</summary>
    /// <param name="path">Usually <see cref="Storage.StudioHome.Settings"/>.</param>
    /// <param name="time">For looking after hand edits.</param>
    /// <param name="culture">The language of a new file; null: the current one.</param>
    /// <exception cref="SettingException">It cannot be read or written, or says something wrong: at the start a person is there to mend it.</exception>
    public static PreferencesFile Open(string path, TimeProvider time, CultureInfo? culture = null)
    {
        if (!File.Exists(path)) Write(path, PreferencesText.Create(culture), mark: false);
        return new(path, time);
    }

    /// <summary>Changes one setting in the file. Whatever else stands there stays, hand edits of this moment included.</summary>
    /// <param name="key"><c>section.name</c></param>
    /// <param name="value">Its value; null: the default again.</param>
    /// <exception cref="SettingException">There is no such setting, it does not take the value, or the file cannot be read or written.</exception>
    public void Set(string key, JsonNode? value)
    {
        var setting = StudioOptions.Find(key) ?? throw new SettingException(key, PreferenceTexts.Say("file.unknown", path, key, Diffusion.Spelling.Nearest(key, StudioOptions.All.Select(s => s.Key))));
        var wanted = setting.With(new StudioSettings(), value);
        lock (gate)
        {
            string before = SettingsText.ReadFile(path);
            _ = PreferencesText.Read(before, path);
            // In the setting's own form: a word for what was sent as a number, and the other way round.
            string text = PreferencesText.Change(before, setting, value is null ? null : setting.ToJson(wanted));
            _ = PreferencesText.Read(text, path);
            if (text != before) Write(path, text, HasMark(path));
            Load();
        }
        Changed?.Invoke();
    }

    /// <summary>Reads the file again if it is another one than was read last.</summary>
    public void Look()
    {
        lock (gate)
        {
            if (Stamp() == seen) return;
            try
            {
                Load();
            }
            catch (SettingException e)
            {
                Problem = e.Message;
            }
        }
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Load()
    {
        seen = Stamp();
        Current = PreferencesText.Read(SettingsText.ReadFile(path), path);
        Problem = null;
    }

    private (DateTime, long) Stamp() => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    private static void Write(string path, string text, bool mark)
    {
        try
        {
            AtomicFile.Write(path, [.. mark ? Encoding.UTF8.Preamble : default, .. Encoding.UTF8.GetBytes(text)]);
        }
        catch (PictureException e)
        {
            throw new SettingException(e.Message, e);
        }
    }

    private static bool HasMark(string path) => File.ReadAllBytes(path).AsSpan().StartsWith(Encoding.UTF8.Preamble);
}
