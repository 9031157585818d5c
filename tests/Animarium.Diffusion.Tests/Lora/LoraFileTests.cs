using System.Text.RegularExpressions;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using CsCheck;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

public class LoraFileTests
{
    const string Q = "transformer.transformer_blocks.0.attn1.to_q", Output = "transformer.transformer_blocks.0.attn1.to_out.0";

    [Fact]
    public void Tells_what_is_in_it()
    {
        using var maker = new LoraFileMaker(new()
        {
            [LoraFileMaker.Q + ".lora_down.weight"] = randn(4, 6), [LoraFileMaker.Q + ".lora_up.weight"] = randn(8, 4), [LoraFileMaker.Q + ".alpha"] = tensor(2f),
            [LoraFileMaker.Text + ".lora_down.weight"] = randn(3, 6), [LoraFileMaker.Text + ".lora_up.weight"] = randn(8, 3), [LoraFileMaker.Text + ".dora_scale"] = randn(8),
            ["lora_unet_llm_adapter_blocks_0_mlp_0.lokr_w1"] = randn(2, 2), ["lora_unet_llm_adapter_blocks_0_mlp_0.lokr_w2"] = randn(2, 2),
            ["emb_params"] = randn(2),
        }, ("ss_base_model_version", "anima"), ("modelspec.title", "Rain"), ("ss_output_name", "rain-v2"));
        using var file = maker.Open();

        Assert.Equal(LoraNaming.Kohya, file.Naming);
        Assert.Equal([LoraAlgorithm.Lora, LoraAlgorithm.Lokr], file.Algorithms);
        Assert.True(file.IsDora);
        Assert.Equal([3L, 4L], file.Ranks);
        Assert.Equal([2.0], file.Alphas);
        Assert.Equal((1, 1, 1), (file.LayersIn(LoraNetwork.Transformer), file.LayersIn(LoraNetwork.Adapter), file.LayersIn(LoraNetwork.TextEncoder)));
        Assert.Equal(("anima", "Rain"), (file.BaseModel, file.Title));
        Assert.Equal(["emb_params"], file.NotUnderstood);
    }

    [Theory]
    [InlineData("lora_unet_blocks_0_self_attn_q_proj.lora_down.weight", LoraNaming.Kohya)]
    [InlineData("diffusion_model.blocks.0.self_attn.q_proj.lora_A.weight", LoraNaming.Comfy)]
    [InlineData("transformer.transformer_blocks.0.attn1.to_q.lora_A.weight", LoraNaming.Diffusers)]
    [InlineData("transformer.transformer_blocks.0.attn1.to_q.lora_down.weight", LoraNaming.OneTrainer)]
    [InlineData("lora_transformer_transformer_blocks_0_attn1_to_q.lora_down.weight", LoraNaming.OneTrainer)]
    [InlineData("base_model.model.blocks.0.self_attn.q_proj.lora_A.style.weight", LoraNaming.Peft)]
    [InlineData("lycoris_blocks_0_self_attn_q_proj.lora_down.weight", LoraNaming.Lycoris)]
    [InlineData("blocks.0.self_attn.q_proj.lora_A.weight", LoraNaming.Bare)]
    public void Every_naming_reaches_the_same_layer(string down, LoraNaming naming)
    {
        string up = down.Replace("lora_A", "lora_B", StringComparison.Ordinal).Replace("lora_down", "lora_up", StringComparison.Ordinal);
        using var maker = new LoraFileMaker(new() { [down] = ones(1, 6), [up] = ones(8, 1) });
        using var file = maker.Open();
        var network = new SmallNetwork();

        network.Stack.Add(file);

        Assert.Equal(naming, file.Naming);
        Assert.Equal("blocks.0.self_attn.q_proj.weight", Assert.Single(network.Merged()).Key);
    }

    [Theory]
    [InlineData("""{"transformer.lora_alpha": 4, "transformer.use_rslora": false}""", 2.0)]
    [InlineData("""{"transformer.lora_alpha": 4, "transformer.use_rslora": true}""", 4 / 1.41421356)]
    [InlineData("""{"transformer.lora_alpha": 4, "transformer.alpha_pattern": {"attn1.to_q": 6}}""", 3.0)]
    [InlineData("""{"transformer.lora_alpha": 4, "transformer.alpha_pattern": {"^transformer_blocks\\.\\d+\\.attn[12]\\.to_q": 6}}""", 3.0)]
    [InlineData("""{"transformer.lora_alpha": 4, "transformer.alpha_pattern": {"to_k": 6, "((": 8, "(a+)+b": 9, "(.{999}){999}": 7}}""", 2.0)]
    [InlineData("""{"text_conditioner.lora_alpha": 4, "transformer.lora_alpha": "many", "transformer.alpha_pattern": []}""", 1.0)]
    public void Settings_of_PEFT_give_the_scale(string settings, double scale)
    {
        using var maker = new LoraFileMaker(new() { [Q + ".lora_A.weight"] = ones(2, 6), [Q + ".lora_B.weight"] = ones(8, 2) }, ("lora_adapter_metadata", settings));
        var network = new SmallNetwork();
        var lora = network.Add(maker);
        Assert.Empty(lora.Warnings);
        Assert.True((network.Merged().Values.Single() - network.Q(0).Weight.Stored).allclose(Scalars.Full([8, 6], 2 * scale, float32), atol: 1e-5));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    public void Settings_that_cannot_be_read_are_told(string settings)
    {
        using var maker = new LoraFileMaker(new() { [Q + ".lora_A.weight"] = ones(2, 6), [Q + ".lora_B.weight"] = ones(8, 2) }, ("lora_adapter_metadata", settings));
        Assert.Equal(LoraIssueCode.MetadataIgnored, Assert.Single(new SmallNetwork().Add(maker).Warnings).Code);
    }

    [Theory]
    [InlineData("lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q", "Stable Diffusion XL")]
    [InlineData("lora_te_text_model_encoder_layers_0_mlp_fc1", "Stable Diffusion 1.x")]
    [InlineData("transformer.single_transformer_blocks.0.attn.to_q", "FLUX")]
    [InlineData("lora_transformer_transformer_blocks_0_attn_to_q", "Qwen-Image")]
    [InlineData("diffusion_model.blocks.0.self_attn.q", "Wan")]
    [InlineData("lora_unet_blocks_0_ffn_0", "Wan")]
    [InlineData("diffusion_model.layers.0.attention.qkv", "Lumina or Z-Image")]
    [InlineData("diffusion_model.joint_blocks.0.x_block.attn.qkv", "Stable Diffusion 3")]
    public void A_lora_for_another_model_is_called_by_its_name(string module, string model)
    {
        using var maker = new LoraFileMaker(new() { [module + ".lora_down.weight"] = randn(2, 6), [module + ".lora_up.weight"] = randn(8, 2) });
        var error = Assert.Throws<LoraException>(maker.Open);
        Assert.Equal(LoraIssueCode.WrongBase, error.Issue.Code);
        Assert.Contains($"a LoRA for {model} (", error.Text.English, StringComparison.Ordinal);
        Assert.Contains($"{model} 用の LoRA", error.Text.Japanese, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 1, 1, 1)]
    [InlineData(1, 8, 1, 1)]
    [InlineData(4, 2, 4, 4)]
    [InlineData(1, 1, 8, 6)]
    [InlineData(40, 4, 2, 2)]
    public void Rotations_that_cannot_be_are_refused(params int[] shape)
    {
        using var maker = new LoraFileMaker(new() { [LoraFileMaker.Q + ".oft_blocks"] = randn([.. shape.Select(n => (long)n)]) });
        Assert.Equal(LoraIssueCode.ShapeMismatch, Assert.Throws<LoraException>(() => new SmallNetwork().Add(maker)).Issue.Code);
    }

    [Fact]
    public void A_tensor_that_occurs_under_two_names_is_told()
    {
        using var maker = new LoraFileMaker(new()
        {
            ["blocks.0.self_attn.q_proj.lora_A.weight"] = randn(2, 6), ["blocks.0.self_attn.q_proj.lora_B.weight"] = randn(8, 2),
            ["blocks.0.self_attn.q_proj.lora_down.weight"] = randn(2, 6),
        });
        Assert.Equal(LoraIssueCode.UnknownKeys, Assert.Single(new SmallNetwork().Add(maker).Warnings).Code);
    }

    [Fact]
    public void A_lora_whose_layers_fit_nothing_is_refused()
    {
        using var maker = new LoraFileMaker(new() { ["lora_unet_mystery.lora_down.weight"] = randn(2, 6), ["lora_unet_mystery.lora_up.weight"] = randn(8, 2) });
        var error = Assert.Throws<LoraException>(() => new SmallNetwork().Add(maker));
        Assert.Equal(LoraIssueCode.NothingFits, error.Issue.Code);
        Assert.Equal(1, error.LayersSkipped);
    }

    public static TheoryData<LoraIssueCode> Codes =>
        [.. Enum.GetValues<LoraIssueCode>().Except([LoraIssueCode.NotSafetensors, LoraIssueCode.Truncated, LoraIssueCode.UnsupportedDtype, LoraIssueCode.Pickle])];

    [Theory, MemberData(nameof(Codes))]
    public void Every_finding_has_its_sentence_in_both_languages(LoraIssueCode code)
    {
        var (english, japanese) = LoraSentences.Of(code);
        Assert.Matches("[A-Za-z]{3}", english);
        Assert.Matches(@"\p{IsHiragana}", japanese);
        Assert.DoesNotMatch(@"\p{IsHiragana}|\p{IsKatakana}", english);
        static string[] Places(string text) => [.. Regex.Matches(text, @"\{\d\}").Select(m => m.Value).Distinct().Order()];
        Assert.Equal(Places(english), Places(japanese));
    }

    static readonly string[] Suffixes = [.. from form in LoraFileMaker.Forms from name in LoraFileMaker.Of(form).Open().Layers[0].Tensors.Values select name.Name[LoraFileMaker.Q.Length..]];

    /// <summary>Any tensors of any shape under the suffixes of all families: the file acts or is refused in words, and finite input stays finite.</summary>
    [Fact]
    public void Whatever_the_shapes_are_the_answer_is_a_lora_or_a_sentence() =>
        Gen.Dictionary(
            Gen.Select(OneOf(LoraFileMaker.Q, LoraFileMaker.Output, LoraFileMaker.Text), OneOf(Suffixes), (module, suffix) => module + suffix),
            OneOf(0L, 1L, 2L, 4L, 6L, 8L).Array[0, 4])[1, 6].Sample(shapes =>
        {
            using var maker = new LoraFileMaker(shapes.ToDictionary(s => s.Key, s => randn(s.Value)));
            var network = new SmallNetwork();
            try
            {
                network.Add(maker, 0.7);
            }
            catch (LoraException e)
            {
                Assert.NotEmpty(e.Text.Japanese);
                return;
            }
            Assert.True(network.Output().isfinite().all().item<bool>());
        }, iter: 3000);

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(n => values[n]);
}
