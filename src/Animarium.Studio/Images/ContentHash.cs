using System.Security.Cryptography;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Images;

/// <summary>SHA-256 of a picture's file, by which it is known wherever it lies.</summary>
public static class ContentHash
{
    /// <summary>64 lower-case hex digits.</summary>
    public static string Of(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>The same of a file on the disk.</summary>
    /// <exception cref="PictureException">It cannot be read.</exception>
    public static string Of(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(Words.Say("picture.read", path, e.Message), e);
        }
    }
}
