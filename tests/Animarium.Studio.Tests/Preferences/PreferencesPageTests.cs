using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Animarium.Studio.Preferences;
using Animarium.Studio.Texts;
using Xunit;

namespace Animarium.Studio.Tests.Preferences;

/// <summary>docs/settings.md and its Japanese version list every setting of the studio as it is declared. ANIMARIUM_UPDATE_SNAPSHOTS=1 writes them anew.</summary>
public sealed class PreferencesPageTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory, InlineData("en", "settings.md"), InlineData("ja", "settings.ja.md")]
    public void The_page_lists_every_setting(string language, string page)
    {
        string path = Path.Combine(Docs(), page), text = Words.In(language, () => Page(language == "ja"));
        if (Environment.GetEnvironmentVariable("ANIMARIUM_UPDATE_SNAPSHOTS") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), text);
    }

    private static string Page(bool japanese)
    {
        var text = new StringBuilder(japanese
            ? """
              # スタジオの設定

              English: [settings.md](settings.md)

              スタジオのフォルダーの `settings.toml` に書きます。フォルダーは `--data` か `ANIMARIUM_DATA` で決め、どちらもなければ自分のアプリケーションデータの `animarium` です。初めて使うとき、すべての設定を説明付きで書いたファイルができます。`#` を消すと値が有効になります。画面で変えるとその値だけが書き換わり、ほかの部分は残ります。手で直した内容は数秒で読み込まれます。*再起動* の付いた設定は次に起動したときに効きます。`animarium generate` はこのファイルを読みません。この表はプログラムの宣言から作られています。

              """
            : """
              # Settings of the studio

              日本語: [settings.ja.md](settings.ja.md)

              They stand in `settings.toml` in the studio's folder: that of `--data` or `ANIMARIUM_DATA`, otherwise `animarium` in your application data. The first use writes the file with every setting explained; take a `#` away to set a value. A change on the page rewrites that value and nothing else, and hand edits act within seconds. What is marked *restart* acts at the next start. `animarium generate` does not read the file. This page is made from the program's declarations.

              """);
        foreach (var section in StudioOptions.All.GroupBy(setting => setting.Section))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `[{section.Key}]`\n\n{StudioSetting.Heading(section.Key)}\n\n{(japanese ? "| キー | 値 | 既定値 | 説明 |" : "| key | values | default | what it does |")}\n|---|---|---|---|\n");
            foreach (var setting in section)
            {
                string values = setting.Values.Describe() + (setting.Unit is { } unit ? $" ({unit})" : "");
                string standard = setting.Example is { } value ? $"`{value.ToJsonString(Plain)}`" : "–";
                string help = setting.HelpText() + (setting.NeedsRestart ? japanese ? " *再起動*" : " *restart*" : "");
                text.Append(CultureInfo.InvariantCulture, $"| `{setting.Name}` | {Cell(values)} | {Cell(standard)} | {Cell(help)} |\n");
            }
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Docs([CallerFilePath] string test = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(test)!, "..", "..", "..", "docs"));
}
