using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

/// <summary>Layers under the names of Anima's, in a few blocks and a text encoder, with a LoRA stack on them.</summary>
internal sealed class SmallNetwork
{
    /// <summary>Sizes of <c>q_proj</c> and, the other way round, of <c>output_proj</c>.</summary>
    public const long In = 6, Out = 8;

    readonly List<(Linear Q, Linear Output, Weight Norm)> blocks = [];
    readonly Linear text;
    readonly Tensor x;

    public SmallNetwork(int depth = 2, ScalarType type = ScalarType.Float32, int seed = 1)
    {
        var random = new Generator((ulong)seed);
        var tensors = new Dictionary<string, Func<Tensor>>();
        void Make(string name, params long[] shape)
        {
            var value = randn(shape, generator: random).Times(0.5).to(type);
            tensors[name] = () => value;
        }
        for (int n = 0; n < depth; n++)
        {
            Make($"blocks.{n}.self_attn.q_proj.weight", Out, In);
            Make($"blocks.{n}.self_attn.output_proj.weight", In, Out);
            Make($"blocks.{n}.self_attn.output_proj.bias", In);
            Make($"blocks.{n}.self_attn.q_norm.weight", Out);
        }
        Diffusion = new(new Dictionary<string, Func<Tensor>>(tensors));
        for (int n = 0; n < depth; n++)
        {
            var attention = Diffusion["blocks"][n]["self_attn"];
            blocks.Add((attention.Linear("q_proj"), attention.Linear("output_proj"), attention.Take("q_norm.weight")));
        }
        tensors.Clear();
        Make("layers.0.self_attn.q_proj.weight", Out, In);
        TextEncoder = new(new Dictionary<string, Func<Tensor>>(tensors));
        text = TextEncoder["layers"][0]["self_attn"].Linear("q_proj");
        x = randn(3, In, generator: random).to(type);
        Stack = new(Diffusion, TextEncoder, type);
    }

    public WeightScope Diffusion { get; }

    public WeightScope TextEncoder { get; }

    public LoraStack Stack { get; }

    /// <summary>(3, in): through all blocks.</summary>
    public Tensor Output()
    {
        var y = x;
        foreach (var (q, output, norm) in blocks) y = y.Plus(output.Forward(q.Forward(y) * norm.As(y.dtype, y.device)));
        return y;
    }

    /// <summary>(3, out)</summary>
    public Tensor Text() => text.Forward(x);

    public Linear Q(int block) => blocks[block].Q;

    public Linear OutputProjection(int block) => blocks[block].Output;

    public Weight Norm(int block) => blocks[block].Norm;

    public AppliedLora Add(LoraFileMaker file, double strength = 1, double? textEncoder = null)
    {
        using var lora = file.Open();
        return Stack.Add(lora, strength, textEncoder);
    }

    public Dictionary<string, Tensor> Merged() => Stack.Merge().ToDictionary(w => w.Name, w => w.Value);

    public static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
}
