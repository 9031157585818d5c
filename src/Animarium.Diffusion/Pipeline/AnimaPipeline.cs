using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Prompts;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Pipeline;

/// <summary>From prompts to pictures. One thread at a time.</summary>
public sealed class AnimaPipeline : IDisposable
{
    static readonly Sentence Overflow = new(
        "The picture's numbers grew beyond half precision, so the VAE worked in single precision once more. If this happens often, choose --precision fp32.",
        "画像の計算が半精度の範囲を超えたため、VAE を単精度でやり直しました。よく起きる場合は --precision fp32 を指定してください。");

    readonly EngineOptions options;
    readonly Stages stages;
    readonly TextConditionings texts;
    readonly LoraStack loras;
    IReadOnlyList<(string Path, double Strength, double TextStrength)> used = [];
    TimestepTable? timesteps;
    LatentPreview? preview;
    bool overflowed;

    /// <summary>Makes the pipeline of a model.</summary>
    /// <param name="model">The networks; stay the caller's.</param>
    /// <param name="tokenizers">Those that belong to the model.</param>
    /// <param name="options">Where and how it computes.</param>
    public AnimaPipeline(AnimaModel model, PromptTokenizers tokenizers, EngineOptions options)
    {
        (Model, Tokenizers, this.options) = (model, tokenizers, options);
        Memory = new(options.Device, options.Type, options.MemoryLimit);
        stages = new(model);
        loras = new(model, options.Type);
        texts = new(model, tokenizers, options.Device, options.Type);
    }

    /// <summary>The networks.</summary>
    public AnimaModel Model { get; }

    /// <summary>What of the weights is on the device.</summary>
    public DeviceMemory Memory { get; }

    /// <summary>The tokenizers.</summary>
    public PromptTokenizers Tokenizers { get; }

    /// <summary>Puts LoRAs on the model in place of those that were on it; an empty list gives the model's own pictures back, exactly.</summary>
    /// <param name="wanted">Files and strengths, in the order in which they act.</param>
    /// <returns>What they are and what is to be said about them; the same as before if nothing changes.</returns>
    /// <exception cref="LoraException">A file is damaged or doesn't fit; none is on the model then.</exception>
    public IReadOnlyList<AppliedLora> UseLoras(IReadOnlyList<(string Path, double Strength, double TextStrength)> wanted)
    {
        if (wanted.SequenceEqual(used)) return loras.Loras;
        used = [];
        loras.Clear();
        texts.Clear();
        timesteps?.Dispose();
        timesteps = null;
        try
        {
            foreach (var (path, strength, textStrength) in wanted)
            {
                using var file = LoraFile.Open(path);
                loras.Add(file, strength, textStrength);
            }
        }
        catch (LoraException)
        {
            loras.Clear();
            throw;
        }
        used = [.. wanted];
        return loras.Loras;
    }

    /// <summary>Draws. Nothing is computed before an event is asked for; ending the loop early frees everything.</summary>
    /// <returns>Steps, warnings, and each picture once.</returns>
    /// <exception cref="ArgumentException">A value of the request is impossible; the message says which.</exception>
    /// <exception cref="ConductException">The request is refused.</exception>
    public IEnumerable<DrawEvent> Draw(DrawRequest request)
    {
        DrawRequestCheck.Throw(request);
        return Run(request);
    }

    IEnumerable<DrawEvent> Run(DrawRequest request)
    {
        using var held = new HeldTensors();
        var first = new Pass(1, request.Width, request.Height, request.Steps, request.Denoise, Plans(request, null))
        {
            Start = request.Image is { } image ? held.Add(Encode(image, request)) : null,
            Mask = request.Mask is { } mask ? held.Add(AtLatentSize(mask)) : null,
        };
        Tensor latents = null!;
        foreach (var step in Sample(request, first, held, result => latents = held.Add(result))) yield return step;

        if (request.Hires is { } hires)
        {
            var second = new Pass(2, hires.Width, hires.Height, hires.Steps ?? request.Steps, hires.Denoise, Plans(request, hires.Steps ?? request.Steps))
            {
                Start = held.Add(Enlarged(latents, hires, request)),
                Mask = request.Mask is { } whole ? held.Add(AtLatentSize(Resized(whole, hires.Height, hires.Width))) : null,
            };
            foreach (var step in Sample(request, second, held, result => latents = held.Add(result))) yield return step;
        }

        using var placed = Memory.Place(stages.Picture);
        for (int n = 0; n < request.Items.Count; n++)
        {
            var picture = Finished(latents, n, request);
            if (overflowed) yield return new DrawWarning("half-precision", Overflow);
            overflowed = false;
            yield return new DrawnPicture(n, request.Items[n], picture);
        }
    }

    // One pass through the noise levels; the result gets the final latents, (b, 16, h, w).
    IEnumerable<DrawStep> Sample(DrawRequest request, Pass pass, HeldTensors held, Action<Tensor> result)
    {
        var (flow, sampler) = (new Flow(request.Shift), Sampler.Find(request.Sampler));
        double[] sigmas = pass.Number == 1 && request.Sigmas is { } own ? [.. own] : Schedule.Find(request.Schedule).Sigmas(flow, pass.Steps, pass.Denoise, sampler.DropsPenultimate);
        using (Memory.Place(stages.Text)) Prepare(request, pass, sampler);
        var table = Timesteps(sigmas);

        long[] shape = [Model.Vae.LatentChannels, pass.Height / QwenImageVae.Scale, pass.Width / QwenImageVae.Scale];
        var seeds = request.Items.Select(item => item.Seed).ToArray();
        var random = new BatchNoise(seeds, shape, request.Noise) { Device = options.Device };
        var noise = held.Add(pass.Number == 1 && request.InitialNoise is { } given ? given.clone() : random.Initial());
        var start = held.Add(Scopes.Scoped(() => Flow.Mix(pass.Start ?? noise.zeros_like(), noise, sigmas[0])));

        using var guided = new GuidedDenoiser(Model.Transformer, texts, request, pass.Plans, table, sigmas, sampler.NeedsUnconditional, options.MostItems);
        Denoiser denoise = guided.Predict;
        if (request.TileSide > 0) denoise = TiledDenoiser.Wrap(denoise, request.TileSide / QwenImageVae.Scale);
        if (pass is { Mask: { } mask, Start: { } kept }) denoise = MaskedDenoiser.Wrap(denoise, kept, noise, mask);

        using var placed = Memory.Place(stages.Step);
        foreach (var step in sampler.Sample(new(denoise, start, sigmas, random.Steps(sampler.UsesBrownianNoise, sigmas)) { Flow = flow, Options = request.SamplerOptions }))
        {
            guided.Step = step.Index + 2;
            if (step.IsLast) result(step.X);
            yield return new DrawStep(pass.Number, step, this, request);
        }
    }

    /// <summary>Encodes every text that the pass needs, and forgets those of earlier pictures.</summary>
    void Prepare(DrawRequest request, Pass pass, Sampler sampler)
    {
        var needed = pass.Plans.SelectMany(plans => plans.Positive.Texts).ToHashSet();
        bool away = request.Guidance.Cfg != 1 || request.Nag is not null || sampler.NeedsUnconditional || pass.Plans.Any(plans => plans.Positive.IsComposed);
        if (away) needed.UnionWith(pass.Plans.SelectMany(plans => plans.Negative.Texts));
        texts.Keep(needed);
        foreach (var text in needed) texts.Of(text, request.Emphasis, request.EmptyPrompt);
    }

    /// <summary>What the noise levels say to the blocks; consecutive pictures mostly go through the same ones.</summary>
    TimestepTable Timesteps(double[] sigmas)
    {
        if (timesteps is { } last && last.Sigmas.SequenceEqual(sigmas)) return last;
        timesteps?.Dispose();
        using var placed = Memory.Place(stages.Time);
        return timesteps = new(Model.Transformer, sigmas, options.Device, options.Type);
    }

    static (PromptPlan, PromptPlan)[] Plans(DrawRequest request, int? hiresSteps) => [.. request.Items.Select(item =>
        (PromptPlan.Composed(item.Prompt, request.Steps, hiresSteps, request.Emphasis), PromptPlan.Single(item.Negative, request.Steps, hiresSteps, request.Emphasis)))];

    /// <summary>A latent for each item from one picture (1, 3, H, W), 0 … 1.</summary>
    Tensor Encode(Tensor image, DrawRequest request)
    {
        using var off = no_grad();
        using var placed = Memory.Place(stages.Picture);
        return Scopes.Scoped(() => Model.Vae.Encode((image * 2 - 1).to(options.Type, options.Device), request.VaeTileSide, () => overflowed = true).to(float32));
    }

    /// <summary>(b, 16, h, w) to (b, 3, 8h, 8w), 0 … 1, fp32 on the CPU.</summary>
    internal Tensor Picture(Tensor latents, DrawRequest request)
    {
        using var off = no_grad();
        return Scopes.Scoped(() => (Model.Vae.Decode(latents.to(options.Type), request.VaeTileSide, () => overflowed = true).to(float32) / 2 + 0.5).clamp(0, 1).cpu());
    }

    /// <summary>One picture of the batch; where nothing was to be redrawn it has the very pixels of the picture it started from.</summary>
    Tensor Finished(Tensor latents, int n, DrawRequest request) => Scopes.Scoped(() =>
    {
        var picture = Picture(latents.narrow(0, n, 1), request);
        if (request is { Mask: { } mask, Image: { } image })
        {
            var (h, w) = (picture.shape[2], picture.shape[3]);
            var redrawn = Resized(mask, h, w);
            picture = picture * redrawn + Resized(image, h, w) * (1 - redrawn);
        }
        return picture.squeeze(0);
    });

    /// <summary>(b, 16, h, w) to (b, 3, h, w), 0 … 1, on the CPU.</summary>
    internal Tensor Estimate(Tensor latents)
    {
        preview ??= LatentPreview.Fit(Model.Vae, options.Device, options.Type);
        using var off = no_grad();
        return preview.Estimate(latents).cpu();
    }

    Tensor Enlarged(Tensor latents, HiresOptions hires, DrawRequest request)
    {
        using var off = no_grad();
        using var placed = Memory.Place(stages.Picture);
        return Scopes.Scoped(() => hires.Upscaler == HiresUpscaler.Latent
            ? Resized(latents, hires.Height / QwenImageVae.Scale, hires.Width / QwenImageVae.Scale)
            : cat([.. latents.split(1).Select(latent => Encode(Resized(Picture(latent, request), hires.Height, hires.Width), request))]));
    }

    static Tensor Resized(Tensor x, long height, long width) => (x.shape[2], x.shape[3]) == (height, width) ? x
        : F.interpolate(x, [height, width], mode: InterpolationMode.Bicubic, align_corners: false).clamp(x.min().item<float>(), x.max().item<float>());

    /// <summary>The mean of each cell of 8 × 8 pixels: soft edges stay soft.</summary>
    Tensor AtLatentSize(Tensor mask) => Scopes.Scoped(() => F.avg_pool2d(mask.to(float32), QwenImageVae.Scale).to(options.Device));

    /// <inheritdoc/>
    public void Dispose()
    {
        texts.Dispose();
        timesteps?.Dispose();
        loras.Dispose();
        preview?.Dispose();
    }

    /// <summary>What a pass starts from and goes through.</summary>
    sealed record Pass(int Number, int Width, int Height, int Steps, double Denoise, (PromptPlan Positive, PromptPlan Negative)[] Plans)
    {
        public Tensor? Start { get; init; }

        public Tensor? Mask { get; init; }
    }

    /// <summary>Tensors that live as long as a run, across the caller's own scopes.</summary>
    sealed class HeldTensors : IDisposable
    {
        readonly List<Tensor> tensors = [];

        public Tensor Add(Tensor tensor)
        {
            tensors.Add(tensor.DetachFromDisposeScope());
            return tensor;
        }

        public void Dispose() => tensors.ForEach(tensor => tensor.Dispose());
    }
}
