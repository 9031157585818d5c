using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Sampling;
using Animarium.Diffusion.Tensors;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>
/// The model as a sampler sees it: prompt and negative prompt of every picture go through the transformer as one batch, and guidance makes one
/// estimate of them.
/// </summary>
internal sealed class GuidedDenoiser : IDisposable
{
    readonly AnimaTransformer transformer;
    readonly TextConditionings texts;
    readonly DrawRequest request;
    readonly PromptPlan[] positive, negative;
    readonly TimestepTable timesteps;
    readonly Guide guide;
    readonly bool needsUnconditional;
    readonly int mostItems;
    readonly List<(TextConditioning[] Parts, TextConditioning Stacked)> stacks = [];

    /// <param name="transformer">The model.</param>
    /// <param name="texts">The prompts, encoded.</param>
    /// <param name="request">What is drawn.</param>
    /// <param name="plans">Texts of each picture and of its negative prompt.</param>
    /// <param name="timesteps">What σ says to the blocks.</param>
    /// <param name="sigmas">The noise levels of the run.</param>
    /// <param name="needsUnconditional">Whether the sampler asks for the negative prompt's own estimate (CFG++).</param>
    /// <param name="mostItems">Items in one call of the transformer: fewer where memory is short.</param>
    public GuidedDenoiser(AnimaTransformer transformer, TextConditionings texts, DrawRequest request, IEnumerable<(PromptPlan Positive, PromptPlan Negative)> plans,
        TimestepTable timesteps, IReadOnlyList<double> sigmas, bool needsUnconditional, int mostItems)
    {
        (this.transformer, this.texts, this.request, this.timesteps, this.needsUnconditional, this.mostItems) =
            (transformer, texts, request, timesteps, needsUnconditional, mostItems);
        positive = [.. plans.Select(p => p.Positive)];
        negative = [.. plans.Select(p => p.Negative)];
        guide = new(request.Guidance, new Flow(request.Shift), sigmas);
    }

    /// <summary>The step that calls belong to, 1-based: prompts change with it.</summary>
    public int Step { get; set; } = 1;

    /// <summary>The guided estimate of the clean latents.</summary>
    /// <param name="x">(b, 16, h, w), one item a picture</param>
    /// <param name="sigma">0 … 1</param>
    public Prediction Predict(Tensor x, double sigma)
    {
        using var scope = NewDisposeScope();
        var branches = Branches();
        bool guided = guide.Acts(sigma), composed = branches.Count > positive.Length || branches.Exists(b => b.Weight != 1);
        bool apart = guided || composed || needsUnconditional;
        var negatives = apart || request.Nag is not null ? Negatives() : [];
        var away = apart ? negatives : [];

        var velocities = Velocities(x, sigma, [.. branches.Select(b => b.Item), .. away.Select((_, item) => item)], [.. branches.Select(b => b.Text), .. away], branches.Count, negatives);
        var conditional = velocities.narrow(0, 0, branches.Count);
        if (away.Length == 0) return new(Flow.Denoised(x, guide.Apply(x, sigma, conditional, null), sigma).MoveToOuterDisposeScope());

        var unconditional = velocities.narrow(0, branches.Count, away.Length);
        if (composed) conditional = Composed(branches, conditional, unconditional);
        var velocity = guide.Apply(x, sigma, conditional, unconditional);
        return new(Flow.Denoised(x, velocity, sigma).MoveToOuterDisposeScope(), Flow.Denoised(x, unconditional, sigma).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        guide.Dispose();
        foreach (var (_, stacked) in stacks) stacked.Dispose();
        stacks.Clear();
    }

    readonly record struct Branch(int Item, TextConditioning Text, double Weight);

    List<Branch> Branches() => [.. positive.SelectMany((plan, item) => plan.At(Step).Select(t => new Branch(item, Conditioning(t.Text), t.Weight)))];

    TextConditioning[] Negatives() => [.. negative.Select(plan => Conditioning(plan.At(Step).Single().Text))];

    TextConditioning Conditioning(string text) => texts.Of(text, request.Emphasis, request.EmptyPrompt);

    /// <summary>Prompts joined by AND: u + Σ wₖ(cₖ − u) (Liu et al. 2022), a picture at a time.</summary>
    static Tensor Composed(List<Branch> branches, Tensor conditional, Tensor unconditional)
    {
        var sum = unconditional.clone();
        for (int n = 0; n < branches.Count; n++)
        {
            var (item, _, weight) = branches[n];
            sum[item].Accumulate((conditional[n] - unconditional[item]).Times(weight));
        }
        return sum;
    }

    /// <summary>One velocity for each text, in their order; the first <paramref name="guided"/> feel NAG, each of its picture's negative.</summary>
    Tensor Velocities(Tensor x, double sigma, long[] items, TextConditioning[] conditionings, int guided, TextConditioning[] negatives)
    {
        var t = timesteps.At(sigma);
        var parts = new List<Tensor>();
        for (int from = 0; from < items.Length; from += mostItems)
        {
            int end = Math.Min(from + mostItems, items.Length);
            var rows = items[from..end].SequenceEqual(Enumerable.Range(0, (int)x.shape[0]).Select(n => (long)n)) ? x : x.index_select(0, tensor(items[from..end], device: x.device));
            int felt = Math.Clamp(guided - from, 0, end - from);
            var guidance = request.Nag is { } nag && felt > 0
                ? new AttentionGuidance(Stacked([.. items[from..(from + felt)].Select(item => negatives[item])]), felt, nag.Combine)
                : null;
            parts.Add(transformer.Forward(rows, t, Stacked(conditionings[from..end]), guidance));
        }
        return parts.Count == 1 ? parts[0] : cat(parts);
    }

    /// <summary>The conditionings as one batch; equal ones as a batch of one, which serves all items. The last few are kept: steps repeat them.</summary>
    TextConditioning Stacked(TextConditioning[] parts)
    {
        if (parts.All(p => ReferenceEquals(p, parts[0]))) return parts[0];
        if (stacks.Find(s => s.Parts.SequenceEqual(parts)) is { Stacked: { } known }) return known;
        // Alternation [a|b] goes back and forth between two batches, each with its negative for NAG.
        if (stacks.Count == 4)
        {
            stacks[0].Stacked.Dispose();
            stacks.RemoveAt(0);
        }
        var stacked = TextConditioning.Stack(parts);
        stacks.Add((parts, stacked));
        return stacked;
    }
}
