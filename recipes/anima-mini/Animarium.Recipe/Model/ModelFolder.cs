using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Noise;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Tokenizers;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Recipe.Model;

/// <summary>A model in the official layout: the program can open it at any time, and every step of the recipe begins and ends with it.</summary>
/// <param name="path">Its folder.</param>
internal sealed class ModelFolder(string path)
{
    public string Path => path;

    public string Diffusion => System.IO.Path.Combine(path, "diffusion_models", "anima-mini.safetensors");

    public string TextEncoder => System.IO.Path.Combine(path, "text_encoders", "qwen3_mini.safetensors");

    public string Vae => System.IO.Path.Combine(path, "vae", "qwen_image_vae_mini.safetensors");

    public string Tokenizers => System.IO.Path.Combine(path, "tokenizers");

    /// <summary>Writes the untrained networks in fp32.</summary>
    /// <param name="sizes">Their sizes.</param>
    /// <param name="qwenVocabulary">Ids that the text encoder knows.</param>
    /// <param name="t5Vocabulary">Ids that the adapter knows.</param>
    /// <param name="seed">Of the numbers they begin with.</param>
    public void Begin(ModelSizes sizes, long qwenVocabulary, long t5Vocabulary, ulong seed)
    {
        var random = new TorchGenerator(seed);
        foreach (var (file, blueprint) in new[] { (Vae, Networks.Vae(sizes)), (Diffusion, Networks.Diffusion(sizes, t5Vocabulary)), (TextEncoder, Networks.TextEncoder(sizes, qwenVocabulary)) })
        {
            using var scope = NewDisposeScope();
            Write(file, blueprint.Tensors.ToDictionary(t => t.Key, t => t.Value.Start(t.Value.Shape, random)));
        }
    }

    /// <summary>Opens the networks on their files.</summary>
    public OpenModel Open() => new(this);

    /// <summary>Puts trained values into a file; what is not among them stays.</summary>
    /// <param name="file">One of the three.</param>
    /// <param name="trained">By name; kernels of pictures stand for the last temporal tap of those of videos.</param>
    public static void Update(string file, IReadOnlyDictionary<string, Tensor> trained)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var old = SafeTensorsFile.Open(file);
        Write(file, old.Entries.ToDictionary(e => e.Key, e => trained.TryGetValue(e.Key, out var value) ? Stored(value, e.Value.Shape) : old.Read(e.Key)));
    }

    /// <summary>
    /// The model in bf16 with its tokenizers and defaults, as it ships. Where a round taught something new, weights between those before and after it keep more of
    /// what was known and most of what was learnt (Wortsman et al. 2022, arXiv 2109.01903).
    /// </summary>
    /// <param name="target">The folder of the result.</param>
    /// <param name="earlier">The model before its last round, with the same latents, and its share of the result, 0 … 1; null: none.</param>
    public void Export(ModelFolder target, (ModelFolder Model, double Share)? earlier = null)
    {
        Part(target.Vae, Vae, null);
        Part(target.Diffusion, Diffusion, earlier?.Model.Diffusion);
        Part(target.TextEncoder, TextEncoder, earlier?.Model.TextEncoder);
        foreach (string from in Directory.EnumerateFiles(Tokenizers, "*", SearchOption.AllDirectories))
        {
            string to = System.IO.Path.Combine(target.Path, System.IO.Path.GetRelativePath(path, from));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
            File.Copy(from, to, overwrite: true);
        }
        using var defaults = typeof(ModelFolder).Assembly.GetManifestResourceStream("model.json")!;
        using var written = File.Create(System.IO.Path.Combine(target.Path, "model.json"));
        defaults.CopyTo(written);

        void Part(string to, string from, string? before)
        {
            using var scope = NewDisposeScope();
            using var file = SafeTensorsFile.Open(from);
            using var other = before is null ? null : SafeTensorsFile.Open(before);
            Write(to, file.Entries.Keys.ToDictionary(name => name, name => (other is null ? file.Read(name) : Between(file.Read(name), other.Read(name), earlier!.Value.Share)).to(bfloat16)));
        }
    }

    static void Write(string file, IReadOnlyDictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        SafeTensorsWriter.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    static Tensor Between(Tensor value, Tensor other, double share) => value.to(float32).Times(1 - share).Plus(other.to(float32).Times(share));

    static Tensor Stored(Tensor value, long[] shape) => shape.Length == 5 && value.dim() == 4 ? Blueprint.VideoKernel(value, shape[2]) : value.detach();
}

/// <summary>The networks of a model, on its mapped files.</summary>
internal sealed class OpenModel : IDisposable
{
    readonly Checkpoint diffusion, encoder, vae;

    public OpenModel(ModelFolder folder)
    {
        (diffusion, encoder, vae) = (Checkpoint.Open(folder.Diffusion), Checkpoint.Open(folder.TextEncoder), Checkpoint.Open(folder.Vae));
        Networks = new(diffusion.DiffusionModel!, encoder.TextEncoder!, vae.Vae!);
        Tokenizers = PromptTokenizers.Open(folder.Tokenizers);
    }

    public AnimaModel Networks { get; }

    public PromptTokenizers Tokenizers { get; }

    public void Dispose()
    {
        diffusion.Dispose();
        encoder.Dispose();
        vae.Dispose();
    }
}
