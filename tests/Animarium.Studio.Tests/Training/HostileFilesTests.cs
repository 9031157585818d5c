using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Files of settings from strangers: refused in words, whatever they hold.</summary>
public sealed class HostileFilesTests
{
    static readonly string Deep = new('[', 100_000);

    public static TheoryData<string, string> Files => new()
    {
        { "deep.toml", "network_dim = 8\nnetwork_args = " + Deep },
        { "tables.toml", "a." + string.Concat(Enumerable.Repeat("b.", 10_000)) + "c = 1" },
        { "deep.json", "{ \"a\": " + Deep },
        { "list.json", "[1, 2]" },
        { "text.json", "{ \"a\": \"\\ud800\" }" },
        { "deep.yaml", "a: " + Deep },
        { "nested.yaml", string.Concat(Enumerable.Range(0, 2000).Select(i => new string(' ', i) + "a:\n")) },
        { "bomb.yaml", "a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]" },
        { "key.yaml", "? [a, b]\n: 1" },
        { "empty.yaml", "" },
        { "scalar.yaml", "just a text" },
        { "tabs.yaml", "a:\n\tb: 1" },
        { "bomb.xmlora", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><TrainParams><Comment>&b;</Comment></TrainParams>" },
        { "other.xmlora", "<Settings />" },
        { "cut.xmlora", "<TrainParams><Comment>" },
        { "number.xmlora", "<TrainParams><StableDiffusionType>Anima</StableDiffusionType><LearningRate>fast</LearningRate></TrainParams>" },
        { "nothing.txt", "" },
        { "words.txt", "please train my pictures" },
        { "other.json", "{ \"a\": 1 }" },
        { "other.toml", "title = 'x'\n" },
        { "huge.toml", "network_module = 'networks.lora_anima'\nnetwork_dim = 99999999999999999999" },
        { "nan.toml", "network_module = 'networks.lora_anima'\nqwen3 = 'q'\nnetwork_alpha = nan" },
    };

    [Theory, MemberData(nameof(Files))]
    public void Are_refused_in_words(string file, string text)
    {
        var e = Assert.Throws<SettingException>(() => SettingsImport.Read(text, file));
        Assert.InRange(e.Message.Length, 10, 1000);
    }

    [Fact]
    public void A_preset_nested_deeply_is_read_without_what_is_nested() =>
        Assert.Equal("wrong_base", SettingsImport.Read("<TrainParams><BlockDimIn>" + string.Concat(Enumerable.Repeat("<int>", 50_000)) + string.Concat(Enumerable.Repeat("</int>", 50_000)) + "</BlockDimIn></TrainParams>", "x.xmlora").Code);

    [Fact]
    public void A_long_file_is_refused_unread()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenWrite(path)) file.SetLength(1L << 30);
            Assert.Contains(path, Assert.Throws<SettingException>(() => SettingsImport.ReadFile(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
