using System.Text.Json;
using Animarium.Diffusion.Prompts;
using Xunit;

namespace Animarium.Parity.Prompts;

public class ScheduleParity
{
    public static TheoryData<string, int> Schedules => PromptCases.Of("schedule.json", "cases");

    public static TheoryData<string, int> Compositions => PromptCases.Of("and.json", "cases");

    [Theory, MemberData(nameof(Schedules))]
    public void Schedule(string name, int index)
    {
        var golden = PromptCases.At("schedule.json", "cases", index);
        Assert.NotNull(name);
        var hires = golden.GetProperty("hires_steps");
        var schedule = PromptSchedule.Of(golden.GetProperty("text").GetString()!, golden.GetProperty("steps").GetInt32(),
            hires.ValueKind == JsonValueKind.Null ? null : hires.GetInt32(), golden.GetProperty("old_timeline").GetBoolean());
        Assert.Equal(golden.GetProperty("schedule").EnumerateArray().Select(entry => new ScheduledPrompt(entry[0].GetInt32(), entry[1].GetString()!)), schedule);
    }

    [Theory, MemberData(nameof(Compositions))]
    public void Composition(string name, int index)
    {
        var golden = PromptCases.At("and.json", "cases", index);
        Assert.NotNull(name);
        Assert.Equal(golden.GetProperty("parts").EnumerateArray().Select(part => new ComposedPrompt(part[0].GetString()!, part[1].GetDouble())),
            PromptComposition.Parse(golden.GetProperty("text").GetString()!));
    }
}
