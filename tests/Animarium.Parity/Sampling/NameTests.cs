using System.Text.Json;
using Animarium.Diffusion.Sampling;
using Xunit;

namespace Animarium.Parity.Sampling;

/// <summary>The name map of samplers and schedules, from other programs' names to ours and back.</summary>
public sealed class NameTests
{
    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Reference.At("sampling", "names.json"))).RootElement;

    static TheoryData<int, string> Listed(string list, Func<JsonElement, string?> name) =>
        [.. Golden.GetProperty(list).EnumerateArray().Select((e, i) => (i, name(e) ?? "-"))];

    public static TheoryData<int, string> Samplers => Listed("samplers", e => e.GetProperty("id").GetString());

    public static TheoryData<int, string> Schedules => Listed("schedules", e => Text(e, "id") ?? Text(e, "label"));

    public static TheoryData<int, string> Examples => Listed("parse_examples", e => $"{Text(e, "Sampler")} / {Text(e, "Schedule type")}");

    [Theory, MemberData(nameof(Samplers))]
    public void Sampler_has_all_its_names(int index, string id)
    {
        var e = Golden.GetProperty("samplers")[index];
        var sampler = Sampler.Find(id);
        Assert.Equal(id, sampler.Id);
        Assert.Equal(Text(e, "label"), sampler.Label);
        Assert.All(AllNames(e), name => Assert.Same(sampler, Sampler.Find(name)));
        Assert.All(sampler.AllNames, name => Assert.Same(sampler, Sampler.Find(name)));

        Assert.Equal(e.GetProperty("model_calls_per_step").Deserialize<int?>(), sampler.CallsPerStep);
        Assert.Equal(e.GetProperty("stochastic").GetBoolean(), sampler.IsStochastic);
        Assert.Equal(e.GetProperty("drops_penultimate_comfyui").GetBoolean(), sampler.DropsPenultimate);
        Assert.Equal(e.GetProperty("drops_penultimate_a1111").GetBoolean(), sampler.DropsPenultimateInA1111);
        Assert.Equal(Text(e, "default_schedule"), sampler.DefaultSchedule);
        Assert.Equal(Text(e, "default_schedule") ?? "uniform", sampler.AutomaticSchedule.Id);
    }

    [Theory, MemberData(nameof(Schedules))]
    public void Schedule_has_all_its_names(int index, string name)
    {
        var e = Golden.GetProperty("schedules")[index];
        string label = Text(e, "label") ?? name;
        var read = NamedSampling.Read("Euler", name);
        if (Text(e, "id") is { } id)
        {
            Assert.All(AllNames(e), n => Assert.Equal(id, Schedule.Find(n).Id));
            Assert.True(Schedule.Find(id).IsInComfyUi);
            Assert.Equal(Text(e, "label"), Schedule.Find(id).Label);
        }
        else if (read.Schedule is { } ours)
        {
            Assert.All(AllNames(e), n => Assert.Same(ours, Schedule.Find(n)));
            Assert.False(ours.IsInComfyUi);
            Assert.Equal(label, ours.Label);
        }
        else Assert.All(AllNames(e), n =>
        {
            Assert.Throws<ArgumentException>(() => Schedule.Find(n));
            Assert.Equal(label, NamedSampling.Read("Euler", n).ScheduleName);
            Assert.Equal(("Euler", label), (NamedSampling.Read($"Euler {n}").SamplerName, NamedSampling.Read($"Euler {n}").ScheduleName));
        });
    }

    [Theory, MemberData(nameof(Examples))]
    public void Fields_of_a_picture_are_read(int index, string name)
    {
        var e = Golden.GetProperty("parse_examples")[index];
        var read = NamedSampling.Read(Text(e, "Sampler")!, Text(e, "Schedule type"));
        Assert.True((Text(e, "sampler_label"), Text(e, "schedule_label"), Text(e, "sampler_id"), Text(e, "schedule_id"))
            == (read.SamplerName, read.ScheduleName, read.Sampler?.Id, read.Schedule?.Id), $"{name} is read as {read}");
    }

    [Fact]
    public void Nothing_is_offered_that_the_map_lacks()
    {
        Assert.Equal(Golden.GetProperty("samplers").EnumerateArray().Select(e => Text(e, "id")).Order(), Sampler.All.Select(s => s.Id).Order());
        Assert.Equal(Golden.GetProperty("schedules").EnumerateArray().Select(e => Text(e, "id")).OfType<string>().Order(),
            Schedule.All.Where(s => s.IsInComfyUi).Select(s => s.Id).Order());
    }

    static IEnumerable<string> AllNames(JsonElement e) =>
        ((string?[])[Text(e, "id"), Text(e, "label"), .. e.GetProperty("aliases").EnumerateArray().Select(a => a.GetString())]).OfType<string>();

    static string? Text(JsonElement e, string field) => e.GetProperty(field).GetString();
}
