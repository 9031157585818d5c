using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Animarium.Web.Security;

/// <summary>The socket and its limits.</summary>
public static class Listening
{
    private const int MostConnections = 1000;

    internal static void Set(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.LargestUpload;
        kestrel.Limits.MaxConcurrentConnections = kestrel.Limits.MaxConcurrentUpgradedConnections = MostConnections;
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            if (options.Certificate is { } certificate) listen.UseHttps(certificate);
        });
    }

    /// <summary>Reads a certificate with its private key: PEM (both in one file) or PFX.</summary>
    /// <param name="path">The file.</param>
    /// <param name="password">Of the key, or null.</param>
    /// <exception cref="CryptographicException">It is none, has no key, or another password.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static X509Certificate2 Certificate(string path, string? password)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.AsSpan().IndexOf("-----BEGIN"u8) < 0) return X509CertificateLoader.LoadPkcs12(bytes, password);
        using var read = password is null ? X509Certificate2.CreateFromPemFile(path) : X509Certificate2.CreateFromEncryptedPemFile(path, password);
        // Windows cannot serve with a key that was never stored.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    }
}
