using Animarium.Diffusion.Sampling;
using CsCheck;
using Xunit;

namespace Animarium.Diffusion.Tests.Sampling;

public sealed class NameMapTests
{
    /// <summary>names.txt beside this file is what users and other programs rely on: a change of it is a decision.</summary>
    [Fact]
    public void Is_the_map_on_record()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Sampling"), received = Path.Combine(folder, "names.received.txt");
        File.WriteAllText(received, Map());
        string recorded = File.ReadAllText(Path.Combine(folder, "names.txt")).ReplaceLineEndings("\n");
        Assert.True(recorded == Map(), $"The names have changed. If that is meant, copy {received} over Sampling/names.txt.");
    }

    [Fact]
    public void No_name_stands_for_two()
    {
        Assert.Distinct(Sampler.All.SelectMany(s => s.AllNames.Distinct(StringComparer.OrdinalIgnoreCase)), StringComparer.OrdinalIgnoreCase);
        Assert.Distinct(Schedule.All.SelectMany(s => s.AllNames.Distinct(StringComparer.OrdinalIgnoreCase)), StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void Defaults_exist() => Assert.All([SamplingDefaults.Base, SamplingDefaults.Turbo], d =>
        Assert.Equal((d.Sampler, d.Schedule), (Sampler.Find(d.Sampler).Id, Schedule.Find(d.Schedule).Id)));

    [Fact]
    public void An_unknown_name_is_answered_with_near_ones()
    {
        Assert.Contains("dpmpp_2m", Assert.Throws<ArgumentException>(() => Sampler.Find("dpmp_2m")).Message, StringComparison.Ordinal);
        Assert.Contains("karras", Assert.Throws<ArgumentException>(() => Schedule.Find("karas")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_is_read_and_written_back_the_same() =>
        Gen.Select(AnyOr(Sampler.All.SelectMany(s => s.AllNames)), AnyOr(Schedule.All.SelectMany(s => s.AllNames)))
            .Sample((sampler, schedule) =>
            {
                var read = NamedSampling.Read(sampler, schedule);
                return NamedSampling.Read(read.SamplerName, read.ScheduleName) == read || read.Sampler is null;
            });

    static Gen<string> AnyOr(IEnumerable<string> names) => Gen.OneOf(Gen.String, Gen.OneOf(names.ToArray()));

    static string Map()
    {
        List<string> lines = ["id | label in A1111 and Forge | further names | calls a step, traits | schedule of Automatic"];
        foreach (var s in Sampler.All)
        {
            (bool Has, string Name)[] traits =
            [
                (s.IsStochastic, "stochastic"), (s.UsesBrownianNoise, "brownian"), (s.NeedsUnconditional, "unconditional"),
                (s.DropsPenultimate, "drops penultimate"), (s.DropsPenultimateInA1111, "drops penultimate in A1111"),
            ];
            string calls = s.CallsPerStep is { } count ? $"{count}" : "its own";
            string[] shown = [calls, .. traits.Where(t => t.Has).Select(t => t.Name)];
            lines.Add($"{s.Id} | {s.Label ?? "-"} | {string.Join(", ", s.Aliases)} | {string.Join(", ", shown)} | {s.AutomaticSchedule.Id}");
        }
        lines.AddRange(["", "id | label in A1111 and Forge | further names | in ComfyUI"]);
        foreach (var s in Schedule.All) lines.Add($"{s.Id} | {s.Label ?? "-"} | {string.Join(", ", s.Aliases)} | {(s.IsInComfyUi ? "yes" : "no")}");
        return string.Join("\n", lines) + "\n";
    }
}
