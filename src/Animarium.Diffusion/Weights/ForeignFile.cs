using System.Buffers;
using System.Text;

namespace Animarium.Diffusion.Weights;

/// <summary>Tells what a file is that calls itself safetensors and isn't, from its first bytes.</summary>
internal static class ForeignFile
{
    static readonly (byte[] Magic, string English, string Japanese)[] Kinds =
    [
        ("GGUF"u8.ToArray(), "a GGUF file", "GGUF ファイル"),
        ([0x1F, 0x8B], "a gzip archive", "gzip アーカイブ"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", "7-Zip アーカイブ"),
        ("Rar!"u8.ToArray(), "a RAR archive", "RAR アーカイブ"),
        ([0x93, .. "NUMPY"u8], "a NumPy array", "NumPy 配列"),
        ([0x89, .. "PNG"u8], "a PNG picture", "PNG 画像"),
        ([0xFF, 0xD8, 0xFF], "a JPEG picture", "JPEG 画像"),
        ("RIFF"u8.ToArray(), "a WebP picture", "WebP 画像"),
        ([0x89, .. "HDF"u8], "an HDF5 file", "HDF5 ファイル"),
    ];

    /// <summary>The error for a file whose header can't be one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">Its first bytes, 256 if it has them.</param>
    /// <param name="length">Its length.</param>
    public static SafeTensorsException Explain(string path, ReadOnlySpan<byte> start, long length)
    {
        if (length == 0) return Error("the file is empty: the download failed. Download it again.", "ファイルが空です。ダウンロードし直してください。", SafeTensorsProblem.Truncated);
        if (start.IndexOfAnyExcept((byte)0) < 0)
            return Error("the file begins with zeros only: its download was never finished. Download it again.", "ファイルの先頭がゼロだけです。ダウンロードが完了していません。ダウンロードし直してください。", SafeTensorsProblem.Truncated);
        if (start.StartsWith("version https://git-lfs"u8))
            return Error("this is the Git LFS pointer to the file, not the file. Run 'git lfs pull' or download the file itself.",
                "これは Git LFS のポインターで、ファイル本体ではありません。'git lfs pull' を実行するか、本体をダウンロードしてください。");
        if (IsPickle(start))
            return Error("this is a pickle checkpoint (.pt, .ckpt), which can run code when loaded; it is never opened. Convert it to safetensors or get it in that format.",
                "これは pickle 形式（.pt、.ckpt）です。読み込み時に任意のコードが実行される恐れがあるため開きません。safetensors に変換してください。", SafeTensorsProblem.Pickle);
        if (IsWebPage(start))
            return Error("this is a web page (a login or error page was saved instead of the model). Download the model again, logged in if the site asks for it.",
                "これは Web ページです（モデルの代わりにログイン画面かエラー画面が保存されています）。ログインしてからダウンロードし直してください。");
        foreach (var (magic, english, japanese) in Kinds)
            if (start.StartsWith(magic))
                return Error($"this is {english}, not a safetensors file. Get the model as safetensors.", $"これは{japanese}で、safetensors ではありません。safetensors 形式のモデルを用意してください。");
        if (IsText(start))
            return Error($"this is a text file that begins with \"{Excerpt(start)}\", not a safetensors file. Download the model itself.",
                $"これは「{Excerpt(start)}」で始まるテキストファイルで、safetensors ではありません。モデル本体をダウンロードしてください。");
        return Error("this is not a safetensors file. Choose another file or download it again.", "これは safetensors ファイルではありません。別のファイルを選ぶか、ダウンロードし直してください。");

        SafeTensorsException Error(string english, string japanese, SafeTensorsProblem problem = SafeTensorsProblem.NotSafeTensors) => new(path, problem, new(english, japanese));
    }

    // PyTorch saves a zip that holds a pickle, before 2020 the bare pickle (protocol 2 to 5).
    static bool IsPickle(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8) || start is [0x80, >= 2 and <= 5, ..];

    static bool IsWebPage(ReadOnlySpan<byte> start)
    {
        start = start.StartsWith(Encoding.UTF8.Preamble) ? start[3..] : start;
        return start.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }

    static bool IsText(ReadOnlySpan<byte> start) => !start.ContainsAnyExcept(Printable);

    static readonly SearchValues<byte> Printable = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c), .. "\t\r\n"u8]);

    static string Excerpt(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOfAny("\r\n\t"u8);
        return Encoding.ASCII.GetString(start[..Math.Min(end < 0 ? start.Length : end, 40)]);
    }
}
