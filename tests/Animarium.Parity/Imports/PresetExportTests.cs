using System.Text.Json.Nodes;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>Presets of kohya_lora_param_gui written back: reading them again gives the same settings.</summary>
public sealed class PresetExportTests
{
    public static TheoryData<string> Files => ImportCases.Of("xmlora", "training-toml", "command");

    [Theory, MemberData(nameof(Files))]
    public void What_is_written_reads_the_same(string file)
    {
        var settings = SettingsImport.Read(ImportCases.Text(file), file, ImportCases.Texts(ImportCases.Expected(file)["command_line"])).Settings;
        Assert.SkipWhen(settings is null or { IsFullFineTuning: true }, "a preset trains an adapter of Anima");
        var export = SettingsExport.Xmlora(settings!);
        var again = SettingsImport.Read(export.Text, "export.xmlora").Settings!;
        foreach (var setting in TrainingOptions.All.Where(setting => !export.Lost.Contains(setting.Key) && setting.ToJson(settings!) is not null))
            if (setting.WithoutEffect(settings!) is null) Assert.True(JsonNode.DeepEquals(setting.ToJson(settings!), setting.ToJson(again)), $"{setting.Key}: {setting.ToJson(again)?.ToJsonString()} instead of {setting.ToJson(settings!)?.ToJsonString()}");
        // A preset's own settings all have a place in a preset.
        if (file.EndsWith(".xmlora", StringComparison.Ordinal)) Assert.Empty(export.Lost);
    }
}
