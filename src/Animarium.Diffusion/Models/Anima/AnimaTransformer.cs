using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>Anima's diffusion transformer (the Cosmos-Predict2 architecture for single pictures): noisy latent, sigma and text to the flow's velocity.</summary>
public sealed class AnimaTransformer
{
    const int Patch = TransformerShape.Patch;

    readonly Linear x_embedder, final_linear;
    readonly TimestepEmbedder t_embedder;
    readonly AnimaBlock[] blocks;
    readonly AdaLn final_modulation;
    (long Height, long Width, string Device, RopeTable Table)? rope;

    /// <summary>Takes its tensors (<c>x_embedder</c>, <c>t_embedder</c>, <c>blocks.N.…</c>, <c>final_layer</c>) from an Anima checkpoint.</summary>
    public AnimaTransformer(WeightScope weights)
    {
        Shape = TransformerShape.Of(weights);
        x_embedder = weights.Linear("x_embedder.proj.1");
        t_embedder = new(weights);
        blocks = [.. Enumerable.Range(0, Shape.Blocks).Select(n => new AnimaBlock(weights["blocks"][n]))];
        final_modulation = new(weights["final_layer"]["adaln_modulation"]);
        final_linear = weights["final_layer"].Linear("linear");
    }

    /// <summary>Sizes, read from the tensors.</summary>
    public TransformerShape Shape { get; }

    /// <summary>While gradients are recorded: keeps only what goes into a block and runs the block again in the backward pass, for less memory and more time.</summary>
    public bool Checkpointing { get; set; }

    /// <summary>
    /// For cards that the blocks don't fit on: room where the weights of a block lie only while it runs. While gradients are recorded this needs
    /// (and switches on) <see cref="Checkpointing"/>, since otherwise every block would stay until the backward pass. Null: weights are where they are.
    /// </summary>
    public DeviceMemory? BlockMemory { get; set; }

    /// <summary>The velocity ε − x₀ at a noisy latent.</summary>
    /// <param name="latent">(b, 16, h, w), normalised units; odd sides are padded by wrapping around and cropped again</param>
    /// <param name="t">what <see cref="Modulate"/> made of sigma: one row for all items or one for each</param>
    /// <param name="text">from <see cref="Prepare"/>: one prompt for all items or one for each; its type and device are those of the computation</param>
    /// <param name="guidance">a negative prompt inside the cross-attention; null: none</param>
    /// <param name="paddingMask">(b or 1, 1, 8h, 8w), 1 where the picture is padding; null: nowhere</param>
    /// <returns>As <paramref name="latent"/>.</returns>
    public Tensor Forward(Tensor latent, Modulations t, TextConditioning text, AttentionGuidance? guidance = null, Tensor? paddingMask = null) => Scopes.Scoped(() =>
    {
        var x = WrapToPatches(latent.to(text.Type, text.Device)).Tap("padded_latent");
        long h = x.shape[2] / Patch, w = x.shape[3] / Patch;
        var table = RopeOf(h, w, text.Device);

        // In: channel first. Out: channel last.
        x = x_embedder.Forward(WithPaddingMask(x, paddingMask).Rearrange("b c (h p) (w q) -> b (h w) (c p q)", ('p', Patch), ('q', Patch))).Tap("x_embedder");
        x = x.Through(Enumerable.Range(0, blocks.Length), (x, n) =>
            Block(n, x, t.Blocks[n], table, new(text.Blocks[n], text.Bias, guidance?.Negative.Blocks[n] ?? default, guidance)));
        x = final_linear.Forward(t.Final.Apply(x).Tap("final_layer.norm")).Tap("final_layer.linear");
        x = x.Rearrange("b (h w) (p q c) -> b c (h p) (w q)", ('h', h), ('p', Patch), ('q', Patch));

        return x.narrow(2, 0, latent.shape[2]).narrow(3, 0, latent.shape[3]).to(latent.dtype, latent.device);
    });

    /// <summary>What the blocks derive from sigmas; a table for a whole schedule is computed at once and read by <see cref="Modulations.Row"/>.</summary>
    /// <param name="sigma">(n), fp32, 0 … 1, not × 1000; on the device of the computation</param>
    /// <param name="type">Type of the matrix products; the results are fp32.</param>
    public Modulations Modulate(Tensor sigma, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var (embedding, shared) = t_embedder.Forward(sigma, type);
        return new([.. blocks.Select(block => block.Modulate(embedding, shared))], final_modulation.Forward(embedding, shared));
    }

    /// <summary>Cross-attention keys and values of all blocks for context rows.</summary>
    /// <param name="context">(b, n, c): the rows of prompts without their padding; their type and device are those of the computation</param>
    /// <param name="totalRows">Rows attended to: those after n are zero rows. Anima pads to <see cref="TextAdapter.ContextRows"/>.</param>
    public TextConditioning Prepare(Tensor context, long totalRows = TextAdapter.ContextRows)
    {
        using var scope = NewDisposeScope();
        long rows = context.shape[1], zeroRows = totalRows - rows;
        Tensor? bias = null;
        if (zeroRows > 0)
        {
            context = nn.functional.pad(context, [0, 0, 0, 1]);
            bias = zeros(1, 1, 1, rows + 1, device: context.device);
            bias[.., .., .., rows] = Math.Log(zeroRows);
        }
        return new([.. blocks.Select(block => block.Read(context).Keep())], bias?.DetachFromDisposeScope());
    }

    Tensor Block(int n, Tensor x, BlockModulation t, RopeTable rope, BlockText text)
    {
        if ((Checkpointing || BlockMemory is not null) && is_grad_enabled() && text.Guidance is null) return RecomputedBlock.Forward(blocks[n], () => Placed(n), x, t, rope, text);
        using var placed = Placed(n);
        return blocks[n].Forward(x, t, rope, text);
    }

    /// <summary>The block that a weight belongs to, by its name; null: none.</summary>
    internal static int? BlockOf(string name) =>
        name.Split('.') is ["blocks", var number, ..] && int.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out int block) ? block : null;

    IDisposable? Placed(int n) => BlockMemory?.Place([.. blocks[n].Weights.Where(weight => weight.Patch is null)]);

    Tensor WithPaddingMask(Tensor x, Tensor? mask)
    {
        if (Shape.InputChannels == Shape.LatentChannels) return x;
        var (b, h, w) = (x.shape[0], x.shape[2], x.shape[3]);
        var channel = mask is null
            ? zeros(b, 1, h, w, x.dtype, x.device)
            : nn.functional.interpolate(mask.to(x.dtype, x.device), [h, w], mode: InterpolationMode.Nearest).expand(b, 1, h, w);
        return cat([x, channel], 1);
    }

    static Tensor WrapToPatches(Tensor x)
    {
        if (x.shape[2] % Patch != 0) x = cat([x, x.narrow(2, 0, 1)], 2);
        if (x.shape[3] % Patch != 0) x = cat([x, x.narrow(3, 0, 1)], 3);
        return x;
    }

    // Consecutive steps have the same size: the last table is kept.
    RopeTable RopeOf(long height, long width, Device device)
    {
        if (rope is not { } last || (last.Height, last.Width, last.Device) != (height, width, device.ToString()))
        {
            rope?.Table.Release();
            using var scope = NewDisposeScope();
            rope = last = (height, width, device.ToString(), Rope.Picture(height, width, Shape.HeadDim, device).Keep());
        }
        last.Table.Cos.Tap("rope_cos");
        last.Table.Sin.Tap("rope_sin");
        return last.Table;
    }
}
