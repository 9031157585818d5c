using System.Text.Json;
using Animarium.Diffusion.Training;
using Xunit;

namespace Animarium.Parity.Training;

/// <summary>Learning rates of every step, also of some past the end.</summary>
public class LearningRateTests
{
    static readonly List<JsonElement> Index =
        [.. JsonDocument.Parse(File.ReadAllText(Reference.At("training", "lr-schedules.json"))).RootElement.GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> Cases => [.. Index.Select((c, i) => $"{i} {c.GetProperty("name").GetString()}")];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        var c = Index[int.Parse(name.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)];
        var rates = RatesOf(c);
        rates.Check();
        double baseRate = c.GetProperty("base_lr").GetDouble();
        var golden = c.GetProperty("lr").EnumerateArray().Select(rate => rate.GetDouble()).ToList();
        // The class that made rex's table runs its first step at 0; its note says that ours begins at the base rate.
        int first = rates.Schedule == RateSchedule.Rex ? 1 : 0;
        if (first == 1) Assert.Equal(1, rates.Factor(0, baseRate));
        for (int step = first; step < golden.Count; step++)
            Assert.True(Math.Abs(baseRate * rates.Factor(step, baseRate) - golden[step]) <= 1e-12 * baseRate, $"step {step}: {baseRate * rates.Factor(step, baseRate):R}, golden {golden[step]:R}");
    }

    static LearningRates RatesOf(JsonElement c)
    {
        double? Number(string key) => c.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        var arguments = c.TryGetProperty("scheduler_args", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(a => a.GetString()!.Split('=', 2)).ToDictionary(a => a[0], a => a[1])
            : [];
        double? Argument(string key) => arguments.TryGetValue(key, out var text) ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
        string name = c.GetProperty("scheduler_type").GetString() is { Length: > 0 } type && !type.Contains('.', StringComparison.Ordinal) ? type : c.GetProperty("name").GetString()!;
        return new()
        {
            Schedule = RateSchedules.Find(name),
            Steps = c.GetProperty("total_steps").GetInt32(),
            Warmup = Number("warmup") ?? 0,
            Decay = Number("decay") ?? 0,
            Cycles = Number("num_cycles") ?? 1,
            Power = Number("power") ?? 1,
            MinimumRatio = Number("min_lr_ratio") ?? 0,
            Timescale = Number("timescale"),
            Pieces = arguments.TryGetValue("step_rules", out var rules) ? LearningRates.ParsePieces(rules) : [],
            Period = (int?)Argument("T_max"),
            Minimum = Argument("eta_min") ?? 0,
        };
    }
}
