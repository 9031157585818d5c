using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>The table of the settings of training, and its texts.</summary>
public sealed class TrainingOptionsTests
{
    public static TheoryData<string> Keys => [.. TrainingOptions.All.Select(setting => setting.Key)];

    [Fact]
    public void Every_property_is_declared_once()
    {
        var sections = typeof(TrainingSettings).GetProperties().Where(property => property.CanWrite && property.PropertyType.Namespace == typeof(TrainingSettings).Namespace);
        var properties = sections.SelectMany(section => section.PropertyType.GetProperties().Where(p => p.CanWrite).Select(p => $"{Snake(section.Name)}.{Snake(p.Name)}")).Append("seed");
        Assert.Equal(properties.Order(StringComparer.Ordinal), TrainingOptions.All.Select(setting => setting.Key).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Keys))]
    public void A_default_is_allowed_and_survives_as_JSON(string key)
    {
        var setting = TrainingOptions.Find(key)!;
        setting.Check(new TrainingSettings());
        Assert.True(JsonNode.DeepEquals(setting.Default, setting.ToJson(setting.With(new TrainingSettings(), setting.Default))));
        Assert.NotEqual(setting.HelpText(CultureInfo.InvariantCulture), setting.HelpText(CultureInfo.GetCultureInfo("ja")));
        Assert.NotEmpty(TrainingSetting.Heading(setting.Section));
        Assert.NotEmpty(setting.Values.Describe());
    }

    [Fact]
    public void The_defaults_contradict_nothing()
    {
        new TrainingSettings().Check();
        Assert.Empty(new TrainingSettings().Notices());
    }

    [Fact]
    public void English_and_Japanese_have_the_same_texts_with_the_same_values()
    {
        var (english, japanese) = (Texts(""), Texts("ja"));
        Assert.Equal(english.Keys.Order(StringComparer.Ordinal), japanese.Keys.Order(StringComparer.Ordinal));
        Assert.All(english.Where(text => !IsHelp(text.Key)), text => Assert.Equal(Placeholders(text.Value), Placeholders(japanese[text.Key])));
        Assert.All(japanese.Where(text => text.Key != "file.value"), text => Assert.Contains(text.Value, c => c > '\x7F'));
    }

    [Theory]
    [InlineData("adapter.rank", "0")]
    [InlineData("adapter.rank", "\"many\"")]
    [InlineData("adapter.dropout", "1.5")]
    [InlineData("adapter.exclude_patterns", "[\"(\"]")]
    [InlineData("adapter.type", "\"boft\"")]
    [InlineData("dataset.resolution", "[1024, 768, 3]")]
    [InlineData("dataset.resolution", "20")]
    [InlineData("dataset.background", "\"white\"")]
    [InlineData("validation.sigmas", "[0.5, 1]")]
    [InlineData("optimizer.args", "{\"betas\": [[1]]}")]
    [InlineData("output.precision", "\"int4\"")]
    public void A_value_out_of_range_names_the_setting_and_what_it_may_be(string key, string json)
    {
        var setting = TrainingOptions.Find(key)!;
        var e = Assert.Throws<SettingException>(() => setting.With(new TrainingSettings(), JsonNode.Parse(json)));
        Assert.Equal(key, e.Field);
        Assert.Contains(setting.Values.Describe(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictions_are_named()
    {
        AssertContradiction("dataset.bucket_step", s => s with { Dataset = s.Dataset with { BucketStep = 8 } });
        AssertContradiction("dataset.min_bucket", s => s with { Dataset = s.Dataset with { MinBucket = 4096 } });
        AssertContradiction("loss.huber_schedule", s => s with { Loss = s.Loss with { Type = "huber", HuberSchedule = "snr" } });
        AssertContradiction("adapter.train_transformer", s => s with { Adapter = s.Adapter with { TrainTransformer = false } });
        AssertContradiction("adapter.tlora_min_rank", s => s with { Adapter = s.Adapter with { TloraMinRank = 17 } });
    }

    [Fact]
    public void Seldom_meant_combinations_are_said()
    {
        var settings = new TrainingSettings { Optimizer = new() { Name = "prodigy" } };
        Assert.Equal("prodigy-rate", Assert.Single(settings.Notices()).Code);
        Assert.Equal("schedule-free", Assert.Single((settings with { Optimizer = new() { Name = "radamschedulefree" } }).Notices()).Code);
    }

    static void AssertContradiction(string key, Func<TrainingSettings, TrainingSettings> with) => Assert.Equal(key, Assert.Throws<SettingException>(() => with(new TrainingSettings()).Check()).Field);

    static string Snake(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    static bool IsHelp(string key) => TrainingOptions.Find(key) is not null;

    static Dictionary<string, string> Texts(string culture) =>
        new ResourceManager("Animarium.Studio.Training.Settings.TrainingTexts", typeof(TrainingSettings).Assembly).GetResourceSet(CultureInfo.GetCultureInfo(culture), createIfNotExists: true, tryParents: false)!
            .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);

    static IEnumerable<int> Placeholders(string text) => Enumerable.Range(0, 10).Where(n => text.Contains($"{{{n}}}", StringComparison.Ordinal));
}
