using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Animarium.Web.Security;
using Xunit;

namespace Animarium.Web.Tests;

/// <summary>TLS from a certificate's file.</summary>
public sealed class TlsTests : IDisposable
{
    readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory, InlineData("pem", null), InlineData("pem", "secret"), InlineData("pfx", null), InlineData("pfx", "secret")]
    public async Task Pages_come_over_TLS_alone_and_cookies_are_for_it_alone(string form, string? password)
    {
        Write(form, password);
        using var certificate = Listening.Certificate(path, password);
        await using var studio = await TestStudio.Start(beyond: true, certificate);
        Assert.Equal("https", studio.Address.Scheme);
        using var login = await studio.Client.GetAsync("/login", TestContext.Current.CancellationToken);
        using var answer = await DoorTests.LogIn(studio, studio.Client, studio.Token!, "/");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        string[] cookies = [.. login.Headers.GetValues("Set-Cookie"), .. answer.Headers.GetValues("Set-Cookie")];
        Assert.Equal(2, cookies.Length);
        Assert.All(cookies, cookie => Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.OK, (await studio.Client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);

        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new UriBuilder(studio.Address) { Scheme = "http" }.Uri, TestContext.Current.CancellationToken));
    }

    [Theory, InlineData("pem", "secret", "wrong"), InlineData("pem", "secret", null), InlineData("pfx", "secret", "wrong"), InlineData("none", null, null)]
    public void What_cannot_be_read_is_no_certificate(string form, string? password, string? said)
    {
        Write(form, password);
        Assert.ThrowsAny<CryptographicException>(() => Listening.Certificate(path, said));
    }

    void Write(string form, string? password)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        if (form == "pfx") File.WriteAllBytes(path, made.Export(X509ContentType.Pfx, password));
        else if (form == "none") File.WriteAllText(path, "no certificate");
        else
        {
            string secret = password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
            File.WriteAllText(path, made.ExportCertificatePem() + "\n" + secret + "\n");
        }
    }
}
