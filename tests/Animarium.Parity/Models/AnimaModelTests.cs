using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class AnimaModelTests
{
    static readonly string TinyA = Reference.At("models", "tiny-a"), Mini = Path.Combine(Reference.Repository, "models", "anima-mini");

    static AnimaModel Open(string folder) =>
        new(Golden.Weights(folder, "diffusion_models"), Golden.Weights(folder, "text_encoders"), Golden.Weights(folder, "vae"));

    [Fact]
    public void The_shipped_model_draws_finite_pixels()
    {
        using var off = no_grad();
        var model = Open(Mini);
        Assert.Empty(model.Unexpected);
        var context = model.Encode(tensor(new long[,] { { 5, 9, 2 } }), tensor(new long[,] { { 7, 3, 1 } }), tensor(new[,] { { 1f, 1.2f, 1 } }));
        using var text = model.Transformer.Prepare(context);
        using var t = model.Transformer.Modulate(tensor(new[] { 1f, 0.5f }), float32);

        var velocity = model.Transformer.Forward(randn(1, 16, 6, 8), t.Row(1), text);
        var image = model.Vae.Decode(velocity);

        Assert.Equal([1, 3, 48, 64], image.shape);
        Assert.True(image.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_text_encoder_of_another_model_is_named_with_its_width()
    {
        var error = Assert.Throws<InvalidDataException>(() => new AnimaModel(
            Golden.Weights(TinyA, "diffusion_models"), Golden.Weights(Mini, "text_encoders"), Golden.Weights(TinyA, "vae")));
        var (mini, tiny) = (Open(Mini).TextEncoder.Shape.Width, Open(TinyA).TextEncoder.Shape.Width);
        Assert.Contains($"text encoder's states have {mini} channels, but Anima's text adapter reads {tiny}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_told_by_what_it_lacks()
    {
        var error = Assert.Throws<InvalidDataException>(() => new AnimaModel(
            Golden.Weights(TinyA, "vae"), Golden.Weights(TinyA, "text_encoders"), Golden.Weights(TinyA, "vae")));
        Assert.Contains("The diffusion model lacks", error.Message, StringComparison.Ordinal);
        Assert.Contains("x_embedder.proj.1.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_beyond_the_vocabulary_blames_the_tokenizer()
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(TinyA).Encode(tensor(new long[,] { { 151643 } }), tensor(new long[,] { { 1 } })));
        Assert.Contains("151643", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditionings_of_different_length_stack_without_changing_the_picture()
    {
        using var off = no_grad();
        var transformer = Open(TinyA).Transformer;
        var (latent, contexts) = (randn(2, 16, 6, 4), new[] { randn(1, 3, 64), randn(1, 11, 64) });
        var t = transformer.Modulate(tensor(new[] { 0.7f }), float32);
        var single = contexts.Select(c => transformer.Prepare(c)).ToArray();

        var together = transformer.Forward(latent, t, TextConditioning.Stack(single));

        for (int n = 0; n < 2; n++)
            Distance.Within(together.narrow(0, n, 1), transformer.Forward(latent.narrow(0, n, 1), t, single[n]), maxAbs: 1e-5);
    }

    [Fact]
    public void Attention_guidance_changes_the_guided_items_only()
    {
        using var off = no_grad();
        var transformer = Open(TinyA).Transformer;
        var latent = randn(2, 16, 6, 4);
        var t = transformer.Modulate(tensor(new[] { 0.7f }), float32);
        var (text, negative) = (transformer.Prepare(randn(2, 5, 64)), transformer.Prepare(randn(1, 9, 64)));

        var plain = transformer.Forward(latent, t, text);
        var guided = transformer.Forward(latent, t, text, new(negative, Items: 1, (positive, away) => positive.Times(2) - away));

        Assert.True(Distance.RelativeL2(guided[0], plain[0]) > 1e-3);
        Distance.Within(guided[1], plain[1], maxAbs: 1e-5);
    }
}
