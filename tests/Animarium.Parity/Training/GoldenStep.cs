using System.Text.Json;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>One step of a gradient case: its draws, its text and its loss.</summary>
/// <param name="name">The case; its name says which of the stored masks and weights it uses.</param>
/// <param name="settings">sd-scripts' settings of the loss.</param>
/// <param name="expected">The golden file, with the inputs that the case replaces.</param>
internal sealed class GoldenStep(string name, JsonElement settings, Golden expected) : IDisposable
{
    readonly Golden inputs = new(Reference.At("training", "inputs.safetensors"));
    readonly LossOptions options = OptionsOf(name, settings);

    public Tensor Sigma => inputs["sigma"];

    /// <summary>What the network predicts.</summary>
    public Tensor Velocity(TrainingModel model)
    {
        var latent = new FlowLoss(options).Noised(inputs["latents"], inputs["noise"], Sigma, inputs["ip_noise"]);
        return model.Velocity(latent, Sigma, Context(model));
    }

    /// <summary>The mean over the batch.</summary>
    public Tensor Loss(Tensor velocity)
    {
        var loss = new FlowLoss(options);
        if (expected.Optional("huber_c") is { } c) Distance.Within(loss.Threshold(Sigma), c, relativeL2: 1e-5, what: "huber_c");
        return loss.OfPictures(velocity, FlowLoss.Target(inputs["latents"], inputs["noise"]), Sigma, Mask(), name == "loss-weights" ? inputs["loss_weights"] : null).mean();
    }

    Tensor? Mask() => name switch
    {
        "masked-conditioning-image" => inputs["conditioning_image"].select(1, 0).Over(2).Plus(0.5),
        _ when name.StartsWith("masked", StringComparison.Ordinal) => inputs["alpha_mask"],
        _ => null,
    };

    Tensor Context(TrainingModel model)
    {
        var (mask, t5Ids, t5Mask) = (inputs["source_mask"], inputs["t5_ids"], inputs["t5_mask"]);
        switch (name)
        {
            case "with-adapter":
                return model.Adapter.Forward(inputs["source"], t5Ids, mask, t5Mask);
            case "with-text-encoder":
                return model.Adapter.Forward(model.TextEncoder.Forward(inputs["te_ids"], mask) * mask.unsqueeze(2), t5Ids, mask, t5Mask);
            case "caption-dropout":
                var text = Dropped(new(inputs["source"], mask, t5Ids, t5Mask));
                var context = model.Adapter.Forward(text.States, text.T5Ids, text.StatesMask, text.T5Mask);
                Distance.Within(context, expected["context"], relativeL2: 1e-5, what: "context");
                return context;
            default:
                return inputs["context"];
        }
    }

    TextInputs Dropped(TextInputs text)
    {
        var dropped = text.Without([.. expected["source_mask"].sum(1).data<long>().Select(seen => seen == 0)]);
        Assert.Equal(expected["source"], dropped.States);
        Assert.Equal(expected["source_mask"], dropped.StatesMask);
        Assert.Equal(expected["t5_ids"], dropped.T5Ids);
        Assert.Equal(expected["t5_mask"], dropped.T5Mask);
        return dropped;
    }

    public void Dispose() => inputs.Dispose();

    static LossOptions OptionsOf(string name, JsonElement settings)
    {
        string Text(string key, string otherwise) => settings.TryGetProperty(key, out var value) ? value.GetString()! : otherwise;
        double Number(string key, double otherwise) => settings.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;
        return new()
        {
            Kind = Text("loss_type", "l2") switch { "l1" => LossKind.L1, "huber" => LossKind.Huber, "smooth_l1" => LossKind.SmoothL1, _ => LossKind.L2 },
            // logit_normal and mode are densities of sigma, not weights.
            Weighting = Text("weighting_scheme", "none") switch { "sigma_sqrt" => LossWeighting.SigmaSqrt, "cosmap" => LossWeighting.Cosmap, _ => LossWeighting.None },
            HuberSchedule = Text("huber_schedule", "constant") switch
            {
                "exponential" => name.EndsWith("sdscripts", StringComparison.Ordinal) ? HuberSchedule.ExponentialOfSdScripts : HuberSchedule.Exponential,
                _ => HuberSchedule.Constant,
            },
            HuberC = Number("huber_c", 0.1),
            HuberScale = Number("huber_scale", 1),
            IpNoiseGamma = Number("ip_noise_gamma", 0),
            MaskNormalization = name == "masked-area-normalised" ? MaskNormalization.Area : MaskNormalization.Picture,
        };
    }
}
