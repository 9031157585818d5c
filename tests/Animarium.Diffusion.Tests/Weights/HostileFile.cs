using System.Buffers.Binary;
using System.Text;

namespace Animarium.Diffusion.Tests.Weights;

/// <summary>A file made byte by byte, gone after the test.</summary>
public sealed class HostileFile : IDisposable
{
    public HostileFile(params byte[] bytes) => File.WriteAllBytes(Path, bytes);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"hostile-{Guid.NewGuid():N}.safetensors");

    /// <summary>A header as given, and zeros for the tensors.</summary>
    public static byte[] With(string header, int data = 0) => With(Encoding.UTF8.GetBytes(header), data);

    /// <inheritdoc cref="With(string, int)"/>
    public static byte[] With(byte[] header, int data = 0)
    {
        var bytes = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }

    public void Dispose() => File.Delete(Path);
}
