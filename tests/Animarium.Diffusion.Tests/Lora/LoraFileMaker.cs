using System.Text;
using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tests.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

/// <summary>Writes a LoRA file of small random tensors; gone after the test.</summary>
internal sealed class LoraFileMaker : IDisposable
{
    public const string Q = "lora_unet_blocks_0_self_attn_q_proj", Output = "lora_unet_blocks_0_self_attn_output_proj", Text = "lora_te_layers_0_self_attn_q_proj";

    readonly HostileFile file;

    public LoraFileMaker(Dictionary<string, Tensor> tensors, params (string Name, string Value)[] metadata)
    {
        var header = new Dictionary<string, object> { ["__metadata__"] = metadata.ToDictionary(m => m.Name, m => m.Value) };
        var data = new List<byte>();
        foreach (var (name, tensor) in tensors)
        {
            var bytes = tensor.to(ScalarType.Float32).contiguous().bytes.ToArray();
            header[name] = new { dtype = "F32", tensor.shape, data_offsets = new[] { data.Count, data.Count + bytes.Length } };
            data.AddRange(bytes);
        }
        var json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header));
        file = new([.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
    }

    public LoraFile Open() => LoraFile.Open(file.Path);

    public void Dispose() => file.Dispose();

    /// <summary>A file for <c>blocks.0.self_attn.q_proj</c> (8 × 6) in one of the forms.</summary>
    public static LoraFileMaker Of(string form, int seed = 7)
    {
        var random = new Generator((ulong)seed);
        Tensor R(params long[] shape) => randn(shape, generator: random).Times(0.3);
        const long o = SmallNetwork.Out, i = SmallNetwork.In;
        var tensors = form switch
        {
            "lora" => new() { [".lora_down.weight"] = R(2, i), [".lora_up.weight"] = R(o, 2), [".alpha"] = tensor(1f) },
            "lora-diff" => new() { [".lora_A.weight"] = R(2, i), [".lora_B.weight"] = R(o, 2), [".diff"] = R(o, i) },
            "loha" => new() { [".hada_w1_a"] = R(o, 2), [".hada_w1_b"] = R(2, i), [".hada_w2_a"] = R(o, 2), [".hada_w2_b"] = R(2, i), [".alpha"] = tensor(1f) },
            "lokr" => new() { [".lokr_w1"] = R(2, 3), [".lokr_w2_a"] = R(4, 1), [".lokr_w2_b"] = R(1, 2) },
            "glora" => new() { [".a1.weight"] = R(i, 2), [".a2.weight"] = R(2, i), [".b1.weight"] = R(o, 2), [".b2.weight"] = R(2, i) },
            "ia3" => new() { [".weight"] = R(o), [".on_input"] = tensor(0f) },
            "full" => new() { [".diff"] = R(o, i) },
            "dora" => new() { [".lora_A.weight"] = R(2, i), [".lora_B.weight"] = R(o, 2), [".lora_magnitude_vector"] = R(o).abs().Plus(1) },
            "dora-in" => new() { [".lora_A.weight"] = R(2, i), [".lora_B.weight"] = R(o, 2), [".dora_scale"] = R(1, i).abs().Plus(1) },
            "oft" => new() { [".oft_blocks"] = R(2, 4, 4), [".rescale"] = R(o, 1).Plus(1) },
            "boft" => new() { [".oft_blocks"] = R(3, 4, 2, 2) },
            "set" => new Dictionary<string, Tensor> { [".set_weight"] = R(o, i) },
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "No such form."),
        };
        return new(tensors.ToDictionary(t => Q + t.Key, t => t.Value));
    }

    public static readonly string[] AdditiveForms = ["lora", "lora-diff", "loha", "lokr", "glora", "ia3", "full"];

    public static readonly string[] Forms = [.. AdditiveForms, "dora", "dora-in", "oft", "boft", "set"];
}
