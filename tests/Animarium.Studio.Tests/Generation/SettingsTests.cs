using System.Text.Json;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;
using CsCheck;
using Xunit;

namespace Animarium.Studio.Tests.Generation;

/// <summary>Values from people and from JSON.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("cfg", "NaN", "cfg must be a number from 0 to 100, not 'NaN'.")]
    [InlineData("cfg", "Infinity", "cfg must be a number from 0 to 100, not 'Infinity'.")]
    [InlineData("cfg", "four", "cfg must be a number from 0 to 100, not 'four'.")]
    [InlineData("cfg", "4,5", "cfg must be a number from 0 to 100, not '4,5'.")]
    [InlineData("width", "0", "width must be a whole number from 16 to 4096, not '0'.")]
    [InlineData("width", "-1", "width must be a whole number from 16 to 4096, not '-1'.")]
    [InlineData("height", "100000", "height must be a whole number from 16 to 4096, not '100000'.")]
    [InlineData("height", "99999999999999999999", "height must be a whole number from 16 to 4096, not '99999999999999999999'.")]
    [InlineData("height", "512.5", "height must be a whole number from 16 to 4096, not '512.5'.")]
    [InlineData("steps", "0", "steps must be a whole number from 1 to 10000, not '0'.")]
    [InlineData("steps", "10001", "steps must be a whole number from 1 to 10000, not '10001'.")]
    [InlineData("shift", "0", "shift must be a number above 0, at most 100, not '0'.")]
    [InlineData("seed", "-2", "seed must be a whole number from 0 to 18446744073709551615, or 'random', not '-2'.")]
    [InlineData("device", "rocm", "device must be one of auto, cpu, cuda, cuda:0, cuda:1, …, mps, not 'rocm'.")]
    [InlineData("rating", "adult", "rating must be one of safe, sensitive, nsfw, explicit, not 'adult'.")]
    [InlineData("mask-invert", "maybe", "mask-invert must be true or false, not 'maybe'.")]
    [InlineData("lora", "ink:1e9", "lora must be NAME, NAME:0.8 or NAME:0.8:0.5 with strengths from -100 to 100, not 'ink:1e9'.")]
    public void A_value_out_of_range_is_refused_in_one_sentence_that_names_field_and_range(string name, string text, string message)
    {
        var refused = Assert.Throws<SettingException>(() => Settings.Empty.With(name, text));
        Assert.Equal((name, message), (refused.Field, refused.Message));
    }

    [Fact]
    public void An_unknown_sampler_and_an_endless_prompt_are_refused_shortly()
    {
        Assert.StartsWith("sampler must be one of ", Assert.Throws<SettingException>(() => Settings.Empty.With("sampler", "magic")).Message, StringComparison.Ordinal);
        string message = Assert.Throws<SettingException>(() => Settings.Empty.With("prompt", new string('a', 100_000))).Message;
        Assert.StartsWith("prompt must be a text of at most 20000 characters, not 'aaa", message, StringComparison.Ordinal);
        Assert.InRange(message.Length, 60, 200);
        Assert.Equal("There is no setting 'stepz'.", Assert.Throws<SettingException>(() => Settings.Empty.With("stepz", "3")).Message);
    }

    [Fact]
    public void Messages_are_Japanese_where_the_person_is()
    {
        string message = Words.In("ja-JP", () => Assert.Throws<SettingException>(() => Settings.Empty.With("steps", "0")).Message);
        Assert.Equal("steps には 1 から 10000 までの整数を指定してください（'0' は使えません）。", message);
    }

    [Fact]
    public void Names_of_other_programs_and_a_random_seed_are_understood()
    {
        var request = Settings.Empty.With("sampler", "Euler a").With("scheduler", "SGM Uniform").With("seed", "-1").With("mask-invert", "True").With("device", "CUDA:1").Complete();
        Assert.Equal(("euler_ancestral", "sgm_uniform", null, true, "cuda:1"), (request.Sampler, request.Scheduler, request.Seed, request.MaskInvert, request.Device));
    }

    [Theory]
    [InlineData("ink", "ink", 1, 1)]
    [InlineData("ink:0.8", "ink", 0.8, 0.8)]
    [InlineData("ink:-0.5:0", "ink", -0.5, 0)]
    [InlineData(@"C:\loras\ink v1.5.safetensors:0.7", @"C:\loras\ink v1.5.safetensors", 0.7, 0.7)]
    [InlineData("a:1:2:3", "a:1", 2, 3)]
    public void LoRAs_are_read_from_the_right(string text, string name, double strength, double textStrength) =>
        Assert.Equal([new LoraUse(name, strength, textStrength)], Settings.Empty.With("lora", text).Complete().Loras);

    [Fact]
    public void Layers_win_over_those_below()
    {
        var request = Settings.Empty.With("steps", "8").Over(Settings.Empty.With("steps", "20").With("cfg", "3")).Complete();
        Assert.Equal((8, 3.0, 1024), (request.Steps, request.Cfg, request.Width));
    }

    [Fact]
    public void Any_settings_survive_as_JSON() => AnySettings.Sample(settings =>
    {
        using var json = JsonDocument.Parse(settings.ToString());
        var read = Settings.FromJson(json.RootElement);
        Assert.Equal(settings.ToString(), read.ToString());
        foreach (var knob in settings.Given) Assert.Equal(knob.Get(settings.Complete()), knob.Get(read.Complete()));
        Assert.Equal(settings.Given, read.Given);
    }, iter: 500);

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"width": "wide"}""")]
    [InlineData("""{"width": 1e300}""")]
    [InlineData("""{"cfg": null}""")]
    [InlineData("""{"prompt": {"a": 1}}""")]
    [InlineData("""{"lora": [{"strength": 1}]}""")]
    [InlineData("""{"lora": [{"name": "a", "strength": "x"}]}""")]
    [InlineData("""{"unheard": 1}""")]
    public void JSON_of_the_wrong_shape_is_refused(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Throws<SettingException>(() => Settings.FromJson(document.RootElement));
    }

    /// <summary>Random values of random knobs.</summary>
    internal static Gen<Settings> AnySettings { get; } = Gen.OneOf([.. Knobs.All.Select(Value)]).Array[0, 12]
        .Select(values => values.Aggregate(Settings.Empty, (settings, value) => settings.With(value.Knob, value.Value)));

    private static Gen<(Knob Knob, object? Value)> Value(Knob knob) => knob switch
    {
        Knob<double> => Gen.Double[knob.Values.Least!.Value + 1e-3, knob.Values.Most!.Value].Select(value => (knob, (object?)value)),
        Knob<int> => Gen.Int[(int)knob.Values.Least!.Value, (int)knob.Values.Most!.Value].Select(value => (knob, (object?)value)),
        Knob<ulong?> => Gen.ULong.Select(value => (knob, (object?)value)),
        Knob<bool> => Gen.Bool.Select(value => (knob, (object?)value)),
        Knob<IReadOnlyList<LoraUse>> => Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 9], Gen.Double[-3, 3], Gen.Double[-3, 3], (name, strength, text) => new LoraUse(name, strength, text))
            .List[0, 3].Select(value => (knob, (object?)value)),
        _ when knob.Values.Choices.Count > 0 => Gen.Int[0, knob.Values.Choices.Count - 1].Select(n => (knob, knob.Parse(knob.Values.Choices[n]))),
        _ when knob.Key == "device" => Gen.Const((knob, (object?)"cuda:3")),
        _ => Gen.String[Gen.Char[' ', '\u9FFF'], 1, 40].Select(value => (knob, (object?)value)),
    };
}
