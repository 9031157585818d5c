using System.Text.Json;

namespace Animarium.Diffusion.Weights;

/// <summary>The files behind one path (a file, a sharded index, a folder of the diffusers or the official layout) seen as one set of tensors.</summary>
internal sealed class Shards : IDisposable
{
    const string IndexEnding = ".index.json";
    const long LargestIndex = 100_000_000;

    /// <summary>Parts of a model folder; inside, names get the folder's name as prefix.</summary>
    static readonly string[] PartFolders = ["transformer", "text_conditioner", "text_encoder", "diffusion_models", "text_encoders", "vae"];

    readonly List<SafeTensorsFile> files = [];
    readonly Dictionary<string, (SafeTensorsFile File, string Name)> tensors = [];

    Shards(string path)
    {
        try
        {
            if (Directory.Exists(path)) AddFolder(path);
            else AddFileOrIndex(path, "");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <exception cref="SafeTensorsException">A file is missing, broken or of another kind.</exception>
    public static Shards Open(string path) => new(path);

    /// <summary>Every tensor: where it lies, and its name there.</summary>
    public IReadOnlyDictionary<string, (SafeTensorsFile File, string Name)> Tensors => tensors;

    /// <summary>All files.</summary>
    public IReadOnlyList<SafeTensorsFile> Files => files;

    public void Dispose() => files.ForEach(file => file.Dispose());

    void AddFolder(string folder)
    {
        var parts = PartFolders.Where(name => Directory.Exists(Path.Combine(folder, name))).ToList();
        foreach (var name in parts) AddFileOrIndex(Only(Path.Combine(folder, name)), name + ".");
        if (parts.Count == 0) AddFileOrIndex(Only(folder), "");
    }

    /// <summary>The one index or file of a folder.</summary>
    static string Only(string folder)
    {
        var (indexes, files) = (Directory.GetFiles(folder, "*" + IndexEnding), Directory.GetFiles(folder, "*.safetensors"));
        if (indexes is [var index]) return index;
        if (indexes is [] && files is [var file]) return file;
        throw new SafeTensorsException(folder, SafeTensorsProblem.NotSafeTensors, files is []
            ? new("the folder holds no .safetensors file. Choose a file, or a folder with transformer, text_conditioner, text_encoder and vae in it.", "フォルダーに .safetensors ファイルがありません。ファイルか、transformer、text_conditioner、text_encoder、vae を含むフォルダーを選んでください。")
            : new($"the folder holds {files.Length} .safetensors files. Choose one of them.", $"フォルダーに .safetensors ファイルが {files.Length} 個あります。どれか一つを選んでください。"));
    }

    void AddFileOrIndex(string path, string prefix)
    {
        if (path.EndsWith(IndexEnding, StringComparison.OrdinalIgnoreCase)) AddIndex(path, prefix);
        else AddFile(path, prefix);
    }

    SafeTensorsFile AddFile(string path, string prefix)
    {
        var file = SafeTensorsFile.Open(path);
        files.Add(file);
        foreach (var name in file.Entries.Keys) tensors.TryAdd(prefix + name, (file, name));
        return file;
    }

    void AddIndex(string path, string prefix)
    {
        var map = ReadIndex(path);
        var shards = new Dictionary<string, SafeTensorsFile>();
        foreach (var shard in map.Values.Distinct().Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, shard);
            if (!File.Exists(file))
                throw new SafeTensorsException(path, SafeTensorsProblem.Truncated, new($"its part {shard} isn't beside it: the download is incomplete. Download that file too.", $"分割ファイル {shard} がありません。このファイルもダウンロードしてください。"));
            shards[shard] = AddFile(file, prefix);
        }
        foreach (var (name, shard) in map)
        {
            if (!shards[shard].Entries.ContainsKey(name))
                throw new SafeTensorsException(path, SafeTensorsProblem.NotSafeTensors, new($"tensor '{name}' should be in {shard} and isn't: the files belong to different versions. Download all of them again.", $"テンソル '{name}' が {shard} にありません。すべてのファイルをダウンロードし直してください。"));
            tensors[prefix + name] = (shards[shard], name);
        }
    }

    /// <summary>Which file of the folder holds which tensor.</summary>
    static Dictionary<string, string> ReadIndex(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > LargestIndex) throw Faulty(null);
        try
        {
            using var json = JsonDocument.Parse(stream);
            var map = json.RootElement.GetProperty("weight_map").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
            // A name only: an index from a stranger must not reach into other folders.
            return map.Values.All(file => file is not (null or "" or "." or "..") && file.IndexOfAny(['/', '\\', ':', '\0']) < 0) ? map : throw Faulty(null);
        }
        // ArgumentException: a tensor named twice.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw Faulty(e);
        }

        SafeTensorsException Faulty(Exception? inner) => new(path, SafeTensorsProblem.NotSafeTensors, new(
            "this index of a sharded model doesn't say by \"weight_map\" which file beside it holds which tensor. Download it again.", "分割モデルの索引が正しくありません。ダウンロードし直してください。"), inner);
    }
}
