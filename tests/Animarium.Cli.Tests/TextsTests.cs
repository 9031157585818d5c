using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Animarium.Cli.Tests;

public partial class TextsTests
{
    private static readonly string Folder = Path.Combine(RealProgram.Root, "src", "Animarium.Cli");

    private static Dictionary<string, string> English => Read("Texts.resx");

    private static Dictionary<string, string> Japanese => Read("Texts.ja.resx");

    [Fact]
    public void Both_languages_have_the_same_keys() => Assert.Equal(English.Keys.Order(), Japanese.Keys.Order());

    [Fact]
    public void Both_languages_fill_in_the_same_values() =>
        Assert.All(English, text => Assert.Equal(Holes(text.Value), Holes(Japanese[text.Key])));

    [Fact]
    public void Every_text_is_used()
    {
        string code = string.Concat(Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(English.Keys, key => Assert.Matches($@"\bTexts\.{key}\b", code));
    }

    private static IEnumerable<string> Holes(string text) => Hole().Matches(text).Select(match => match.Value).Distinct().Order();

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Folder, "Language", file)).Descendants("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Hole();
}
