using System.Text.RegularExpressions;
using System.Xml.Linq;
using Animarium.Studio.Tests.Tagging;
using Xunit;

namespace Animarium.Studio.Tests.Texts;

/// <summary>Every sentence exists in both languages and says the same values.</summary>
public sealed partial class MessagesTests
{
    private static readonly string Studio = Path.GetFullPath(Path.Combine(ShippedModel.Folder, "..", "..", "src", "Animarium.Studio"));

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Studio, "*.resx", SearchOption.AllDirectories).Where(file => !file.EndsWith(".ja.resx", StringComparison.Ordinal)).Select(file => Path.GetRelativePath(Studio, file))];

    [Theory, MemberData(nameof(Files))]
    public void Both_languages_have_the_same_keys(string file) => Assert.Equal(Read(file).Keys.Order(StringComparer.Ordinal), Read(Japanese(file)).Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Files))]
    public void Both_languages_fill_in_the_same_values(string file)
    {
        var japanese = Read(Japanese(file));
        Assert.All(Read(file), text => Assert.Equal((text.Key, string.Join(' ', Holes(text.Value))), (text.Key, string.Join(' ', Holes(japanese[text.Key])))));
    }

    private static string Japanese(string file) => Path.ChangeExtension(file, ".ja.resx");

    private static IEnumerable<string> Holes(string text) => Hole().Matches(text).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Studio, file)).Descendants("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex(@"\{\d+(:[^}]*)?\}")]
    private static partial Regex Hole();
}
