using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Weights;
using Animarium.Parity.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>The networks under the training cases.</summary>
internal sealed class TrainingModel
{
    public TrainingModel()
    {
        Diffusion = Golden.Weights(Reference.At("training", "base-dit.safetensors"));
        TextEncoderWeights = Golden.Weights(Reference.At("training", "base-te.safetensors"));
        (Transformer, Adapter, TextEncoder) = (new(Diffusion), new(Diffusion["llm_adapter"]), new(TextEncoderWeights));
    }

    public WeightScope Diffusion { get; }

    public WeightScope TextEncoderWeights { get; }

    public AnimaTransformer Transformer { get; }

    public TextAdapter Adapter { get; }

    public Qwen3 TextEncoder { get; }

    /// <summary>The velocity; the context is not padded to 512 rows.</summary>
    public Tensor Velocity(Tensor latent, Tensor sigma, Tensor context) =>
        Transformer.Forward(latent, Transformer.Modulate(sigma, ScalarType.Float32), Transformer.Prepare(context, context.shape[1]));

    /// <summary>Adapters that continue a start file of the area; what it trains is read off its names.</summary>
    public AdapterSet Continue(string file, AdapterOptions? options = null)
    {
        using var start = LoraFile.Open(Reference.At("training", file));
        return new(Diffusion, TextEncoderWeights, (options ?? new()) with
        {
            TrainTextAdapter = start.LayersIn(LoraNetwork.Adapter) > 0,
            TrainTextEncoder = start.LayersIn(LoraNetwork.TextEncoder) > 0,
        }, seed: 0, start);
    }
}
