using Animarium.Diffusion.Tensors;
using static Animarium.Recipe.Model.Blueprint;
using static TorchSharp.torch;

namespace Animarium.Recipe.Model;

/// <summary>The three files of a model in their official names.</summary>
internal static class Networks
{
    const long LatentChannels = 16, Patch = 2, PictureChannels = 3;

    /// <summary>Above 1, so that attention gets over the 512 rows, nearly all of them zero, that every token sees.</summary>
    const float CrossAttentionNorm = 1.5f;

    /// <summary>A deviation of e^−2.5: noise as large as the untrained means would drown them, and training would end in a latent of zeros.</summary>
    const float LogVariance = -5;

    /// <summary>Transformer and adapter.</summary>
    /// <param name="s">Their sizes.</param>
    /// <param name="vocabulary">T5 ids.</param>
    public static Blueprint Diffusion(ModelSizes s, long vocabulary)
    {
        var file = new Blueprint();
        file.Linear("net.x_embedder.proj.1", s.Width, (LatentChannels + 1) * Patch * Patch)
            .Linear("net.t_embedder.1.linear_1", s.Width, s.Width).Linear("net.t_embedder.1.linear_2", 3 * s.Width, s.Width).Norm("net.t_embedding_norm", s.Width);
        for (int n = 0; n < s.Blocks; n++)
        {
            string block = $"net.blocks.{n}";
            foreach (string branch in new[] { "self_attn", "cross_attn", "mlp" }) Modulation(file, $"{block}.adaln_modulation_{branch}", 3, s);
            Attention(file, $"{block}.self_attn", s.Width, s.Width, s.HeadWidth, "output_proj", 1);
            Attention(file, $"{block}.cross_attn", s.Width, s.TextWidth, s.HeadWidth, "output_proj", CrossAttentionNorm);
            file.Linear($"{block}.mlp.layer1", s.MlpWidth, s.Width).Linear($"{block}.mlp.layer2", s.Width, s.MlpWidth);
        }
        Modulation(file, "net.final_layer.adaln_modulation", 2, s);
        file.Linear("net.final_layer.linear", LatentChannels * Patch * Patch, s.Width, start: Filled(0));
        Adapter(file, s, vocabulary);
        return file;
    }

    /// <summary>Qwen3.</summary>
    public static Blueprint TextEncoder(ModelSizes s, long vocabulary)
    {
        var file = new Blueprint().Add("model.embed_tokens.weight", [vocabulary, s.TextWidth], Normal).Norm("model.norm", s.TextWidth);
        for (int n = 0; n < s.TextLayers; n++)
        {
            string layer = $"model.layers.{n}", attention = layer + ".self_attn", mlp = layer + ".mlp";
            long keys = s.KeyHeads * s.TextHeadWidth;
            file.Norm($"{layer}.input_layernorm", s.TextWidth).Norm($"{layer}.post_attention_layernorm", s.TextWidth)
                .Linear($"{attention}.q_proj", s.TextWidth, s.TextWidth).Linear($"{attention}.k_proj", keys, s.TextWidth).Linear($"{attention}.v_proj", keys, s.TextWidth)
                .Linear($"{attention}.o_proj", s.TextWidth, s.TextWidth).Norm($"{attention}.q_norm", s.TextHeadWidth).Norm($"{attention}.k_norm", s.TextHeadWidth)
                .Linear($"{mlp}.gate_proj", s.EncoderMlpWidth, s.TextWidth).Linear($"{mlp}.up_proj", s.EncoderMlpWidth, s.TextWidth).Linear($"{mlp}.down_proj", s.TextWidth, s.EncoderMlpWidth);
        }
        return file;
    }

    /// <summary>The Qwen-Image VAE: stages of 1, 2, 4 and 4 times its width, two residual blocks in each on the way down, three on the way up.</summary>
    public static Blueprint Vae(ModelSizes s)
    {
        long[] widths = [s.VaeWidth, 2 * s.VaeWidth, 4 * s.VaeWidth, 4 * s.VaeWidth];
        var file = new Blueprint().CausalKernel("encoder.conv1", widths[0], PictureChannels, 3);
        var (width, n) = (widths[0], 0);
        for (int level = 0; level < widths.Length; level++)
        {
            for (int block = 0; block < 2; block++, n++) Residual(file, $"encoder.downsamples.{n}", ref width, widths[level]);
            if (level == widths.Length - 1) break;
            file.Kernel($"encoder.downsamples.{n}.resample.1", width, width, 3);
            if (level > 0) Time(file, $"encoder.downsamples.{n}.time_conv", width, width);
            n++;
        }
        Middle(file, "encoder.middle", width);
        Gamma(file, "encoder.head.0", width).CausalKernel("encoder.head.2", 2 * LatentChannels, width, 3)
            .CausalKernel("conv1", 2 * LatentChannels, 2 * LatentChannels, 1, (_, _) => cat([zeros(LatentChannels), Scalars.Full([LatentChannels], LogVariance, float32)]))
            .CausalKernel("conv2", LatentChannels, LatentChannels, 1).CausalKernel("decoder.conv1", width, LatentChannels, 3);
        Middle(file, "decoder.middle", width);
        n = 0;
        for (int level = widths.Length - 1; level >= 0; level--)
        {
            for (int block = 0; block < 3; block++, n++) Residual(file, $"decoder.upsamples.{n}", ref width, widths[level]);
            if (level == 0) break;
            if (level > 1) Time(file, $"decoder.upsamples.{n}.time_conv", 2 * width, width);
            file.Kernel($"decoder.upsamples.{n++}.resample.1", width / 2, width, 3);
            width /= 2;
        }
        return Gamma(file, "decoder.head.0", width).CausalKernel("decoder.head.2", PictureChannels, width, 3);
    }

    static void Adapter(Blueprint file, ModelSizes s, long vocabulary)
    {
        file.Add("net.llm_adapter.embed.weight", [vocabulary, s.TextWidth], Normal).Linear("net.llm_adapter.out_proj", s.TextWidth, s.TextWidth, bias: true).Norm("net.llm_adapter.norm", s.TextWidth);
        for (int n = 0; n < s.TextLayers; n++)
        {
            string block = $"net.llm_adapter.blocks.{n}";
            Attention(file, $"{block}.self_attn", s.TextWidth, s.TextWidth, s.TextHeadWidth, "o_proj", 1);
            Attention(file, $"{block}.cross_attn", s.TextWidth, s.TextWidth, s.TextHeadWidth, "o_proj", 1);
            file.Norm($"{block}.norm_self_attn", s.TextWidth).Norm($"{block}.norm_cross_attn", s.TextWidth).Norm($"{block}.norm_mlp", s.TextWidth)
                .Linear($"{block}.mlp.0", s.AdapterMlpWidth, s.TextWidth, bias: true).Linear($"{block}.mlp.2", s.TextWidth, s.AdapterMlpWidth, bias: true);
        }
    }

    static void Attention(Blueprint file, string name, long width, long memory, long head, string output, float norm) => file
        .Linear(name + ".q_proj", width, width).Linear(name + ".k_proj", width, memory).Linear(name + ".v_proj", width, memory).Linear($"{name}.{output}", width, width)
        .Norm(name + ".q_norm", head, norm).Norm(name + ".k_norm", head, norm);

    static void Modulation(Blueprint file, string name, long parts, ModelSizes s) =>
        file.Linear(name + ".1", s.ModulationRank, s.Width).Linear(name + ".2", parts * s.Width, s.ModulationRank, start: Filled(0));

    static void Residual(Blueprint file, string name, ref long width, long outputs)
    {
        Gamma(file, name + ".residual.0", width).CausalKernel(name + ".residual.2", outputs, width, 3);
        Gamma(file, name + ".residual.3", outputs).CausalKernel(name + ".residual.6", outputs, outputs, 3);
        if (width != outputs) file.CausalKernel(name + ".shortcut", outputs, width, 1);
        width = outputs;
    }

    static void Middle(Blueprint file, string name, long width)
    {
        Residual(file, name + ".0", ref width, width);
        file.Add(name + ".1.norm.gamma", [width, 1, 1], Filled(1)).Kernel(name + ".1.to_qkv", 3 * width, width, 1).Kernel(name + ".1.proj", width, width, 1, Filled(0));
        Residual(file, name + ".2", ref width, width);
    }

    static Blueprint Gamma(Blueprint file, string name, long width) => file.Add(name + ".gamma", [width, 1, 1, 1], Filled(1));

    // Only videos use it.
    static void Time(Blueprint file, string name, long outputs, long inputs) => file.Add(name + ".weight", [outputs, inputs, 3, 1, 1], Filled(0)).Add(name + ".bias", [outputs], Filled(0));
}
