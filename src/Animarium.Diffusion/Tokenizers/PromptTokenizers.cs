namespace Animarium.Diffusion.Tokenizers;

/// <summary>The two tokenizers of a model: Qwen's for the text encoder, T5's for the adapter.</summary>
/// <param name="Qwen">Ids of the text encoder.</param>
/// <param name="T5">Ids of the adapter.</param>
public sealed record PromptTokenizers(QwenTokenizer Qwen, T5Tokenizer T5)
{
    /// <summary>Those of the published Anima models.</summary>
    public static PromptTokenizers Official => new(QwenTokenizer.Official, T5Tokenizer.Official);

    /// <summary>Those of a folder with the subfolders <c>qwen</c> and <c>t5</c>; a subfolder that isn't there stands for the official tokenizer.</summary>
    /// <exception cref="FileNotFoundException">A subfolder lacks a file.</exception>
    /// <exception cref="InvalidDataException">A file holds no such tokenizer.</exception>
    public static PromptTokenizers Open(string folder) => new(
        Directory.Exists(Path.Combine(folder, "qwen")) ? QwenTokenizer.Open(Path.Combine(folder, "qwen")) : QwenTokenizer.Official,
        Directory.Exists(Path.Combine(folder, "t5")) ? T5Tokenizer.Open(Path.Combine(folder, "t5")) : T5Tokenizer.Official);
}
