using System.Collections;
using System.Globalization;
using System.Resources;
using Animarium.Studio.Generation;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>The table of knobs and its texts.</summary>
public sealed class KnobTests
{
    public static TheoryData<string> Keys => [.. Knobs.All.Select(knob => knob.Key)];

    public static TheoryData<string> Resources => ["Animarium.Studio.Generation.KnobTexts", "Animarium.Studio.Texts.Messages"];

    [Theory, MemberData(nameof(Resources))]
    public void English_and_Japanese_have_the_same_texts_with_the_same_values(string name)
    {
        var (english, japanese) = (Texts(name, ""), Texts(name, "ja"));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), japanese.Keys.Order(StringComparer.Ordinal));
        Assert.All(english, text => Assert.Equal(Placeholders(text.Value), Placeholders(japanese[text.Key])));
        Assert.All(japanese, text => Assert.Contains(text.Value, c => c > '\x7F'));
    }

    [Fact]
    public void Every_text_belongs_to_a_knob_or_a_heading() =>
        Assert.Equal(Knobs.All.Select(knob => knob.Key).Concat(Enum.GetNames<KnobGroup>().Select(group => $"group.{group}")).Order(StringComparer.Ordinal),
            Texts("Animarium.Studio.Generation.KnobTexts", "").Keys.Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Keys))]
    public void A_default_is_allowed_and_survives_as_text_and_as_JSON(string key)
    {
        var knob = Knobs.Find(key)!;
        Assert.Same(knob, Knobs.Find(knob.Name));
        Assert.NotEqual(knob.HelpText(CultureInfo.InvariantCulture), knob.HelpText(CultureInfo.GetCultureInfo("ja")));
        var settings = Settings.Empty.With(knob, knob.Default);
        Assert.Equal(knob.Default, knob.Get(settings.Complete()));
        if (!knob.Values.IsList) Assert.Equal(knob.Default, knob.Parse(knob.Format(knob.Default)));
    }

    [Fact]
    public void Every_property_of_the_request_is_a_knob()
    {
        var properties = typeof(GenerationRequest).GetProperties().Where(property => property.CanWrite).Select(property => property.Name).ToHashSet();
        Assert.Equal(properties.Count, Knobs.All.Count);
        Assert.All(Knobs.All.Where(knob => knob.Key != "lora"), knob => Assert.Contains(char.ToUpperInvariant(knob.Key[0]) + knob.Key[1..], properties));
    }

    private static Dictionary<string, string> Texts(string name, string culture) =>
        new ResourceManager(name, typeof(Knob).Assembly).GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    private static IEnumerable<int> Placeholders(string text) => Enumerable.Range(0, 10).Where(n => text.Contains($"{{{n}}}", StringComparison.Ordinal));
}
