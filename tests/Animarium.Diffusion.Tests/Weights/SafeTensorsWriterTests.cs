using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using CsCheck;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Weights;

public class SafeTensorsWriterTests
{
    static readonly Gen<(string Type, long[] Shape, byte[] Bytes)> Tensors =
        from type in Gen.Int[0, StoredTypes.Readable.Count() - 1].Select(StoredTypes.Readable.ElementAt)
        from shape in Gen.Long[0, 4].Array[0, 4]
        from bytes in Gen.Byte.Array[(int)(shape.Aggregate(1L, (a, b) => a * b) * StoredTypes.Bits(type)!.Value / 8)]
        select (type, shape, bytes);

    static readonly Gen<Dictionary<string, string>> Texts = Gen.Dictionary(Gen.String[0, 20].Where(s => s != "__metadata__" && IsText(s)), Gen.String.Where(IsText))[0, 6];

    static readonly Gen<Dictionary<string, (string Type, long[] Shape, byte[] Bytes)>> Sets = Gen.Dictionary(Gen.String[0, 20].Where(s => s != "__metadata__" && IsText(s)), Tensors)[0, 6];

    [Fact]
    public void Every_tensor_and_text_comes_back() => Gen.Select(Sets, Texts).Sample((tensors, metadata) =>
    {
        using var scope = NewDisposeScope();
        using var made = new HostileFile();
        SafeTensorsWriter.Write(made.Path, tensors.ToDictionary(t => t.Key, t => Tensor(t.Value)), metadata);
        using var file = SafeTensorsFile.Open(made.Path);

        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(tensors.Keys.Order(), file.Entries.Keys.Order());
        foreach (var (name, (type, shape, bytes)) in tensors)
        {
            Assert.Equal(type, file.Entries[name].DType);
            Assert.Equal(shape, file.Entries[name].Shape);
            var read = file.Read(name);
            Assert.Equal(shape, read.shape);
            Assert.Equal(bytes, read.numel() == 0 ? [] : read.bytes.ToArray());
            Assert.True(bytes.Length == 0 || file.Entries[name].Begin % read.ElementSize == 0, "the writer aligns");
        }
    }, iter: 100);

    [Fact]
    public void Equal_content_gives_equal_bytes()
    {
        using HostileFile one = new(), two = new();
        var (a, b) = (ones(3), zeros(2, int64));
        SafeTensorsWriter.Write(one.Path, new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b }, new Dictionary<string, string> { ["x"] = "1", ["y"] = "二" });
        SafeTensorsWriter.Write(two.Path, new Dictionary<string, Tensor> { ["b"] = b, ["a"] = a }, new Dictionary<string, string> { ["y"] = "二", ["x"] = "1" });
        Assert.Equal(File.ReadAllBytes(one.Path), File.ReadAllBytes(two.Path));
    }

    [Fact]
    public void A_view_is_written_as_its_own_elements()
    {
        using var made = new HostileFile();
        SafeTensorsWriter.Write(made.Path, new Dictionary<string, Tensor> { ["a"] = Scalars.Range(6, float32).view(2, 3).t() });
        using var file = SafeTensorsFile.Open(made.Path);
        Assert.Equal([0, 3, 1, 4, 2, 5], file.Read("a").data<float>().ToArray());
    }

    [Fact]
    public void Nothing_is_left_when_writing_fails()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "a.safetensors");
        SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { ["old"] = ones(1) });
        Assert.Throws<NotSupportedException>(() => SafeTensorsWriter.Write(path, new Dictionary<string, Tensor> { ["a"] = ones(1, ScalarType.ComplexFloat64) }));
        string taken = Directory.CreateDirectory(Path.Combine(folder.Path, "taken")).FullName;
        Assert.True(Record.Exception(() => SafeTensorsWriter.Write(taken, new Dictionary<string, Tensor> { ["a"] = ones(1) })) is IOException or UnauthorizedAccessException);
        Assert.ThrowsAny<IOException>(() => SafeTensorsWriter.Write(Path.Combine(folder.Path, "no", "such", "folder"), new Dictionary<string, Tensor> { ["a"] = ones(1) }));

        Assert.Equal([path, taken], Directory.GetFileSystemEntries(folder.Path).Order());
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(["old"], file.Entries.Keys);
    }

    [Fact]
    public void The_name_of_the_metadata_is_taken() =>
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write("unused", new Dictionary<string, Tensor> { ["__metadata__"] = ones(1) }));

    // From bytes, since not every type has a constructor here.
    static unsafe Tensor Tensor((string Type, long[] Shape, byte[] Bytes) made)
    {
        var tensor = empty(made.Shape, StoredTypes.TypeOf(made.Type)!.Value);
        if (made.Bytes.Length > 0) tensor.bytes = made.Bytes;
        return tensor;
    }

    // Half of a surrogate pair can't be written as UTF-8.
    static bool IsText(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
}
