using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Weights;
using Animarium.Parity.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Parity.Lora;

/// <summary>The networks under the LoRA cases with a stack on them, and their outputs for the golden inputs.</summary>
internal sealed class LoraModel : IDisposable
{
    readonly Golden inputs = new(Reference.At("lora", "inputs.safetensors"));
    readonly AnimaTransformer transformer;
    readonly TextAdapter adapter;
    readonly Qwen3 textEncoder;

    public LoraModel()
    {
        WeightScope diffusion = Golden.Weights(Reference.At("lora", "base-dit.safetensors")), te = Golden.Weights(Reference.At("lora", "base-te.safetensors"));
        (transformer, adapter, textEncoder) = (new(diffusion), new(diffusion["llm_adapter"]), new(te));
        Stack = new(diffusion, te);
    }

    public LoraStack Stack { get; }

    /// <summary>What the golden files call <c>output</c>, <c>context</c>, <c>output.adapter</c> or <c>te</c>.</summary>
    public Tensor Output(string name)
    {
        using var off = no_grad();
        return name switch
        {
            "output" => Velocity(inputs["context"]),
            "context" => Context(),
            "output.adapter" => Velocity(Context()),
            "te" => textEncoder.Forward(inputs["te_ids"]),
            _ => throw new NotSupportedException($"Nothing here computes '{name}'."),
        };
    }

    /// <summary>Puts a file of the reference's folder on the stack.</summary>
    public AppliedLora Add(string file, double strength)
    {
        using var lora = LoraFile.Open(Reference.At("lora", file));
        return Stack.Add(lora, strength);
    }

    public void Dispose()
    {
        Stack.Dispose();
        inputs.Dispose();
    }

    Tensor Context() => adapter.Forward(inputs["source"], inputs["t5_ids"]);

    Tensor Velocity(Tensor context) =>
        transformer.Forward(inputs["x"], transformer.Modulate(inputs["timesteps"], ScalarType.Float32), transformer.Prepare(context, context.shape[1]));
}
