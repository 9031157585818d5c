using System.Text.Json;
using Animarium.Diffusion.Guidance.Caching;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Guidance.Caching;

/// <summary>Skipping of steps against recorded decisions, forecasts and outputs.</summary>
public sealed class CachingTests
{
    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Reference.At("guidance", "cache.json"))).RootElement;

    static TheoryData<int, string> Named(string list, Func<JsonElement, string> name) => [.. Golden.GetProperty(list).EnumerateArray().Select((e, i) => (i, name(e)))];

    public static TheoryData<int, string> Windows => Named("spectrum_window", e => $"{e.GetProperty("steps")} steps, window {e.GetProperty("window_size")} + {e.GetProperty("flex_window")}, warmup {e.GetProperty("warmup")}, stop {e.GetProperty("stop")}");

    public static TheoryData<int, string> Forecasts => Named("spectrum_predict", e => e.GetProperty("tensor").GetString()!);

    public static TheoryData<int, string> DenoisedForecasts => Named("sdcpp_spectrum", e => e.GetProperty("tensor").GetString()!);

    public static TheoryData<int, string> EasyCaches => Named("easycache", e => $"threshold {e.GetProperty("threshold")}");

    public static TheoryData<int, string> FirstBlocks => Named("first_block_cache", e => $"threshold {e.GetProperty("threshold")}");

    public static TheoryData<int, string> Filters => [.. Named("sea", e => e.ToString()).Where(row => Golden.GetProperty("sea")[row.Data.Item1].TryGetProperty("tensor", out _))];

    public static TheoryData<int> Thresholds => [.. Enumerable.Range(0, Golden.GetProperty("sea").GetArrayLength()).Where(i => Golden.GetProperty("sea")[i].TryGetProperty("delta", out _))];

    [Theory, MemberData(nameof(Windows))]
    public void Runs_the_recorded_steps(int index, string name)
    {
        var e = Golden.GetProperty("spectrum_window")[index];
        Assert.True(Flags(e, "actual").SequenceEqual(Window(e).Runs(e.GetProperty("steps").GetInt32())), name);
    }

    [Theory, MemberData(nameof(Forecasts))]
    public void Forecasts_the_recorded_features(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("spectrum_predict")[index];
        Assert.SkipUnless(e.GetProperty("dtype").GetString() == "f32", "the reference rounds its times to bfloat16 there; we take its fp32 side");
        var schedule = Golden.GetProperty("spectrum_predict_schedule");
        var options = Window(schedule) with { Degree = e.GetProperty("m").GetInt32(), Ridge = Number(e, "lam"), Weight = Number(e, "w"), Calibration = Number(e, "calibration") };
        Assert.Equal(Flags(schedule, "actual"), options.Runs(schedule.GetProperty("steps").GetInt32()));
        Forecast(options, Read("spectrum/features"), name, [.. e.GetProperty("steps_predicted").EnumerateArray().Select(s => s.GetInt32())]);
    }

    [Theory, MemberData(nameof(DenoisedForecasts))]
    public void Forecasts_as_stable_diffusion_cpp(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("sdcpp_spectrum")[index];
        var features = Read(e.GetProperty("inputs").GetString()!);
        int steps = (int)features.shape[0], degree = e.GetProperty("m").GetInt32();
        var options = SpectrumOptions.ForDenoised(steps) with
        {
            Degree = degree, History = Math.Max(degree + 1, 6), Ridge = Number(e, "lam"), Weight = Number(e, "w"),
            Window = Number(e, "window_size"), Flex = Number(e, "flex_window"), Warmup = e.GetProperty("warmup").GetInt32(), Stop = (int)(Number(e, "stop_percent") * steps),
        };
        var runs = Flags(e, "actual");
        Assert.Equal(runs, options.Runs(steps));
        Forecast(options, features, name, [.. Enumerable.Range(0, steps).Where(i => !runs[i])]);
    }

    [Theory, MemberData(nameof(EasyCaches))]
    public void Skips_as_EasyCache(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("easycache")[index];
        double[] sigmas = [.. e.GetProperty("sigmas").EnumerateArray().Select(s => s.GetDouble())];
        Tensor goldenX = Read(e.GetProperty("x").GetString()!), goldenOut = Read(e.GetProperty("out").GetString()!), target = Read("easycache/target"), direction = Read("easycache/dir");
        bool[] skipped = Flags(e, "skipped");
        var state = e.GetProperty("cumulative_and_rate");

        using var cache = new EasyCache(new(Number(e, "threshold"), Number(e, "start_percent"), Number(e, "end_percent")), new(Number(e, "shift")));
        var denoise = cache.Wrap((x, sigma) => new(Flow.Denoised(x, (x - target).Times(0.9 + 0.1 * sigma).Plus(direction.Times(0.05 * Math.Sin(3 * sigma))), sigma)));
        var x = goldenX[0];
        for (int i = 0; i < skipped.Length; i++)
        {
            int before = cache.Skipped;
            Distance.Within(x, goldenX[i], relativeL2: 1e-5, what: $"{name}: x of step {i}");
            var velocity = (x - denoise(x, sigmas[i]).Denoised).Over(sigmas[i]);
            Assert.True(skipped[i] == cache.Skipped > before, $"{name}: step {i}");
            Distance.Within(velocity, goldenOut[i], relativeL2: 1e-5, what: $"{name}: output of step {i}");
            Assert.Equal(state[i][0].GetDouble(), cache.Cumulative, 1e-4);
            if (state[i][1].ValueKind == JsonValueKind.Number) Assert.Equal(state[i][1].GetDouble(), cache.Rate!.Value, 1e-3);
            else Assert.Null(cache.Rate);
            x = x.Plus(velocity.Times(sigmas[i + 1] - sigmas[i]));
        }
    }

    [Theory, MemberData(nameof(FirstBlocks))]
    public void Skips_blocks_as_recorded(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("first_block_cache")[index];
        Tensor x = Read("fbc/head_input"), head = Read("fbc/head_residual"), tail = Read("fbc/tail_residual_if_computed"), golden = Read(e.GetProperty("out").GetString()!);
        bool[] computed = Flags(e, "computed");
        using var cache = new FirstBlockCache(Number(e, "threshold"));
        for (int i = 0; i < computed.Length; i++)
        {
            bool ran = false;
            var output = cache.Apply(x[i], t => t.Plus(head[i]), t =>
            {
                ran = true;
                return t.Plus(tail[i]);
            });
            Assert.True(computed[i] == ran, $"{name}: step {i}");
            Distance.Within(output, golden[i], relativeL2: 1e-5, what: $"{name}: step {i}");
        }
    }

    [Theory, MemberData(nameof(Filters))]
    public void Filters_as_SeaCache(int index, string name)
    {
        using var scope = NewDisposeScope();
        var e = Golden.GetProperty("sea")[index];
        Distance.Within(SeaFilter.Apply(Read("sea/x"), Number(e, "sigma"), Number(e, "beta")), Read(e.GetProperty("tensor").GetString()!), relativeL2: 1e-5, what: name);
    }

    [Theory, MemberData(nameof(Thresholds))]
    public void Finds_the_threshold_for_a_share_of_steps(int index)
    {
        var e = Golden.GetProperty("sea")[index];
        double[] distances = [.. e.GetProperty("distances").EnumerateArray().Select(d => d.GetDouble())];
        double threshold = SeaFilter.Threshold(distances, Number(e, "refresh_ratio"));
        Assert.Equal(Number(e, "delta"), threshold, 1e-9);
        Assert.Equal(e.GetProperty("refreshes").GetInt32(), SeaFilter.Runs(distances, threshold));
    }

    static void Forecast(SpectrumOptions options, Tensor features, string name, int[] predicted)
    {
        using var scope = NewDisposeScope(); // keeps the forecasts while they are stacked
        using var forecaster = new SpectrumForecaster(options, (int)features.shape[0]);
        var forecasts = new List<Tensor>();
        for (int i = 0; i < features.shape[0]; i++)
        {
            if (predicted.Contains(i)) forecasts.Add(forecaster.Predict(i));
            else forecaster.Observe(i, features[i]);
        }
        Distance.Within(stack(forecasts), Read(name), relativeL2: 1e-4, what: name);
    }

    static SpectrumOptions Window(JsonElement e) => new()
    {
        Window = Number(e, "window_size"), Flex = Number(e, "flex_window"), Warmup = e.GetProperty("warmup").GetInt32(),
        Stop = e.GetProperty("stop").GetInt32() is >= 0 and var stop ? stop : null,
    };

    static bool[] Flags(JsonElement e, string name) => [.. e.GetProperty(name).EnumerateArray().Select(v => v.GetInt32() == 1)];

    static double Number(JsonElement e, string name) => e.GetProperty(name).GetDouble();

    static Tensor Read(string name)
    {
        using var file = SafeTensorsFile.Open(Reference.At("guidance", "cache.safetensors"));
        return file.Read(name).clone();
    }
}
