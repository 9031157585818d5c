namespace Animarium.Studio.Tests.ModelLibrary;

/// <summary>A folder of files with the tell-tale tensors of models, as small as they can be.</summary>
internal sealed class ModelShelf : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("animarium-models-").FullName;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string At(params string[] path) => Path.Combine([Root, .. path]);

    public string Transformer(string path, int textWidth = 1024, int textVocabulary = 32_128, Dictionary<string, string>? metadata = null) => Write(path, metadata,
        ("net.llm_adapter.embed.weight", [textVocabulary, 1]), ("net.llm_adapter.blocks.0.cross_attn.q_proj.weight", [2, 2]), ("net.llm_adapter.blocks.0.cross_attn.k_proj.weight", [1, textWidth]),
        ("net.x_embedder.proj.1.weight", [8, 68]), ("net.t_embedder.1.linear_1.weight", [2, 2]), ("net.blocks.0.adaln_modulation_self_attn.1.weight", [2, 2]), ("net.blocks.0.self_attn.q_norm.weight", [2]),
        ("net.final_layer.linear.weight", [64, 2]));

    public string TextEncoder(string path, int width = 1024, int vocabulary = 151_936) =>
        Write(path, null, ("model.embed_tokens.weight", [vocabulary, width]), ("model.layers.0.self_attn.q_norm.weight", [2]));

    public string Vae(string path, int baseWidth = 96) => Write(path, null,
        ("decoder.middle.1.to_qkv.weight", [2, 2, 1, 1]), ("conv2.weight", [16, 16, 1, 1, 1]), ("decoder.conv1.weight", [1, 16, 3, 3, 3]), ("encoder.conv1.weight", [baseWidth, 3, 3, 3, 3]));

    public string Sdxl(string path) => Write(path, null, ("model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight", [640, 2048]));

    public string Lora(string path, Dictionary<string, string>? metadata = null) => Write(path, metadata, ("lora_unet_blocks_0_self_attn_q_proj.lora_down.weight", [1, 8]));

    public string Text(string path, string text)
    {
        string full = Made(path);
        File.WriteAllText(full, text);
        return full;
    }

    /// <summary>Sparse: only the header takes room on the disk.</summary>
    private string Write(string path, Dictionary<string, string>? metadata, params (string Name, long[] Shape)[] tensors)
    {
        string full = Made(path);
        long at = 0;
        var entries = tensors.Select(tensor =>
        {
            long begin = at;
            at += tensor.Shape.Aggregate(2L, (product, size) => product * size);
            return $"\"{tensor.Name}\":{{\"dtype\":\"BF16\",\"shape\":[{string.Join(',', tensor.Shape)}],\"data_offsets\":[{begin},{at}]}}";
        }).ToList();
        if (metadata is not null) entries.Insert(0, $"\"__metadata__\":{System.Text.Json.JsonSerializer.Serialize(metadata)}");
        byte[] header = System.Text.Encoding.UTF8.GetBytes("{" + string.Join(',', entries) + "}");
        using var file = new FileStream(full, FileMode.Create);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.SetLength(8 + header.Length + at);
        return full;
    }

    private string Made(string path)
    {
        string full = At(path.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
