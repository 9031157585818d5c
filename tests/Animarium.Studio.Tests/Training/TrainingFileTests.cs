using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Training.Imports;
using Animarium.Studio.Training.Settings;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>Our own file of settings, and overrides on the command line.</summary>
public sealed class TrainingFileTests
{
    const string Sample = """
        seed = 42
        [adapter]
        type = "lokr"
        rank = 8
        exclude_patterns = ['.*blocks\.[0-2]\..*']
        learning_rate_by_pattern = { '.*mlp.*' = 2e-4 }
        [optimizer]
        args = { weight_decay = 0.1, betas = [0.9, 0.99] }
        [dataset]
        train_folder = 'C:\pictures\初音ミク'
        resolution = [1024, 768]
        """;

    [Fact]
    public void What_is_said_is_read_and_nothing_else_counts_as_said()
    {
        var given = TrainingFile.Read(Sample, "my.toml");
        Assert.Equal(["adapter.exclude_patterns", "adapter.learning_rate_by_pattern", "adapter.rank", "adapter.type", "dataset.resolution", "dataset.train_folder", "optimizer.args", "seed"],
            given.Keys.Order(StringComparer.Ordinal));
        var settings = given.Settings;
        Assert.Equal((42UL, "lokr", 8, (1024, 768)), (settings.Seed!.Value, settings.Adapter.Type, settings.Adapter.Rank, settings.Dataset.Resolution!.Value));
        Assert.Equal(@".*blocks\.[0-2]\..*", Assert.Single(settings.Adapter.ExcludePatterns!));
        Assert.Equal(KeyValuePair.Create(".*mlp.*", 2e-4), Assert.Single(settings.Adapter.LearningRateByPattern!));
        Assert.Equal([0.9, 0.99], Assert.IsType<double[]>(settings.Optimizer.Args["betas"]));
        Assert.Equal(@"C:\pictures\初音ミク", settings.Dataset.TrainFolder);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void What_is_written_reads_the_same(string language)
    {
        var given = TrainingFile.Read(Sample, "my.toml");
        string text = TrainingFile.Write(given, System.Globalization.CultureInfo.GetCultureInfo(language));
        Assert.All(TrainingOptions.All, setting => Assert.Contains(setting.HelpText(System.Globalization.CultureInfo.GetCultureInfo(language)), text, StringComparison.Ordinal));
        var again = TrainingFile.Read(text, "again.toml");
        Assert.Equal(given.Keys.Order(StringComparer.Ordinal), again.Keys.Order(StringComparer.Ordinal));
        Assert.All(TrainingOptions.All, setting => Assert.True(JsonNode.DeepEquals(setting.ToJson(given.Settings), setting.ToJson(again.Settings)), setting.Key));
        var report = SettingsImport.Read(text, "again.toml");
        Assert.Equal(SettingsKind.Animarium, report.Kind);
    }

    [Theory]
    [InlineData("[adapter]\nrnak = 8", "line 2", "adapter.rank")]
    [InlineData("[adapter]\n\nrank = 'x'", "line 3", "adapter.rank")]
    [InlineData("[adaptr]\nrank = 8", "line 2", "adapter.rank")]
    [InlineData("[adapter]\nrank = ", "line 2", "my.toml")]
    [InlineData("[adapter]\nrank = 8\nrank = 9", "line 3", "rank")]
    [InlineData("adapter = 3\nseed = 1", "line 1", "adapter")]
    [InlineData("[optimizer]\nlearning_rate = nan", "line 2", "optimizer.learning_rate")]
    public void A_mistake_names_file_line_and_the_nearest_key(string text, string line, string key)
    {
        using var english = new English();
        var e = Assert.Throws<SettingException>(() => TrainingFile.Read(text, "my.toml"));
        Assert.Contains("my.toml", e.Message, StringComparison.Ordinal);
        Assert.Contains(line, e.Message, StringComparison.Ordinal);
        Assert.Contains(key, e.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("2023"), InlineData("1.50"), InlineData("true"), InlineData("@mika")]
    public void A_word_may_look_like_a_number(string word) => Assert.Equal(word, GivenSettings.None.Set($"dataset.trigger={word}").Settings.Dataset.Trigger);

    [Fact]
    public void Overrides_win_and_reach_into_tables()
    {
        var settings = TrainingFile.Read(Sample, "my.toml").Set("adapter.rank=4", "optimizer.args.weight_decay=0.2", "output.name=my lora", "dataset.train_folder=C:\\new\\x", "seed=", "adapter.rank_by_pattern..*attn.*=2").Settings;
        Assert.Equal((4, "my lora", @"C:\new\x", null), (settings.Adapter.Rank, settings.Output.Name, settings.Dataset.TrainFolder, settings.Seed));
        Assert.Equal(0.2, settings.Optimizer.Args["weight_decay"]);
        Assert.Equal([0.9, 0.99], (double[])settings.Optimizer.Args["betas"]);
        Assert.Equal(KeyValuePair.Create(".*attn.*", 2), Assert.Single(settings.Adapter.RankByPattern!));
    }

    [Theory]
    [InlineData("rank")]
    [InlineData("=3")]
    [InlineData("adapter.rnak=3")]
    [InlineData("adapter.rank=many")]
    public void A_wrong_override_is_refused(string text) => Assert.Throws<SettingException>(() => GivenSettings.None.Set(text));

    [Fact]
    public void Only_what_was_said_is_reported_as_without_effect()
    {
        var given = GivenSettings.None.Set("timestep.shift=3", "loss.huber_c=0.2", "adapter.rank=8");
        Assert.Equal(2, given.WithoutEffect().Count());
        Assert.Empty(given.Set("timestep.sampling=shift", "loss.type=huber").WithoutEffect());
        Assert.Empty(GivenSettings.None.WithoutEffect());
    }

    [Fact]
    public void What_was_said_goes_over_other_settings()
    {
        var others = new TrainingSettings { Adapter = new() { Rank = 32, Alpha = 1 } };
        var settings = GivenSettings.None.Set("adapter.rank=8").Over(others);
        Assert.Equal((8, 1.0), (settings.Adapter.Rank, settings.Adapter.Alpha));
    }
}
