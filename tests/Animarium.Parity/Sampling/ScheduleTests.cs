using System.Text.Json;
using Animarium.Diffusion.Sampling;
using Xunit;

namespace Animarium.Parity.Sampling;

/// <summary>Flow and schedules against recorded lists.</summary>
public sealed class ScheduleTests
{
    static readonly string[] Exact = ["simple", "ddim_uniform", "beta", "beta57"];

    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Reference.At("sampling", "schedules.json"))).RootElement;

    static TheoryData<int, string> Named(string list, Func<JsonElement, string> name) => [.. Golden.GetProperty(list).EnumerateArray().Select((e, i) => (i, name(e)))];

    public static TheoryData<int, string> Cases => Named("cases", e => $"{e.GetProperty("kind")} {e.GetProperty("scheduler")} {e.GetProperty("steps")} denoise {e.GetProperty("denoise")} shift {e.GetProperty("shift")}");

    public static TheoryData<int, string> Forge => Named("forge", e => $"{e.GetProperty("label")} {e.GetProperty("steps")} shift {e.GetProperty("shift")}");

    public static TheoryData<int, string> Diffusers => Named("diffusers", e => $"{e.GetProperty("call")} {e.GetProperty("steps")} shift {e.GetProperty("shift")}");

    public static TheoryData<string> Shifts => [.. Golden.GetProperty("tables").EnumerateObject().Select(p => p.Name)];

    [Theory, MemberData(nameof(Cases))]
    public void Is_the_list_of_ComfyUI(int index, string name)
    {
        var e = Golden.GetProperty("cases")[index];
        var id = e.GetProperty("scheduler").GetString()!;
        var sigmas = Schedule.Find(id).Sigmas(FlowOf(e), e.GetProperty("steps").GetInt32(), e.GetProperty("denoise").GetDouble(),
            e.GetProperty("kind").GetString() == "drop_penultimate");
        Same(e, sigmas, Exact.Contains(id) ? 0 : 2e-7, name);
    }

    [Theory, MemberData(nameof(Forge))]
    public void Is_the_list_of_Forge(int index, string name)
    {
        var e = Golden.GetProperty("forge")[index];
        var id = e.GetProperty("name").GetString() switch { "beta" => "forge_beta", "kl_optimal" => "forge_kl_optimal", var own => own! };
        Same(e, Schedule.Find(id).Sigmas(FlowOf(e), e.GetProperty("steps").GetInt32()), 2e-7, name);
    }

    [Theory, MemberData(nameof(Diffusers))]
    public void Is_the_list_of_diffusers(int index, string name)
    {
        var e = Golden.GetProperty("diffusers")[index];
        var schedule = Schedule.Find(e.GetProperty("call").GetString()!.Contains("linspace", StringComparison.Ordinal) ? "linspace" : "normal");
        Same(e, schedule.Sigmas(FlowOf(e), e.GetProperty("steps").GetInt32()), 2e-7, name);
    }

    [Theory, MemberData(nameof(Shifts))]
    public void Has_the_table(string shift)
    {
        var flow = new Flow(double.Parse(shift, System.Globalization.CultureInfo.InvariantCulture));
        var golden = Golden.GetProperty("tables").GetProperty(shift);
        var entries = golden.ValueKind == JsonValueKind.Array
            ? golden.EnumerateArray().Select((e, i) => (i, e.GetDouble()))
            : golden.GetProperty("checks").EnumerateObject().Select(p => (int.Parse(p.Name, System.Globalization.CultureInfo.InvariantCulture), p.Value.GetDouble()));
        Assert.All(entries, e => Assert.Equal((float)e.Item2, flow.Table[e.Item1]));
    }

    [Fact]
    public void Turns_percents_into_sigmas() => Assert.All(Golden.GetProperty("percent_to_sigma").EnumerateArray(), e =>
        Assert.Equal(e.GetProperty("sigma").GetDouble(), FlowOf(e).PercentToSigma(e.GetProperty("percent").GetDouble()), 1e-12));

    static Flow FlowOf(JsonElement e) => new(e.GetProperty("shift").GetDouble());

    static void Same(JsonElement e, double[] sigmas, double tolerance, string name)
    {
        var golden = e.GetProperty("sigmas").EnumerateArray().Select(v => (float)v.GetDouble()).ToArray();
        Assert.True(golden.Length == sigmas.Length, $"{name}: {sigmas.Length} values, recorded {golden.Length}");
        for (int i = 0; i < golden.Length; i++)
            Assert.True(Math.Abs(golden[i] - sigmas[i]) <= tolerance, $"{name}: value {i} is {sigmas[i]:r}, recorded {golden[i]:r}");
    }
}
