using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Animarium.Web.Pages.Tests;

/// <summary>The texts of the pages: complete in both languages, and none too few or too many.</summary>
public partial class TextsTests
{
    private static readonly string Folder = Path.Combine(FindRoot(), "src", "Animarium.Web");

    public static TheoryData<string> English => [.. Directory.EnumerateFiles(Folder, "*.resx", SearchOption.AllDirectories).Where(file => !file.EndsWith(".ja.resx", StringComparison.Ordinal)).Select(file => Path.GetRelativePath(Folder, file))];

    [Theory, MemberData(nameof(English))]
    public void Both_languages_have_the_same_keys_and_fill_in_the_same_values(string file)
    {
        var (english, japanese) = (Read(file), Read(Path.ChangeExtension(file, ".ja.resx")));
        Assert.Equal(english.Keys.Order(), japanese.Keys.Order());
        Assert.All(english, text => Assert.Equal(Holes(text.Value), Holes(japanese[text.Key])));
    }

    [Fact]
    public void Every_text_that_a_page_says_is_there()
    {
        foreach (string page in Directory.EnumerateFiles(Folder, "*.razor", SearchOption.AllDirectories))
        {
            string code = File.ReadAllText(page) + (File.Exists(page + ".cs") ? File.ReadAllText(page + ".cs") : "");
            foreach (Match localizer in Localizer().Matches(code))
            {
                var known = Read(Directory.EnumerateFiles(Folder, localizer.Groups["texts"].Value + ".resx", SearchOption.AllDirectories).Single()).Keys;
                var said = Regex.Matches(code, $@"(?<![\w.]){localizer.Groups["name"].Value}\[""(?<key>[\w.]+)""[\],]").Select(match => match.Groups["key"].Value);
                Assert.All(said, key => Assert.True(known.Contains(key), $"{Path.GetFileName(page)} says '{key}', which {localizer.Groups["texts"].Value} has not."));
            }
        }
    }

    [Fact]
    public void The_page_to_draw_says_every_reason_why_a_setting_has_no_effect()
    {
        var reasons = Read(Path.Combine("..", "Animarium.Studio", "Texts", "Messages.resx")).Keys.Where(key => key.StartsWith("idle.", StringComparison.Ordinal)).Order();
        Assert.Equal(reasons, Read(Path.Combine("Draw", "DrawText.resx")).Keys.Where(key => key.StartsWith("idle.", StringComparison.Ordinal)).Order());
    }

    private static IEnumerable<string> Holes(string text) => Hole().Matches(text).Select(match => match.Value).Distinct().Order();

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Folder, file)).Descendants("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"@inject IStringLocalizer<(?<texts>\w+)> (?<name>\w+)")]
    private static partial Regex Localizer();
}
