using System.Text.Json;
using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Guidance;

/// <summary>Classifier-free guidance and its relatives against recorded results of ComfyUI's nodes and diffusers' guiders.</summary>
public sealed class ClassifierFreeTests
{
    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Reference.At("guidance", "cfg.json"))).RootElement;

    static JsonElement[] Entries => [.. Golden.GetProperty("cases").EnumerateArray()];

    static TheoryData<int, string> Where(Func<JsonElement, bool> predicate) =>
        [.. Entries.Select((e, i) => (e, i)).Where(p => predicate(p.e)).Select(p => (p.i, p.e.GetProperty("tensor").GetString()!))];

    /// <summary>One step, latents of any shape.</summary>
    public static TheoryData<int, string> Steps => Where(e => e.TryGetProperty("shape", out _));

    /// <summary>One step in the shape of Anima's latents, as the pipeline calls it.</summary>
    public static TheoryData<int, string> AnimaSteps => Where(e => e.TryGetProperty("shape", out var shape) && shape.GetArrayLength() == 5);

    /// <summary>Several steps with what is carried from one to the next.</summary>
    public static TheoryData<int, string> Runs => Where(e => !e.TryGetProperty("shape", out _));

    public static TheoryData<int> PlusPlus => [.. Enumerable.Range(0, Golden.GetProperty("cfgpp_weight").GetArrayLength())];

    [Theory, MemberData(nameof(Steps))]
    public void Computes_as_recorded(int index, string name)
    {
        using var scope = NewDisposeScope();
        using var inputs = new Inputs(Entries[index]);
        var o = inputs.Options;
        double sigma = inputs.Sigma[0], s = o.Cfg;
        Tensor x = inputs.X, c = inputs.Conditional, u = inputs.Unconditional;
        Tensor dc = Flow.Denoised(x, c, sigma), du = Flow.Denoised(x, u, sigma);
        Tensor OfVelocity(Tensor v) => inputs.IsVelocity ? v : Flow.Denoised(x, v, sigma);
        var actual = (inputs.Method, o.Method) switch
        {
            ("epsilon_scaling", _) => OfVelocity(GuidanceForms.Cfg(c, u, s).Over(o.EpsilonScale)),
            ("cfg", _) when !inputs.IsVelocity => GuidanceForms.Cfg(dc, du, s),
            ("cfg_rescale", GuidanceMethod.Cfg) => OfVelocity(GuidanceForms.Rescale(GuidanceForms.Cfg(c, u, s), c, o.Rescale)),
            (_, GuidanceMethod.Cfg) => OfVelocity(GuidanceForms.Cfg(c, u, s)),
            (_, GuidanceMethod.RescaleComfy) => GuidanceForms.RescaleComfy(x, sigma, dc, du, s, o.Rescale),
            (_, GuidanceMethod.Apg) => OfVelocity(GuidanceForms.Apg(c - u, c, u, s, o.Eta, o.NormThreshold)),
            (_, GuidanceMethod.ApgComfy) => GuidanceForms.ApgComfy(dc - du, dc, s, o.Eta, o.NormThreshold),
            (_, GuidanceMethod.ZeroStar) => OfVelocity(GuidanceForms.ZeroStar(c, u, s)),
            (_, GuidanceMethod.ZeroStarComfy) => GuidanceForms.ZeroStarComfy(x, dc, du, s),
            (_, GuidanceMethod.Tcfg) => OfVelocity(GuidanceForms.Tcfg(c, u, s)),
            (_, GuidanceMethod.CfgNorm) => GuidanceForms.CfgNorm(dc, du, s, o.NormStrength),
            (_, GuidanceMethod.RenormCfg) => GuidanceForms.RenormCfg(dc, du, s, o.NormStrength),
            (_, GuidanceMethod.Mahiro) => GuidanceForms.Mahiro(dc, du, s),
            var unknown => throw new NotSupportedException($"no form for {unknown}"),
        };
        inputs.Compare(actual, name);
    }

    [Theory, MemberData(nameof(AnimaSteps))]
    public void Guides_a_step_as_recorded(int index, string name) => Run(index, name);

    [Theory, MemberData(nameof(Runs))]
    public void Guides_a_run_as_recorded(int index, string name) => Run(index, name);

    [Theory, MemberData(nameof(PlusPlus))]
    public void Weighs_CFG_plus_plus(int index)
    {
        var e = Golden.GetProperty("cfgpp_weight")[index];
        double Number(string name) => e.GetProperty(name).GetDouble();
        Assert.Equal(Number("w_eff"), GuidanceForms.PlusPlusScale(Number("lambda"), Number("sigma"), Number("sigma_next")), 1e-9);
    }

    static void Run(int index, string name)
    {
        using var scope = NewDisposeScope();
        using var inputs = new Inputs(Entries[index]);
        using var guidance = new Guide(inputs.Options, new(), inputs.Sigma);
        var results = inputs.Sigma.Select((sigma, step) =>
        {
            Tensor Picture(Tensor t) => inputs.Step(t, step).squeeze(2);
            var x = Picture(inputs.X);
            var velocity = guidance.Apply(x, sigma, Picture(inputs.Conditional), Picture(inputs.Unconditional));
            return (inputs.IsVelocity ? velocity : Flow.Denoised(x, velocity, sigma)).unsqueeze(2);
        }).ToArray();
        inputs.Compare(results.Length == 1 ? results[0] : stack(results), name);
    }

    /// <summary>The tensors and settings of a case.</summary>
    sealed class Inputs : IDisposable
    {
        readonly SafeTensorsFile file = SafeTensorsFile.Open(Reference.At("guidance", "cfg.safetensors"));
        readonly JsonElement e;
        readonly string folder;

        public Inputs(JsonElement entry)
        {
            (e, folder) = (entry, entry.GetProperty("case").GetString()!);
            (X, Conditional, Unconditional) = (Read("x"), Read("v_cond"), Read("v_uncond"));
            // One step stores the σ of each picture, which are equal; a run that of each step.
            var sigma = file.Read($"{folder}/sigma").reshape(-1).to(float64).data<double>().ToArray();
            if (!IsRun) Assert.All(sigma, s => Assert.Equal(sigma[0], s));
            Sigma = IsRun ? sigma : sigma[..1];
        }

        public Tensor X { get; }
        public Tensor Conditional { get; }
        public Tensor Unconditional { get; }
        public double[] Sigma { get; }
        public bool IsVelocity => e.GetProperty("space").GetString() == "velocity";
        public string Method => e.GetProperty("method").GetString()!;

        bool IsRun => !e.TryGetProperty("shape", out _);
        bool IsComfy => e.GetProperty("implementation").GetString()!.StartsWith("ComfyUI", StringComparison.Ordinal);

        public GuidanceOptions Options => new()
        {
            Cfg = Number("scale", 1),
            Method = (Method, IsComfy) switch
            {
                ("cfg" or "epsilon_scaling", _) or ("cfg_rescale", false) => GuidanceMethod.Cfg,
                ("cfg_rescale", true) => GuidanceMethod.RescaleComfy,
                ("apg", var comfy) => comfy ? GuidanceMethod.ApgComfy : GuidanceMethod.Apg,
                ("cfg_zero_star", var comfy) => comfy ? GuidanceMethod.ZeroStarComfy : GuidanceMethod.ZeroStar,
                ("tcfg", _) => GuidanceMethod.Tcfg,
                ("cfg_norm", _) => GuidanceMethod.CfgNorm,
                ("renorm_cfg", _) => GuidanceMethod.RenormCfg,
                ("mahiro", _) => GuidanceMethod.Mahiro,
                ("smc_cfg", _) => GuidanceMethod.Smc,
                var unknown => throw new NotSupportedException($"no method for {unknown}"),
            },
            Rescale = Number("multiplier", 0),
            EpsilonScale = Number("scaling_factor", 1),
            Eta = Number("eta", 1),
            NormThreshold = Number("norm_threshold", 0),
            Momentum = Number("momentum", 0),
            NormStrength = Number("strength", Number("renorm_cfg", 1)),
            SlidingRate = Number("lambda", 5),
            SlidingGain = Number("alpha", 0.2),
        };

        public Tensor Step(Tensor t, int step) => IsRun ? t[step] : t;

        public void Compare(Tensor actual, string name)
        {
            var expected = Read(name[(folder.Length + 1)..]);
            // Of RenormCFG the first picture is stored: the node takes no more.
            if (expected.shape[0] < actual.shape[0]) actual = actual.narrow(0, 0, expected.shape[0]);
            Distance.Within(actual, expected, relativeL2: Method == "tcfg" ? 1e-4 : 1e-5, what: name);
        }

        /// <summary>
        /// Two references average over the whole batch, where ours keeps pictures apart. What they do is what ours does to one picture that has the
        /// others beside it.
        /// </summary>
        Tensor Read(string name)
        {
            var t = file.Read($"{folder}/{name}").clone();
            if (Method is not ("mahiro" or "smc_cfg")) return t;
            int batch = IsRun ? 1 : 0;
            var beside = t.movedim([batch], [-2]);
            return beside.reshape([.. beside.shape[..^3], beside.shape[^3] * beside.shape[^2], beside.shape[^1]]).unsqueeze(batch);
        }

        double Number(string name, double otherwise) =>
            e.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;

        public void Dispose() => file.Dispose();
    }
}
