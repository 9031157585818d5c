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

namespace Animarium.Diffusion.Pipeline;

/// <summary>From prompts to pictures. One thread at a time; see <see cref="DrawnPicture"/> for the pixels.</summary>
public sealed class AnimaPipeline : IDisposable
{
    readonly EngineOptions options;
    readonly Stages stages;
    readonly TextConditionings texts;
    readonly LoraStack loras;
    readonly PictureCoder coder;
    IReadOnlyList<(string Path, double Strength, double TextStrength)> used = [];
    TimestepTable? timesteps;

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
        coder = new(model.Vae, options);
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
        WeightsChanged();
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
            Start = request.Image is { } image ? held.Add(WithVae(() => coder.Encode(image, request.VaeTileSide))) : null,
            Mask = request.Mask is { } mask ? held.Add(coder.AtLatentSize(mask)) : null,
        };
        Tensor latents = null!;
        foreach (var step in Sample(request, first, held, result => latents = held.Add(result))) yield return step;

        if (request.Hires is { } hires)
        {
            var second = new Pass(2, hires.Width, hires.Height, hires.Steps ?? request.Steps, hires.Denoise, Plans(request, hires.Steps ?? request.Steps))
            {
                Start = held.Add(WithVae(() => coder.Enlarged(latents, hires, request.VaeTileSide))),
                Mask = request.Mask is { } whole ? held.Add(Scopes.Scoped(() => coder.AtLatentSize(PictureCoder.Resized(whole, hires.Height, hires.Width)))) : null,
            };
            foreach (var step in Sample(request, second, held, result => latents = held.Add(result))) yield return step;
        }

        for (int n = 0; n < request.Items.Count; n++) yield return Drawn(n, latents, request);
    }

    /// <summary>A picture that owns its latent until its pixels are asked for.</summary>
    DrawnPicture Drawn(int n, Tensor latents, DrawRequest request)
    {
        var latent = Scopes.Scoped(() => latents.narrow(0, n, 1).clone()).DetachFromDisposeScope();
        return new(n, request.Items[n], () =>
        {
            using (latent)
            using (PlaceVae()) return coder.Finished(latent, request);
        });
    }

    Tensor WithVae(Func<Tensor> compute)
    {
        using var placed = PlaceVae();
        return Scopes.Scoped(compute);
    }

    /// <summary>Whether another thread may ask for a picture's pixels while the next one is drawn: weights stay where they are.</summary>
    public bool FinishesAside => !Memory.Copies;

    /// <summary>Nominal work of a step, FLOP: each weight that a step computes with meets each token once.</summary>
    /// <param name="width">Of the pictures, pixels.</param>
    /// <param name="height">Of the pictures, pixels.</param>
    /// <param name="items">Latents that go through the transformer in a step: with guidance two for a picture.</param>
    public double StepWork(int width, int height, int items)
    {
        const double pixelsOfAToken = QwenImageVae.Scale * QwenImageVae.Scale * TransformerShape.Patch * TransformerShape.Patch;
        return 2.0 * stages.Step.Sum(weight => (double)weight.Stored.numel()) * items * width * height / pixelsOfAToken;
    }

    /// <summary>Keeps the VAE on the device until the result is disposed.</summary>
    public IDisposable PlaceVae() => Memory.Place(stages.Picture);

    /// <summary>Keeps the text encoder and the adapter on the device until the result is disposed.</summary>
    public IDisposable PlaceTextEncoder() => Memory.Place(stages.Text);

    /// <summary>
    /// Keeps what a training step computes with on the device, as far as it fits, until the result is disposed. The weights of the last blocks may come and go with each
    /// use instead (<see cref="AnimaTransformer.BlockMemory"/>): a step takes longer, and needs as much less memory.
    /// </summary>
    /// <param name="streamedBlocks">How many blocks come and go; more than there are: all.</param>
    public IDisposable PlaceForTraining(int streamedBlocks = 0)
    {
        int resident = Math.Max(0, Model.Transformer.Shape.Blocks - streamedBlocks);
        Model.Transformer.BlockMemory = streamedBlocks > 0 ? Memory : null;
        var encoder = Model.TextEncoderWeights.Taken.ToHashSet();
        return Memory.Place([.. stages.Step.Concat(stages.Time).Concat(stages.Text).Where(weight => !encoder.Contains(weight) && (AnimaTransformer.BlockOf(weight.Name) ?? -1) < resident)]);
    }

    /// <summary>Forgets what was computed of texts and noise levels: the weights, or adapters on them, are not the same any more.</summary>
    public void WeightsChanged()
    {
        texts.Clear();
        timesteps?.Dispose();
        timesteps = null;
    }

    /// <summary>(b, 16, h, w) to (b, 3, 8h, 8w), 0 … 1, on the CPU.</summary>
    internal Tensor Picture(Tensor latents, DrawRequest request) => coder.Decode(latents, request.VaeTileSide);

    /// <summary>(b, 16, h, w) to (b, 3, h, w), 0 … 1, on the CPU.</summary>
    internal Tensor Estimate(Tensor latents) => coder.Estimate(latents);

    // One pass through the noise levels; the result gets the final latents, (b, 16, h, w).
    IEnumerable<DrawStep> Sample(DrawRequest request, Pass pass, HeldTensors held, Action<Tensor> result)
    {
        var (flow, sampler) = (new Flow(request.Shift), Sampler.Find(request.Sampler));
        double[] sigmas = pass.Number == 1 && request.Sigmas is { } own ? [.. own] : Schedule.Find(request.Schedule).Sigmas(flow, pass.Steps, pass.Denoise, sampler.DropsPenultimate);
        if (sigmas.Length == 0)
        {
            // Nothing is drawn anew: every item is what the pass began with.
            result(Scopes.Scoped(() => pass.Start!.expand(request.Items.Count, -1, -1, -1).clone()));
            yield break;
        }
        using (Memory.Place(stages.Text)) Prepare(request, pass, sampler);
        var table = Timesteps(sigmas);

        long[] shape = [Model.Vae.LatentChannels, pass.Height / QwenImageVae.Scale, pass.Width / QwenImageVae.Scale];
        var seeds = request.Items.Select(item => item.Seed).ToArray();
        var random = new BatchNoise(seeds, shape, request.Noise) { Device = options.Device };
        var noise = held.Add(pass.Number == 1 && request.InitialNoise is { } given ? given.clone() : random.Initial());
        var start = held.Add(Scopes.Scoped(() => Flow.Mix(pass.Start ?? noise.zeros_like(), noise, sigmas[0])));

        using var guided = new GuidedDenoiser(Model.Transformer, texts, request, pass.Plans, table, sigmas, sampler.NeedsUnconditional, MostItems(shape));
        Denoiser denoise = guided.Predict;
        if (request.TileSide > 0) denoise = TiledDenoiser.Wrap(denoise, request.TileSide / QwenImageVae.Scale);
        // ComfyUI's ddim is the only sampler that keeps what is masked at the noise of another seed.
        if (pass is { Mask: { } mask, Start: { } kept })
            denoise = MaskedDenoiser.Wrap(denoise, kept, sampler.Id == "ddim" ? held.Add(new BatchNoise([.. seeds.Select(seed => seed + 1)], shape, request.Noise) { Device = options.Device }.Initial()) : noise, mask);

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

    /// <summary>
    /// How many items go through the transformer together: prompt and negative prompt as one batch where a quarter of the memory holds what they need
    /// at once, which is about three times the middle of an MLP, 4 · width wide.
    /// </summary>
    int MostItems(long[] shape)
    {
        long tokens = shape[1] * shape[2] / (TransformerShape.Patch * TransformerShape.Patch), item = tokens * 4 * Model.Transformer.Shape.Width * 3 * options.Type.ElementSize();
        return options.MemoryLimit is { } limit ? (int)Math.Clamp(limit / 4 / item, 1, options.MostItems) : options.MostItems;
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

    /// <inheritdoc/>
    public void Dispose()
    {
        texts.Dispose();
        timesteps?.Dispose();
        loras.Dispose();
        coder.Dispose();
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
