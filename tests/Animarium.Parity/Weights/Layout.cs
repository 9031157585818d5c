using System.Text.Json;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Parity.Weights;

/// <summary>A model of the official layout, written again in other layouts, names and types into a folder that is gone after the test.</summary>
public sealed class Layout : IDisposable
{
    const string Diffusion = "diffusion_models", TextEncoder = "text_encoders", Vae = "vae";

    readonly Dictionary<string, Dictionary<string, Tensor>> parts = [];

    /// <param name="model">A folder with diffusion_models, text_encoders and vae.</param>
    public Layout(string model)
    {
        foreach (var (part, prefix) in new[] { (Diffusion, "net."), (TextEncoder, "model."), (Vae, "") })
        {
            using var weights = SafeTensorsFile.Open(Directory.GetFiles(Path.Combine(model, part), "*.safetensors").Single());
            parts[part] = weights.Entries.Keys.ToDictionary(name => name[prefix.Length..], weights.Read);
        }
    }

    string Folder { get; } = Path.Combine(Path.GetTempPath(), $"layout-{Guid.NewGuid():N}");

    /// <summary>The official folders with other prefixes, each tensor changed into what stands for it.</summary>
    public string Official(string diffusion = "net.", string textEncoder = "model.", string vae = "", Func<string, Tensor, Dictionary<string, Tensor>>? change = null)
    {
        foreach (var (part, prefix) in new[] { (Diffusion, diffusion), (TextEncoder, textEncoder), (Vae, vae) })
            Write([part, "weights.safetensors"], parts[part].SelectMany(t => change?.Invoke(t.Key, t.Value) ?? new() { [t.Key] = t.Value }).Select(t => (prefix + t.Key, t.Value)));
        return Folder;
    }

    /// <summary>One file with everything, as ComfyUI saves checkpoints.</summary>
    public string Single() => Write(["all.safetensors"], new[] { (Diffusion, "model.diffusion_model."), (TextEncoder, "text_encoders.qwen3_06b.transformer.model."), (Vae, "vae.") }
        .SelectMany(p => parts[p.Item1].Select(t => (p.Item2 + t.Key, t.Value))));

    /// <summary>The folders of diffusers with its names, each part in one file or in shards with an index.</summary>
    public string Diffusers(int shards = 1)
    {
        const string adapter = "llm_adapter.";
        var named = parts[Diffusion].ToLookup(t => t.Key.StartsWith(adapter, StringComparison.Ordinal));
        WriteShards("transformer", shards, [.. named[false].Select(t => (DiffusersNames.FromOfficial(t.Key), t.Value))]);
        WriteShards("text_conditioner", shards, [.. named[true].Select(t => (t.Key[adapter.Length..], t.Value))]);
        WriteShards("text_encoder", shards, [.. parts[TextEncoder].Select(t => (t.Key, t.Value))]);
        WriteShards("vae", shards, [.. parts[Vae].Select(t => (DiffusersVaeNames.FromOriginal(t.Key), t.Value))]);
        return Folder;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    void WriteShards(string part, int count, (string Name, Tensor Value)[] tensors)
    {
        if (count == 1)
        {
            Write([part, "diffusion_pytorch_model.safetensors"], tensors);
            return;
        }
        var map = new Dictionary<string, string>();
        foreach (var (i, shard) in tensors.Chunk((tensors.Length + count - 1) / count).Index())
        {
            string file = $"diffusion_pytorch_model-{i + 1:d5}-of-{count:d5}.safetensors";
            Write([part, file], shard);
            foreach (var (name, _) in shard) map[name] = file;
        }
        File.WriteAllText(Path.Combine(Folder, part, "diffusion_pytorch_model.safetensors.index.json"), JsonSerializer.Serialize(new { metadata = new { total_size = 0 }, weight_map = map }));
    }

    string Write(string[] path, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        string file = Path.Combine([Folder, .. path]);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        SafeTensorsWriter.Write(file, tensors.ToDictionary(t => t.Name, t => t.Value));
        return file;
    }
}
