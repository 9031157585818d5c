using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Animarium.Diffusion.Models.Anima;

/// <summary>Shift, scale and gate of one branch of a block, predicted from the timestep (adaLN-Zero, Peebles and Xie 2022).</summary>
/// <param name="Shift">(b or 1, d), fp32</param>
/// <param name="Scale">(b or 1, d), fp32</param>
/// <param name="Gate">(b or 1, d), fp32; the final layer has none</param>
public readonly record struct Modulation(Tensor Shift, Tensor Scale, Tensor? Gate)
{
    /// <summary>LayerNorm(x) · (1 + scale) + shift.</summary>
    public Tensor Apply(Tensor x) => Norms.LayerNormModulate(x, Shift, Scale);

    /// <summary>x + gate · y.</summary>
    public Tensor Add(Tensor x, Tensor y) => Norms.GatedResidual(x, Gate!, y);

    internal Modulation Row(int n) => new(Shift.narrow(0, n, 1), Scale.narrow(0, n, 1), Gate?.narrow(0, n, 1));

    internal Modulation Keep() => new(Shift.DetachFromDisposeScope(), Scale.DetachFromDisposeScope(), Gate?.DetachFromDisposeScope());

    internal void Release()
    {
        Shift.Dispose();
        Scale.Dispose();
        Gate?.Dispose();
    }
}

/// <summary>The three branches of a block.</summary>
internal readonly record struct BlockModulation(Modulation SelfAttn, Modulation CrossAttn, Modulation Mlp);

/// <summary>Everything the transformer derives from sigma: the modulations of all blocks and of the final layer.</summary>
public sealed class Modulations : IDisposable
{
    internal Modulations(BlockModulation[] blocks, Modulation final) => (Blocks, Final) = (blocks, final);

    internal BlockModulation[] Blocks { get; }

    internal Modulation Final { get; }

    /// <summary>Those of the n-th sigma, as views.</summary>
    public Modulations Row(int n) =>
        new([.. Blocks.Select(b => new BlockModulation(b.SelfAttn.Row(n), b.CrossAttn.Row(n), b.Mlp.Row(n)))], Final.Row(n));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var modulation in Blocks.SelectMany(b => new[] { b.SelfAttn, b.CrossAttn, b.Mlp }).Append(Final)) modulation.Release();
    }
}

/// <summary>The low-rank projection from the timestep embedding to one branch's modulation (AdaLN-LoRA, as in Cosmos-Predict2).</summary>
internal sealed class AdaLn(WeightScope weights)
{
    readonly Linear down = weights.Linear("1"), up = weights.Linear("2");

    /// <param name="t">(b, d): the normed sinusoid after SiLU</param>
    /// <param name="shared">(b, 3·d): what <see cref="TimestepEmbedder"/> adds to every modulation</param>
    /// <returns>Shift, scale and, in that order, the gate if the projection has three parts.</returns>
    public Modulation Forward(Tensor t, Tensor shared)
    {
        var m = up.Forward(down.Forward(t)).to(float32);
        var parts = m.Plus(shared.narrow(-1, 0, m.shape[^1])).split(t.shape[^1], -1);
        return new Modulation(parts[0].contiguous(), parts[1].contiguous(), parts.Length > 2 ? parts[2].contiguous() : null).Keep();
    }
}

/// <summary>Sigma to its sinusoid, which itself is the input of every modulation, and through an MLP to the addend that all modulations share.</summary>
internal sealed class TimestepEmbedder(WeightScope weights)
{
    readonly Linear linear_1 = weights.Linear("t_embedder.1.linear_1"), linear_2 = weights.Linear("t_embedder.1.linear_2");
    readonly Weight t_embedding_norm = weights.Take("t_embedding_norm.weight");

    /// <param name="sigma">(b), fp32, 0 … 1, not × 1000</param>
    /// <param name="type">Type of the matrix products.</param>
    /// <returns>(b, d) after norm and SiLU; (b, 3·d), fp32</returns>
    public (Tensor Embedding, Tensor Shared) Forward(Tensor sigma, ScalarType type)
    {
        var sinusoid = Sinusoid(sigma, linear_1.Weight.Stored.shape[1]).Tap("t_sinusoid");
        var embedding = Norms.RmsNorm(sinusoid, t_embedding_norm.Fp32For(sigma)).Tap("t_embedding_norm");
        var shared = linear_2.Forward(F.silu(linear_1.Forward(sinusoid.to(type)))).to(float32).Tap("t_adaln_lora");
        return (F.silu(embedding).to(type), shared);
    }

    /// <summary>(cos | sin) of sigma times falling frequencies, 1 … 1/10000, exponent i/half.</summary>
    public static Tensor Sinusoid(Tensor sigma, long width)
    {
        long half = width / 2;
        var frequencies = exp(Scalars.Range(half, float32, sigma.device).Times(-Math.Log(10000)).Over(half));
        var angles = outer(sigma.to(float32), frequencies);
        return cat([angles.cos(), angles.sin()], -1);
    }
}
