using Animarium.Diffusion.Models.Anima;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

/// <summary>The networks under the LoRA cases, which have a context of another width than the text encoder and no zero rows.</summary>
public sealed class LoraBaseTests : IDisposable
{
    readonly Golden inputs = new(Reference.At("lora", "inputs.safetensors"));

    [Fact]
    public void Transformer_matches() => Check("output.base", Velocity(inputs["context"]));

    [Fact]
    public void Adapter_matches()
    {
        using var off = no_grad();
        var context = new TextAdapter(Golden.Weights(Reference.At("lora", "base-dit.safetensors"))["llm_adapter"]).Forward(inputs["source"], inputs["t5_ids"]);
        Check("context.adapter.base", context);
        Check("output.adapter.base", Velocity(context));
    }

    [Fact]
    public void Text_encoder_matches()
    {
        using var off = no_grad();
        Check("te.base", new Qwen3(Golden.Weights(Reference.At("lora", "base-te.safetensors"))).Forward(inputs["te_ids"]));
    }

    Tensor Velocity(Tensor context)
    {
        using var off = no_grad();
        var transformer = new AnimaTransformer(Golden.Weights(Reference.At("lora", "base-dit.safetensors")));
        return transformer.Forward(inputs["x"], transformer.Modulate(inputs["timesteps"], ScalarType.Float32), transformer.Prepare(context, context.shape[1]));
    }

    void Check(string name, Tensor actual) => Distance.Within(actual, inputs[name], 2e-4, 2e-5, name);

    public void Dispose() => inputs.Dispose();
}
