using System.Text.Json.Nodes;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Parity.Imports;

/// <summary>Settings of other programs, read as those programs read them.</summary>
public sealed class TrainingImportTests
{
    /// <summary>Parts of an expected reading that are no settings.</summary>
    static readonly string[] Notes = ["given", "unknown", "ineffective", "machine_only", "warnings", "ok", "code", "architecture", "script", "shell", "command_line"];

    public static TheoryData<string> Kohya => ImportCases.Of("training-toml", "command");

    public static TheoryData<string> Presets => ImportCases.Of("xmlora", "kohya-ss-json");

    [Theory, MemberData(nameof(Kohya))]
    public void Kohya_reads_the_same(string file)
    {
        var (report, expected) = Read(file);
        AssertSettings(expected["settings"]!.AsObject(), report);
        Assert.Equal(ImportCases.Texts(expected["given"]).Order(StringComparer.Ordinal), report.Given);
        AssertNotes(expected, report);
        Assert.Equal(expected["script"]?.ToString(), report.Script);
        Assert.Equal(expected["shell"]?.ToString(), report.Shell);
    }

    [Theory, MemberData(nameof(Presets))]
    public void Presets_read_the_same(string file)
    {
        var (report, expected) = Read(file);
        if (expected["ok"]?.GetValue<bool>() == false)
        {
            Assert.Equal(expected["code"]!.ToString(), report.Code);
            Assert.NotEmpty(report.Message!);
            Assert.Null(report.Settings);
            return;
        }
        AssertSettings(expected["settings"]?.AsObject() ?? new JsonObject(expected.Where(pair => !Notes.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))), report);
        AssertNotes(expected, report);
        if (expected["architecture"] is { } architecture) Assert.Equal(architecture.ToString(), report.Architecture);
        Assert.Equal(ImportCases.Texts(expected["ignored_by_source_program"]).Order(StringComparer.Ordinal), report.IgnoredBySource.Order(StringComparer.Ordinal));
        Assert.All(ImportCases.Texts(expected["additional_arguments_unknown"]), option => Assert.Contains(option.TrimStart('-'), report.Unknown));
    }

    static (ImportReport Report, JsonObject Expected) Read(string file)
    {
        var expected = ImportCases.Expected(file);
        return (SettingsImport.Read(ImportCases.Text(file), file, ImportCases.Texts(expected["command_line"])), expected);
    }

    /// <summary>Every expected setting, found by the declarations: section.key.</summary>
    static void AssertSettings(JsonObject expected, ImportReport report)
    {
        Assert.True(report.Ok, report.Message);
        foreach (var (section, value) in expected)
        {
            if (value is not JsonObject table)
            {
                ImportCases.AssertHolds(value, TrainingOptions.Find(section)!.ToJson(report.Settings!), section);
                continue;
            }
            foreach (var (key, leaf) in table)
                ImportCases.AssertHolds(leaf, (TrainingOptions.Find($"{section}.{key}") ?? throw new KeyNotFoundException($"{section}.{key}")).ToJson(report.Settings!), $"{section}.{key}");
        }
        Assert.Equal(expected.ContainsKey("adapter"), report.Settings!.Adapter.Type != "none");
    }

    static void AssertNotes(JsonObject expected, ImportReport report)
    {
        Assert.Equal(ImportCases.Texts(expected["unknown"]).Order(StringComparer.Ordinal), report.Unknown.Order(StringComparer.Ordinal));
        if (expected.ContainsKey("machine_only")) Assert.Equal(ImportCases.Texts(expected["machine_only"]).Order(StringComparer.Ordinal), report.MachineOnly.Order(StringComparer.Ordinal));
        Assert.Equal(expected["warnings"]!.AsArray().Count, report.Warnings.Count);
        var ineffective = expected["ineffective"]!.AsArray().ToDictionary(item => item!["key"]!.ToString(), item => item!["value"], StringComparer.Ordinal);
        Assert.Equal(ineffective.Keys.Order(StringComparer.Ordinal), report.Ineffective.Select(item => item.Key).Order(StringComparer.Ordinal));
        Assert.All(report.Ineffective, item =>
        {
            Assert.NotEmpty(item.Reason);
            if (ineffective[item.Key] is { } value) ImportCases.AssertHolds(value, JsonNode.Parse(item.Value), item.Key);
        });
    }
}
