using System.Security.Cryptography;
using System.Text;
using Animarium.Studio.ModelLibrary;
using Xunit;

namespace Animarium.Studio.Tests;

public class FileHashesTests
{
    [Theory, InlineData(0), InlineData(1), InlineData((1 << 20) - 20), InlineData(3_000_001)]
    public void Hashes_are_those_of_the_whole_file_and_of_what_follows_the_header(int tensorBytes)
    {
        byte[] header = Encoding.UTF8.GetBytes("{\"__metadata__\":{}}"), tensors = new byte[tensorBytes];
        new Random(7).NextBytes(tensors);
        byte[] file = [.. BitConverter.GetBytes((long)header.Length), .. header, .. tensors];
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, file);
            var hashes = FileHashes.Of(path, TestContext.Current.CancellationToken);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), hashes.Sha256);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(tensors)), hashes.TensorSha256);
            Assert.Equal(hashes.Sha256[..10], hashes.AutoV2);
            Assert.Equal(hashes.TensorSha256![..12], hashes.AutoV3);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_without_a_header_has_one_hash()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "no tensors");
            Assert.Null(FileHashes.Of(path, TestContext.Current.CancellationToken).TensorSha256);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
