using System.Security.Cryptography;
using System.Text;
using Animarium.Studio.Storage;

namespace Animarium.Web.Security;

/// <summary>
/// The one secret by which people from other machines come in. It is random and long, so that a plain hash keeps it; only the hash is stored, in a file that
/// nobody else on the machine reads.
/// </summary>
public sealed class AccessToken
{
    private const int Bytes = 32, LongestInput = 200;

    private readonly byte[] hash;

    private AccessToken(byte[] hash) => this.hash = hash;

    /// <summary>The token of a studio.</summary>
    /// <param name="home">Its folder, prepared.</param>
    /// <param name="renew">Whether a new one is made though there is one.</param>
    /// <param name="made">The token itself where it was made now; it cannot be shown again.</param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static AccessToken Of(StudioHome home, bool renew, out string? made)
    {
        string path = Path.Combine(home.Folder, "access-token");
        made = null;
        if (!renew && File.Exists(path) && Parse(File.ReadAllText(path)) is { } known) return new(known);
        made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        byte[] hash = Hash(made);
        string partial = path + ".new";
        File.Delete(partial);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(partial, Encoding.ASCII, mode)) file.Write(Convert.ToHexStringLower(hash) + "\n");
        File.Move(partial, path, overwrite: true);
        return new(hash);
    }

    /// <summary>Whether somebody knows it.</summary>
    public bool Is(string? said) => said is { Length: > 0 and <= LongestInput } && CryptographicOperations.FixedTimeEquals(Hash(said), hash);

    /// <summary>Tells sessions of an earlier token from those of this one; says nothing about it.</summary>
    internal string Generation => Convert.ToHexStringLower(SHA256.HashData(hash))[..16];

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static byte[]? Parse(string text)
    {
        try
        {
            return Convert.FromHexString(text.Trim()) is { Length: SHA256.HashSizeInBytes } hash ? hash : null;
        }
        catch (FormatException)
        {
            return null; // a damaged file: another token is made, nobody comes in with this one
        }
    }
}
