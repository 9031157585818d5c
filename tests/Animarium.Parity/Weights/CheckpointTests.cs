using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Weights;

/// <summary>A model draws the same from every layout, and as well as its numbers allow from every type.</summary>
public class CheckpointTests
{
    static readonly string Mini = Path.Combine(Reference.Repository, "models", "anima-mini"), Tiny = Reference.At("models", "tiny-a");

    /// <summary>What the models draw from their own files.</summary>
    static readonly Dictionary<string, Lazy<Tensor>> AsStored = new() { ["anima-mini"] = new(() => Drawn(Mini)), ["tiny-a"] = new(() => Drawn(Tiny)) };

    static string Folder(string model) => model == "tiny-a" ? Tiny : Mini;

    [Theory]
    [InlineData("anima-mini")]
    [InlineData("tiny-a")]
    public void Opens_as_a_folder_with_its_sizes(string model)
    {
        using var checkpoint = Checkpoint.Open(Folder(model));
        var (anima, family) = (Model(checkpoint), checkpoint.Family);

        Assert.Equal(("anima", Acceptance.Accepted), (family.Name, family.Acceptance));
        Assert.Equal(["qwen3-small", "qwen-image-vae"], family.Contains.Select(part => part.Name));
        var shape = anima.Transformer.Shape;
        Assert.Equal((shape.Blocks, shape.Width, shape.HeadDim, shape.ContextWidth, anima.Adapter.Shape.Layers),
            (family.Sizes["blocks"], family.Sizes["width"], family.Sizes["head_dim"], family.Sizes["context_dim"], family.Sizes["adapter_layers"]));
        Assert.Equal((anima.TextEncoder.Shape.Layers, anima.TextEncoder.Shape.Vocabulary), (family.Contains[0].Sizes["layers"], family.Contains[0].Sizes["vocabulary"]));
    }

    public static TheoryData<string, string> Layouts
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var model in new[] { "anima-mini", "tiny-a" })
                foreach (var layout in new[] { "bare", "model.diffusion_model.", "diffusion_model.", "single file", "diffusers", "diffusers in shards" }) data.Add(model, layout);
            return data;
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void Draws_the_same_from_every_layout(string model, string layout)
    {
        using var written = new Layout(Folder(model));
        string path = layout switch
        {
            "bare" => written.Official("", "", ""),
            "single file" => written.Single(),
            "diffusers" => written.Diffusers(),
            "diffusers in shards" => written.Diffusers(shards: 3),
            _ => written.Official(layout),
        };
        // Not to the bit: where a tensor lies in memory decides the order in which a matrix product adds.
        Distance.Within(Drawn(path), AsStored[model].Value, relativeL2: 3e-6);
    }

    // Relative L2 of velocity and picture against the model as it was stored.
    [Theory]
    [InlineData("anima-mini", ScalarType.Float32, 3e-6)]
    [InlineData("anima-mini", ScalarType.Float16, 1e-2)]
    [InlineData("tiny-a", ScalarType.Float16, 1e-2)]
    [InlineData("tiny-a", ScalarType.BFloat16, 5e-2)]
    public void Draws_nearly_the_same_in_every_type(string model, ScalarType type, double distance)
    {
        using var written = new Layout(Folder(model));
        string path = written.Official(change: (name, tensor) => new() { [name] = tensor.to(type) });
        Distance.Within(Drawn(path), AsStored[model].Value, relativeL2: distance);
    }

    [Theory]
    [InlineData("one scale", "scale_weight")]
    [InlineData("one scale", "weight_scale")]
    [InlineData("a scale for each row", "weight_scale")]
    [InlineData("a scale for each block", "weight_scale")]
    [InlineData("no scale", "")]
    public void Reads_fp8_as_its_dequantised_values(string kind, string name)
    {
        foreach (var type in new[] { StoredTypes.Float8E4M3, StoredTypes.Float8E5M2 })
        {
            using Layout small = new(Tiny), large = new(Tiny);
            string fp8 = small.Official(change: (tensor, value) => Quantised(tensor, value).Stored), fp32 = large.Official(change: (tensor, value) => new() { [tensor] = Quantised(tensor, value).Value });

            var (drawn, exact) = (Drawn(fp8), Drawn(fp32));

            Distance.Within(drawn, exact, relativeL2: 3e-6);
            if (kind != "no scale") Distance.Within(drawn, AsStored["tiny-a"].Value, relativeL2: 0.5);

            (Dictionary<string, Tensor> Stored, Tensor Value) Quantised(string tensor, Tensor value)
            {
                if (value.dim() != 2 || !tensor.EndsWith(".weight", StringComparison.Ordinal)) return (new() { [tensor] = value }, value);
                var scale = Scale(value);
                var stored = (value / Spread(scale, value)).to(type);
                var all = new Dictionary<string, Tensor> { [tensor] = stored };
                string module = tensor[..^".weight".Length];
                if (kind != "no scale")
                {
                    all[$"{module}.{name}"] = scale;
                    all[$"{module}.{(name == "scale_weight" ? "scale_input" : "input_scale")}"] = ones(1);
                }
                return (all, stored.to(float32) * Spread(scale, value));
            }

            Tensor Scale(Tensor value) => kind switch
            {
                "one scale" => value.abs().max().Over(400),
                "a scale for each row" => value.abs().amax([1], keepdim: true).Over(400),
                "a scale for each block" => value.abs().view(2, value.shape[0] / 2, 2, value.shape[1] / 2).amax([1, 3]).Over(400),
                _ => tensor(1f),
            };

            Tensor Spread(Tensor scale, Tensor value) => kind == "a scale for each block"
                ? scale.repeat_interleave(value.shape[0] / 2, 0).repeat_interleave(value.shape[1] / 2, 1) : scale;
        }
    }

    [Theory]
    [InlineData("""{"format":"mxfp8"}""", "mxfp8")]
    [InlineData("""{"format":"int8_tensorwise","convrot":true}""", "with rotation")]
    [InlineData("""{"format":""", "can't be read")]
    public void Refuses_what_it_would_compute_wrongly(string description, string says)
    {
        using var written = new Layout(Tiny);
        string path = written.Official(change: (name, value) => name == "blocks.0.mlp.layer1.weight"
            ? new() { [name] = value.to(int8), ["blocks.0.mlp.layer1.weight_scale"] = tensor(1f), ["blocks.0.mlp.layer1.comfy_quant"] = tensor(System.Text.Encoding.UTF8.GetBytes(description)) }
            : new() { [name] = value });
        var error = Assert.Throws<SafeTensorsException>(() => Checkpoint.Open(path));
        Assert.Equal(SafeTensorsProblem.UnsupportedType, error.Problem);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains("blocks.0.mlp.layer1.comfy_quant", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_integers_without_a_scale()
    {
        using var written = new Layout(Tiny);
        string path = written.Official(change: (name, value) => new() { [name] = name == "blocks.0.mlp.layer1.weight" ? value.to(int8) : value });
        Assert.Contains("type I8 and no scale", Assert.Throws<SafeTensorsException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    static AnimaModel Model(Checkpoint checkpoint)
    {
        var model = new AnimaModel(checkpoint.DiffusionModel!, checkpoint.TextEncoder!, checkpoint.Vae!);
        Assert.Empty(model.Unexpected);
        return model;
    }

    /// <summary>Velocity and picture behind each other: every network has its part in them.</summary>
    static Tensor Drawn(string path)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var checkpoint = Checkpoint.Open(path);
        var model = Model(checkpoint);
        var context = model.Encode(tensor(new long[,] { { 5, 9, 2, 40 } }), tensor(new long[,] { { 7, 3, 11, 1 } }));
        var latent = randn([1, 16, 4, 6], generator: new Generator(1));
        var velocity = model.Transformer.Forward(latent, model.Transformer.Modulate(tensor(new[] { 0.7f }), float32), model.Transformer.Prepare(context));
        return cat([velocity.flatten(), model.Vae.Decode(latent - velocity).flatten()]).MoveToOuterDisposeScope();
    }
}
