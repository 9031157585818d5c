using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Hardware;
using Animarium.Studio.Jobs;
using Animarium.Studio.Preferences;
using Animarium.Studio.Storage;
using Animarium.Web.Api;
using Animarium.Web.Logs;

namespace Animarium.Web.Machine;

/// <summary>
/// What helps others to find a fault, in one archive that can be shown to anyone: versions, the doctor's findings, settings, the latest log. It holds no prompts,
/// no pictures, no tokens, and a person's home is <c>~</c>.
/// </summary>
/// <param name="home">The studio's folder.</param>
/// <param name="options">How it is served.</param>
/// <param name="database">Tells its tables.</param>
/// <param name="queue">Tells how many jobs there are.</param>
/// <param name="preferences">The settings.</param>
/// <param name="findings">The doctor's.</param>
/// <param name="log">The server's.</param>
/// <param name="time">Dates it.</param>
public sealed class DiagnosticsBundle(StudioHome home, ServerOptions options, StudioDatabase database, JobQueue queue, PreferencesFile preferences, FindingsDesk findings, LogFolder log, TimeProvider time)
{
    private const int LogLines = 3000;

    private static readonly JsonSerializerOptions Readable = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>The name of the archive.</summary>
    public string Name => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"animarium-{time.GetUtcNow():yyyyMMdd-HHmmss}.zip");

    /// <summary>Puts it together.</summary>
    public async Task<byte[]> Make()
    {
        var redaction = Redaction.OfPerson(preferences.Current.TokenVariable, "ANIMARIUM_CERTIFICATE_PASSWORD", "HF_TOKEN");
        var report = JsonSerializer.SerializeToNode(await findings.Findings(), Readable);
        using var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("about.json", redaction.Of(About())!.ToJsonString(Readable));
            Add("findings.json", redaction.Of(report)!.ToJsonString(Readable));
            Add("settings.json", redaction.Of(Settings())!.ToJsonString(Readable));
            Add("server.log", string.Concat(log.Latest(LogLines).Select(entry => redaction.Of(entry.ToString()) + "\n")));

            void Add(string name, string text)
            {
                var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = time.GetUtcNow();
                using var writer = new StreamWriter(entry.Open());
                writer.Write(text);
            }
        }
        return memory.ToArray();
    }

    private JsonObject About() => new()
    {
        ["version"] = HealthApi.Version,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = RuntimeInformation.OSDescription,
        ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
        ["processors"] = Environment.ProcessorCount,
        ["server_memory"] = Environment.WorkingSet,
        ["free_disk"] = DiskSpace.Of(home.Pictures)?.Free,
        ["folder"] = home.Folder,
        ["is_local"] = options.IsLocal,
        ["tls"] = options.Certificate is not null,
        ["damaged_database"] = database.Damaged is not null,
        ["schema"] = new JsonArray([.. database.Schema.Select(step => JsonValue.Create(step))]),
        ["jobs"] = new JsonObject(queue.Count().Select(state => KeyValuePair.Create(state.Key.ToString(), (JsonNode?)state.Value))),
    };

    /// <summary>What differs from the defaults. Texts that a person wrote freely are only said to be there: anything may stand in them.</summary>
    private JsonObject Settings()
    {
        var settings = new JsonObject { ["problem"] = preferences.Problem is not null };
        foreach (var setting in StudioOptions.All)
            if (setting.ToJson(preferences.Current) is { } value && !JsonNode.DeepEquals(value, setting.Default)) settings[setting.Key] = IsFree(setting, value) ? "(set)" : value.DeepClone();
        return settings;
    }

    private static bool IsFree(StudioSetting setting, JsonNode value) =>
        setting.Section is "server" or "downloads" or "drawing" or "output" && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Array && setting.Values.Choices.Count == 0;
}
