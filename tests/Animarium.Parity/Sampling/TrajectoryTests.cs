using System.Text.Json;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Sampling;

/// <summary>Every sampler against recorded runs: each model call, each request for noise, the result.</summary>
public sealed class TrajectoryTests
{
    static readonly Dictionary<(string, string), JsonElement> Index = JsonDocument.Parse(File.ReadAllText(Reference.At("sampling", "trajectories.json")))
        .RootElement.EnumerateArray().ToDictionary(e => (e.GetProperty("sampler").GetString()!, e.GetProperty("case").GetString()!));

    public static TheoryData<string, string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Follows_the_recorded_run(string sampler, string name)
    {
        using var scope = NewDisposeScope();
        var entry = Index[(sampler, name)];
        using var file = SafeTensorsFile.Open(Reference.At("sampling", entry.GetProperty("file").GetString()!));
        Tensor? Golden(string tensor) => file.Entries.ContainsKey($"{name}/{tensor}") ? file.Read($"{name}/{tensor}").clone() : null;
        double[] Numbers(string tensor) => Golden(tensor) is { } t ? [.. t.reshape(-1).data<float>().ToArray().Select(f => (double)f)] : [];

        var s = Sampler.Find(sampler);
        double cfg = entry.GetProperty("cfg").GetDouble(), tolerance = Tolerance(sampler);
        bool finite = entry.GetProperty("finite").GetBoolean();
        Tensor callX = Golden("call_x")!, noise = Golden("noise")!;
        Tensor? stepNoise = Golden("step_noise");
        double[] sigmas = Numbers("sigmas"), callSigma = Numbers("call_sigma"), noiseSigma = Numbers("step_noise_sigmas");
        int calls = 0, draws = 0;

        var model = AnalyticDenoiser.Instance.Guided(cfg, s.NeedsUnconditional);
        Prediction Recorded(Tensor x, double sigma)
        {
            int call = calls++;
            if (!finite) return model(x, sigma);
            Assert.True(call < callSigma.Length, $"more model calls than the {callSigma.Length} recorded");
            Assert.True(Math.Abs(sigma - callSigma[call]) <= 1e-5 * callSigma[call] + 1e-7, $"call {call}: sigma {sigma}, recorded {callSigma[call]}");
            Distance.Within(x, callX[call], relativeL2: tolerance, what: $"call {call} at sigma {sigma}");
            return model(x, sigma);
        }
        Tensor Stored(double sigma, double next)
        {
            int draw = draws++;
            Assert.True(stepNoise is not null && draw < stepNoise.shape[0], $"more noise asked for than recorded");
            Assert.True(Math.Abs(sigma - noiseSigma[2 * draw]) <= 1e-4 * sigma && Math.Abs(next - noiseSigma[2 * draw + 1]) <= 1e-4 * next,
                $"draw {draw}: ({sigma}, {next}), recorded ({noiseSigma[2 * draw]}, {noiseSigma[2 * draw + 1]})");
            return stepNoise![draw].clone();
        }

        Denoiser denoise = Recorded;
        if (Golden("mask") is { } mask) denoise = MaskedDenoiser.Wrap(Recorded, Golden("latent")!, noise, mask);
        var start = Flow.Mix(Golden("latent") ?? noise.zeros_like(), noise, sigmas[0]);
        Distance.Within(start, Golden("x_start")!, maxAbs: 1e-6, what: "start");

        var context = new SamplerContext(denoise, Golden("x_start")!, sigmas, Stored)
        {
            Flow = new(entry.GetProperty("shift").GetDouble()),
            Options = Options(entry.GetProperty("options")),
        };
        var result = s.Run(context);

        Assert.True(result.isfinite().all().item<bool>(), "the result is not finite");
        if (!finite) return;
        Distance.Within(result, Golden("out")!, relativeL2: tolerance, what: "result");
        Assert.Equal(callSigma.Length, calls);
        Assert.Equal(entry.GetProperty("noise_calls").GetInt32(), draws);
    }

    static double Tolerance(string sampler) => sampler switch
    {
        "uni_pc" or "uni_pc_bh2" => 2e-4,
        "lms" or "dpmpp_sde" or "dpmpp_2m_sde" or "dpmpp_2m_sde_heun" or "dpmpp_3m_sde" or "seeds_2" or "seeds_3" or "exp_heun_2_x0_sde" or "sa_solver" => 1e-4,
        _ => 1e-5,
    };

    static SamplerOptions Options(JsonElement json)
    {
        double? Number(string name) => json.TryGetProperty(name, out var value) ? value.GetDouble() : null;
        int? Whole(string name) => json.TryGetProperty(name, out var value) ? value.GetInt32() : null;
        var options = new SamplerOptions();
        return options with
        {
            Eta = Number("eta") ?? options.Eta,
            NoiseScale = Number("s_noise") ?? options.NoiseScale,
            Order = Whole("order") ?? Whole("max_order"),
            MaxStage = Whole("max_stage") ?? options.MaxStage,
            Gamma = Number("ge_gamma") ?? options.Gamma,
            Scaler = json.TryGetProperty("scaler", out var scaler) ? Enum.Parse<ErSdeScaler>(scaler.GetString()!, ignoreCase: true) : options.Scaler,
            Tau = json.TryGetProperty("tau", out var tau) ? new(tau[0].GetDouble(), tau[1].GetDouble(), tau[2].GetDouble()) : options.Tau,
            PredictorOrder = Whole("predictor_order") ?? options.PredictorOrder,
            CorrectorOrder = Whole("corrector_order") ?? options.CorrectorOrder,
            SimpleOrder2 = json.TryGetProperty("simple_order_2", out var simple) && simple.GetBoolean(),
        };
    }
}
