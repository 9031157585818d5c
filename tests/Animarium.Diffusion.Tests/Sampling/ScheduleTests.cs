using Animarium.Diffusion.Sampling;
using CsCheck;
using Xunit;

namespace Animarium.Diffusion.Tests.Sampling;

public sealed class ScheduleTests
{
    public static TheoryData<string> All => [.. Schedule.All.Select(s => s.Id)];

    /// <summary>Steps, shift.</summary>
    static readonly Gen<(int, double)> Runs = Gen.Select(Gen.Int[1, 150], Gen.Double[0.5, 12]);

    [Theory, MemberData(nameof(All))]
    public void Descends_within_1_and_0(string id) => Runs.Sample((steps, shift) =>
    {
        var sigmas = Schedule.Find(id).Sigmas(new(shift), steps);
        // Forge's Uniform ends in 0, 0; elsewhere a σ repeats only where the 1000 entries of the table are too few.
        int fall = id == "uniform" ? sigmas.Length - 1 : sigmas.Length;
        // In single precision the upper end of some shifts is a rounding above 1.
        Assert.All(sigmas, s => Assert.InRange(s, 0, 1 + 1e-6));
        Assert.All(sigmas.Take(fall).Zip(sigmas.Take(fall).Skip(1)), p => Assert.True(p.First > p.Second, $"{p.First} is followed by {p.Second}"));
        Assert.All(sigmas, s => Assert.Equal(s, (float)s));
    });

    [Theory, MemberData(nameof(All))]
    public void Starts_in_noise_and_ends_in_a_picture(string id) => Runs.Sample((steps, shift) =>
    {
        var (flow, sigmas) = (new Flow(shift), Schedule.Find(id).Sigmas(new(shift), steps));
        // ddim_uniform counts from below and may miss the upper end by less than its stride.
        if (id == "ddim_uniform") Assert.InRange(sigmas[0], flow.Table[Math.Max(0, 999 - 1000 / steps)], 1 + 1e-6);
        else if (id == "uniform") Assert.Equal(flow.Shifted(0.999), sigmas[0], 1e-6);
        else Assert.Equal(1, sigmas[0], 1e-6);
        Assert.Equal(id == "forge_kl_optimal" ? flow.SigmaMin : 0, sigmas[^1], 1e-6);
    });

    [Theory, MemberData(nameof(All))]
    public void Has_one_value_more_than_steps(string id) => Runs.Sample((steps, shift) =>
    {
        int count = Schedule.Find(id).Sigmas(new(shift), steps).Length;
        if (id == "ddim_uniform") Assert.InRange(count, steps + 1, 2 * steps + 1);
        else if (id.StartsWith("beta", StringComparison.Ordinal)) Assert.InRange(count, 2, steps + 1);
        else Assert.Equal(steps + 1, count);
    });

    [Theory, MemberData(nameof(All))]
    public void A_share_of_denoising_is_the_end_of_a_longer_run(string id) => Gen.Select(Gen.Int[1, 40], Gen.Double[0.05, 0.99]).Sample((steps, denoise) =>
    {
        var (schedule, flow) = (Schedule.Find(id), new Flow());
        var part = schedule.Sigmas(flow, steps, denoise);
        var whole = schedule.Sigmas(flow, (int)(steps / denoise));
        if (whole is [.., 0, 0]) whole = whole[..^1];
        Assert.Equal(whole[^part.Length..], part);
        Assert.True(part.Length == steps + 1 || part.Length == whole.Length);
    });

    [Theory, MemberData(nameof(All))]
    public void Dropping_the_penultimate_takes_one_value_of_a_run_one_step_longer(string id) => Gen.Int[1, 60].Sample(steps =>
    {
        var (schedule, flow) = (Schedule.Find(id), new Flow());
        var longer = schedule.Sigmas(flow, steps + 1);
        Assert.Equal([.. longer[..^2], longer[^1]], schedule.Sigmas(flow, steps, dropPenultimate: true));
    });

    [Theory, MemberData(nameof(All))]
    public void Says_what_is_out_of_range(string id)
    {
        var (schedule, flow) = (Schedule.Find(id), new Flow());
        Assert.All([0, -1, Schedule.MaxSteps + 1], steps => Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Sigmas(flow, steps)));
        Assert.All([0, -1, double.NaN], denoise => Assert.Empty(schedule.Sigmas(flow, 10, denoise)));
        Assert.True(schedule.Sigmas(flow, Schedule.MaxSteps, 1e-9).Length > 1);
    }
}
