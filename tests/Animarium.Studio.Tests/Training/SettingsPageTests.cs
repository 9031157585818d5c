using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>docs/training-settings.md and its Japanese version list every setting as it is declared. ANIMARIUM_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
public sealed class SettingsPageTests
{
    [Theory]
    [InlineData("en", "training-settings.md")]
    [InlineData("ja", "training-settings.ja.md")]
    public void The_page_lists_every_setting(string language, string page)
    {
        string path = Path.Combine(Docs(), page), text = Words.In(language, () => Page(language == "ja"));
        if (Environment.GetEnvironmentVariable("ANIMARIUM_UPDATE_SNAPSHOTS") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    static string Page(bool japanese)
    {
        var text = new StringBuilder(japanese
            ? """
              # 学習の設定

              この表はプログラムの宣言から作られています。設定ファイルでは節ごとの表に書き、コマンドラインでは `--set section.key=value` で指定します。ほかの設定のために効果がないものは `--dry-run` が理由とともに示します。

              """
            : """
              # Settings of training

              This page is made from the program's declarations. In a file, settings stand in one table for each section; on the command line, `--set section.key=value`. What has no effect under the other settings is named, with the reason, by `--dry-run`.

              """);
        string? section = null;
        foreach (var setting in TrainingOptions.All)
        {
            if (setting.Section != section)
            {
                section = setting.Section;
                string heading = TrainingSetting.Heading(section) + (section.Length > 0 ? $" `[{section}]`" : "");
                text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n\n{(japanese ? "| キー | 値 | 既定値 | 説明 |" : "| key | values | default | what it does |")}\n|---|---|---|---|\n");
            }
            string values = setting.Values.Describe() + (setting.Unit is { } unit ? $" ({unit})" : "");
            string standard = setting.Default is { } value ? $"`{value.ToJsonString(Plain)}`" : "–";
            text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {Cell(values)} | {Cell(standard)} | {Cell(setting.HelpText())} |\n");
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    static string Docs([CallerFilePath] string test = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(test)!, "..", "..", "..", "docs"));
}
