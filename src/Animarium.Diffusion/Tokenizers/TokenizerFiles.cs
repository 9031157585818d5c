using System.IO.Compression;
using System.Text.Json;

namespace Animarium.Diffusion.Tokenizers;

/// <summary>The files of one tokenizer: those of a folder, or the official ones that the library carries.</summary>
internal sealed class TokenizerFiles
{
    private readonly Func<string, Stream?> find;
    private readonly string place;

    private TokenizerFiles(string place, Func<string, Stream?> find) => (this.place, this.find) = (place, find);

    public static TokenizerFiles In(string folder) => new(folder, name =>
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.OpenRead(path) : null;
    });

    /// <summary>The embedded files, one Brotli stream each.</summary>
    public static TokenizerFiles Official(string tokenizer) => new($"the official {tokenizer} tokenizer", name =>
        typeof(TokenizerFiles).Assembly.GetManifestResourceStream($"tokenizers/{tokenizer}/{name}.br") is { } packed
            ? new BrotliStream(packed, CompressionMode.Decompress)
            : null);

    /// <summary>Builds a tokenizer from these files; whatever is wrong with their content becomes one exception that names them.</summary>
    public T Build<T>(Func<TokenizerFiles, T> build)
    {
        try
        {
            return build(this);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{place} does not hold a usable tokenizer: {e.Message} Copy the tokenizer's files again from where the model came from.", e);
        }
    }

    public Stream Open(string name) =>
        find(name) ?? throw new FileNotFoundException($"{place} lacks {name}. Copy the tokenizer's files beside the model, or remove the folder to use the official tokenizer.", name);

    public JsonDocument Json(string name)
    {
        using var stream = Open(name);
        return JsonDocument.Parse(stream);
    }

    public JsonDocument? JsonIfPresent(string name)
    {
        using var stream = find(name);
        return stream is null ? null : JsonDocument.Parse(stream);
    }
}
