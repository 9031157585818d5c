using Animarium.Diffusion.Pipeline;
using System.Text.RegularExpressions;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;
using Animarium.Studio.Images;
using static Animarium.Studio.Generation.KnobGroup;

namespace Animarium.Studio.Generation;

/// <summary>The table of all knobs, in the order in which they are shown. Their texts stand in KnobTexts.resx and KnobTexts.ja.resx.</summary>
public static partial class Knobs
{
    /// <summary>Widths and heights are multiples of this: 8 pixels a latent, 2 latents a patch.</summary>
    public const int SizeStep = 16;

    internal const int LargestSide = 4096;

    private const int LongestPrompt = 20_000;

    /// <summary>The LoRAs; also for those that a prompt's tags name.</summary>
    internal static Knob<IReadOnlyList<LoraUse>> Lora { get; } = new("lora", Model, r => r.Loras, (r, v) => r with { Loras = v }, new LoraValues());

    /// <summary>Every knob.</summary>
    public static IReadOnlyList<Knob> All { get; } =
    [
        new Knob<string>("prompt", Prompt, r => r.Prompt, (r, v) => r with { Prompt = v }, new TextValues(LongestPrompt)),
        new Knob<string>("negative", Prompt, r => r.Negative, (r, v) => r with { Negative = v }, new TextValues(LongestPrompt))
        {
            Idle = r => r.Negative.Length > 0 && Unguided(r) && !Nag(r) ? "idle.negative" : null,
        },
        new Knob<EmphasisDialect>("emphasis", Prompt, r => r.Emphasis, (r, v) => r with { Emphasis = v }, new ChoiceValues<EmphasisDialect>(
            ("comfy", EmphasisDialect.Comfy), ("a1111", EmphasisDialect.A1111), ("ignore", EmphasisDialect.Ignored), ("none", EmphasisDialect.None))),
        new Knob<EmptyPrompt>("emptyPrompt", Prompt, r => r.EmptyPrompt, (r, v) => r with { EmptyPrompt = v }, new ChoiceValues<EmptyPrompt>(
            ("masked", EmptyPrompt.Masked), ("comfyui", EmptyPrompt.ComfyUi)))
        {
            Idle = r => r.Prompt.Length > 0 && (r.Negative.Length > 0 || Unguided(r) && !Nag(r)) ? "idle.emptyPrompt" : null,
        },
        new Knob<Rating>("rating", Prompt, r => r.Rating, (r, v) => r with { Rating = v }, new ChoiceValues<Rating>(
            ("safe", Rating.Safe), ("sensitive", Rating.Sensitive), ("nsfw", Rating.Nsfw), ("explicit", Rating.Explicit))),

        new Knob<int>("width", Size, r => r.Width, (r, v) => r with { Width = v }, new IntegerValues(SizeStep, LargestSide)) { Unit = "px" },
        new Knob<int>("height", Size, r => r.Height, (r, v) => r with { Height = v }, new IntegerValues(SizeStep, LargestSide)) { Unit = "px" },
        new Knob<ulong?>("seed", Size, r => r.Seed, (r, v) => r with { Seed = v }, new SeedValues()),
        new Knob<int>("count", Size, r => r.Count, (r, v) => r with { Count = v }, new IntegerValues(1, 100_000)),
        new Knob<int>("batch", Size, r => r.Batch, (r, v) => r with { Batch = v }, new IntegerValues(1, 64)),

        new Knob<int>("steps", Sampling, r => r.Steps, (r, v) => r with { Steps = v }, new IntegerValues(1, Schedule.MaxSteps)),
        new Knob<string>("sampler", Sampling, r => r.Sampler, (r, v) => r with { Sampler = v },
            new NamedValues([.. Diffusion.Sampling.Sampler.All.Select(s => s.Id)], name => Diffusion.Sampling.Sampler.Find(name).Id)),
        new Knob<string>("scheduler", Sampling, r => r.Scheduler, (r, v) => r with { Scheduler = v },
            new NamedValues([.. Schedule.All.Select(s => s.Id)], name => Schedule.Find(name).Id)),
        new Knob<double>("shift", Sampling, r => r.Shift, (r, v) => r with { Shift = v }, new NumberValues(0, 100, aboveLeast: true)),
        new Knob<double>("eta", Sampling, r => r.Eta, (r, v) => r with { Eta = v }, new NumberValues(0, 10)) { Idle = Deterministic },
        new Knob<double>("sNoise", Sampling, r => r.SNoise, (r, v) => r with { SNoise = v }, new NumberValues(0, 10)) { Idle = Deterministic },
        new Knob<NoiseSource>("rng", Sampling, r => r.Rng, (r, v) => r with { Rng = v }, new ChoiceValues<NoiseSource>(("cpu", NoiseSource.Cpu), ("nv", NoiseSource.Nv))),

        new Knob<double>("cfg", Guidance, r => r.Cfg, (r, v) => r with { Cfg = v }, new NumberValues(0, 100)),
        new Knob<double>("cfgRescale", Guidance, r => r.CfgRescale, (r, v) => r with { CfgRescale = v }, new NumberValues(0, 1)) { Idle = NeedsCfg },
        new Knob<double>("guidanceStart", Guidance, r => r.GuidanceStart, (r, v) => r with { GuidanceStart = v }, new NumberValues(0, 1)) { Idle = NeedsCfg },
        new Knob<double>("guidanceEnd", Guidance, r => r.GuidanceEnd, (r, v) => r with { GuidanceEnd = v }, new NumberValues(0, 1)) { Idle = NeedsCfg },
        new Knob<double>("nag", Guidance, r => r.Nag, (r, v) => r with { Nag = v }, new NumberValues(1, 100)),
        new Knob<double>("nagTau", Guidance, r => r.NagTau, (r, v) => r with { NagTau = v }, new NumberValues(0, 100, aboveLeast: true)) { Idle = NeedsNag },
        new Knob<double>("nagAlpha", Guidance, r => r.NagAlpha, (r, v) => r with { NagAlpha = v }, new NumberValues(0, 1)) { Idle = NeedsNag },

        new Knob<string?>("init", Source, r => r.Init, (r, v) => r with { Init = v }, new PathValues()),
        new Knob<double>("denoise", Source, r => r.Denoise, (r, v) => r with { Denoise = v }, new NumberValues(0, 1)) { Idle = NeedsInit },
        new Knob<string?>("mask", Source, r => r.Mask, (r, v) => r with { Mask = v }, new PathValues()) { Idle = r => r.Mask is null ? null : NeedsInit(r) },
        new Knob<bool>("maskInvert", Source, r => r.MaskInvert, (r, v) => r with { MaskInvert = v }, new FlagValues()) { Idle = NeedsMask },
        new Knob<double>("maskBlur", Source, r => r.MaskBlur, (r, v) => r with { MaskBlur = v }, new NumberValues(0, 256)) { Unit = "px", Idle = NeedsMask },

        new Knob<double>("hires", Enlarging, r => r.Hires, (r, v) => r with { Hires = v }, new NumberValues(1, 4)),
        new Knob<double>("hiresDenoise", Enlarging, r => r.HiresDenoise, (r, v) => r with { HiresDenoise = v }, new NumberValues(0, 1)) { Idle = NeedsHires },
        new Knob<int>("hiresSteps", Enlarging, r => r.HiresSteps, (r, v) => r with { HiresSteps = v }, new IntegerValues(0, Schedule.MaxSteps)) { Idle = NeedsHires },
        new Knob<HiresUpscaler>("hiresUpscaler", Enlarging, r => r.HiresUpscaler, (r, v) => r with { HiresUpscaler = v }, new ChoiceValues<HiresUpscaler>(
            ("latent", HiresUpscaler.Latent), ("pixels", HiresUpscaler.Pixels))) { Idle = NeedsHires },

        new Knob<string?>("model", Model, r => r.Model, (r, v) => r with { Model = v }, new PathValues()),
        new Knob<string?>("vae", Model, r => r.Vae, (r, v) => r with { Vae = v }, new PathValues()),
        new Knob<string?>("textEncoder", Model, r => r.TextEncoder, (r, v) => r with { TextEncoder = v }, new PathValues()),
        Lora,

        new Knob<Precision>("precision", Machine, r => r.Precision, (r, v) => r with { Precision = v }, new ChoiceValues<Precision>(
            ("auto", Precision.Auto), ("fp32", Precision.Fp32), ("bf16", Precision.Bf16), ("fp16", Precision.Fp16))),
        new Knob<string>("device", Machine, r => r.Device, (r, v) => r with { Device = v }, new PatternValues(Devices(), "auto, cpu, cuda, cuda:0, cuda:1, …, mps")),
        new Knob<int>("threads", Machine, r => r.Threads, (r, v) => r with { Threads = v }, new IntegerValues(0, 1024)),
        new Knob<double>("memoryLimit", Machine, r => r.MemoryLimit, (r, v) => r with { MemoryLimit = v }, new NumberValues(0, 100_000)) { Unit = "GB" },
        new Knob<int>("vaeTile", Machine, r => r.VaeTile, (r, v) => r with { VaeTile = v }, new IntegerValues(0, 8192)) { Unit = "px" },

        new Knob<string?>("out", Output, r => r.Out, (r, v) => r with { Out = v ?? new GenerationRequest().Out }, new PathValues()),
        new Knob<PictureFormat?>("format", Output, r => r.Format, (r, v) => r with { Format = v }, new ChoiceValues<PictureFormat?>(
            ("auto", null), ("png", PictureFormat.Png), ("webp", PictureFormat.WebP), ("jpeg", PictureFormat.Jpeg), ("avif", PictureFormat.Avif))),
        new Knob<int>("quality", Output, r => r.Quality, (r, v) => r with { Quality = v }, new IntegerValues(1, 100))
        {
            Idle = r => OutputNames.FormatOf(r) == PictureFormat.Png ? "idle.quality" : null,
        },
    ];

    private static readonly Dictionary<string, Knob> ByName =
        All.SelectMany(knob => new[] { knob.Key, knob.Name }.Distinct().Select(name => (name, knob))).ToDictionary(pair => pair.name, pair => pair.knob, StringComparer.OrdinalIgnoreCase);

    /// <summary>The knob with a <see cref="Knob.Key"/> or <see cref="Knob.Name"/>, in any case; null if there is none.</summary>
    public static Knob? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The knob with this key, which must exist.</summary>
    internal static Knob Of(string key) => ByName[key];

    private static bool Unguided(GenerationRequest r) => r.Cfg == 1 || r.GuidanceEnd <= r.GuidanceStart;

    private static bool Nag(GenerationRequest r) => r.Nag > 1 && r.NagAlpha > 0;

    private static string? NeedsCfg(GenerationRequest r) => r.Cfg == 1 ? "idle.needsCfg" : null;

    private static string? NeedsNag(GenerationRequest r) => r.Nag == 1 ? "idle.needsNag" : null;

    private static string? NeedsInit(GenerationRequest r) => r.Init is null ? "idle.needsInit" : null;

    private static string? NeedsMask(GenerationRequest r) => r.Init is null || r.Mask is null ? "idle.needsMask" : null;

    private static string? NeedsHires(GenerationRequest r) => r.Hires == 1 ? "idle.needsHires" : null;

    private static string? Deterministic(GenerationRequest r) => Diffusion.Sampling.Sampler.Find(r.Sampler).IsStochastic ? null : "idle.deterministic";

    [GeneratedRegex(@"^(auto|cpu|cuda(:\d{1,2})?|mps)$")]
    private static partial Regex Devices();
}
