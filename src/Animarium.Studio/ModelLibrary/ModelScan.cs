using Animarium.Diffusion.Weights;
using Animarium.Studio.Texts;

namespace Animarium.Studio.ModelLibrary;

/// <summary>A file that looks like a part of a model and cannot be used.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Message">What it is and what to do, with its name.</param>
public sealed record UnusableFile(string Path, string Message);

/// <summary>Finds the parts of models below a folder: the official layout, ComfyUI's, A1111's, diffusers', or all in one heap. Only headers are read.</summary>
internal sealed class ModelScan
{
    private const int Deepest = 5, MostFiles = 5000;

    /// <summary>Folders whose parent is a model folder, in the words of ComfyUI, A1111 and Forge.</summary>
    private static readonly HashSet<string> Kinds = Names("diffusion_models", "unet", "checkpoints", "Stable-diffusion", "text_encoders", "text_encoder", "clip", "vae");

    /// <summary>Folders of other things.</summary>
    private static readonly HashSet<string> Others = Names(
        "loras", "lora", "lycoris", "tokenizers", "controlnet", "clip_vision", "embeddings", "hypernetworks", "upscale_models", "ESRGAN", "RealESRGAN", "vae_approx", "gligen", "photomaker",
        "style_models", "ipadapter", "model_patches", "diffusers", "onnx", "ultralytics", "sams", "LLM", "configs", "pictures", "tagger");

    private static readonly string[] Unfinished = [".part", ".partial", ".crdownload", ".download", ".aria2", ".tmp", ".incomplete"];
    private static readonly string[] Foreign = [".ckpt", ".pt", ".pth", ".bin", ".gguf"];

    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private int files;

    /// <summary>What was found.</summary>
    public List<ModelPart> Parts { get; } = [];

    /// <summary>What could not be used.</summary>
    public List<UnusableFile> Unusable { get; } = [];

    /// <summary>Looks through a folder; one that does not exist is empty.</summary>
    public void Folder(string folder)
    {
        if (Directory.Exists(folder)) Folder(Path.GetFullPath(folder), Path.GetFullPath(folder), 0);
    }

    /// <summary>Reads one file, index or diffusers folder that was asked for by its path.</summary>
    /// <exception cref="ModelException">It cannot be used.</exception>
    public static ModelPart Only(string path)
    {
        var scan = new ModelScan();
        scan.Read(path, ModelFolderOf(path));
        return scan.Parts is [var part] ? part : throw new ModelException(ModelProblem.Unreadable, scan.Unusable[0].Message);
    }

    /// <summary>The model folder of a file: above the nearest folder of a kind, else where it lies.</summary>
    internal static string ModelFolderOf(string path)
    {
        string own = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        for (var at = new DirectoryInfo(own); at?.Parent is not null; at = at.Parent)
            if (Kinds.Contains(at.Name)) return at.Parent.FullName;
        return own;
    }

    /// <summary>Whether a folder is a model in the diffusers layout.</summary>
    internal static bool IsDiffusers(string folder) => Directory.Exists(Path.Combine(folder, "transformer")) && Directory.Exists(Path.Combine(folder, "text_conditioner"));

    private void Folder(string folder, string modelFolder, int depth)
    {
        string real = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? folder;
        if (depth > Deepest || !visited.Add(real)) return; // links in a circle
        try
        {
            if (IsDiffusers(folder))
            {
                Read(folder, folder);
                return;
            }
            var indexes = Directory.GetFiles(folder, "*.safetensors.index.json");
            foreach (string path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)) File(path, modelFolder, sharded: indexes.Length > 0);
            foreach (string inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileName(inner);
                if (Others.Contains(name) || name.StartsWith('.')) continue;
                bool kind = Kinds.Contains(name), within = Kinds.Contains(Path.GetFileName(folder)) || folder != modelFolder;
                Folder(inner, kind ? folder : within ? modelFolder : inner, depth + 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unusable.Add(new(folder, Words.Say("library.folder", folder, e.Message)));
        }
    }

    private void File(string path, string modelFolder, bool sharded)
    {
        if (++files > MostFiles) return;
        string name = Path.GetFileName(path), extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is ".safetensors" or ".sft" && !(sharded && name.Contains("-of-", StringComparison.Ordinal)) || name.EndsWith(".safetensors.index.json", StringComparison.OrdinalIgnoreCase)) Read(path, modelFolder);
        else if (Unfinished.Contains(extension) && name.Contains(".safetensors", StringComparison.OrdinalIgnoreCase)) Unusable.Add(new(path, Words.Say("library.unfinished", path)));
        else if (Foreign.Contains(extension)) Read(path, modelFolder); // the reader says what it is
    }

    private void Read(string path, string modelFolder)
    {
        try
        {
            Parts.Add(ModelPart.Read(path, modelFolder));
        }
        catch (SafeTensorsException e)
        {
            Unusable.Add(new(path, Words.In(e.Text)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unusable.Add(new(path, Words.Say("library.file", path, e.Message)));
        }
    }

    private static HashSet<string> Names(params string[] names) => new(names, StringComparer.OrdinalIgnoreCase);
}
