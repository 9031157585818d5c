using System.Globalization;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Weights;

public class SafeTensorsFileTests
{
    /// <summary>Every bit pattern of 8 bits, by the definition of the format.</summary>
    [Theory]
    [InlineData("F8_E4M3", 4, 7)]
    [InlineData("F8_E5M2", 5, 15)]
    public void Reads_every_fp8_value(string type, int exponentBits, int bias)
    {
        using var made = new HostileFile(HostileFile.With($$$"""{"a":{"dtype":"{{{type}}}","shape":[256],"data_offsets":[0,256]}} """, 256));
        Fill(made.Path, 256);
        using var file = SafeTensorsFile.Open(made.Path);

        var values = file.Read("a").to(float32).data<float>().ToArray();

        for (int bits = 0; bits < 256; bits++)
        {
            int mantissaBits = 7 - exponentBits, mantissa = bits & ((1 << mantissaBits) - 1), exponent = bits >> mantissaBits & ((1 << exponentBits) - 1);
            // E4M3 has one NaN and no infinities; E5M2 follows IEEE 754.
            bool top = exponent == (1 << exponentBits) - 1, nan = type == "F8_E4M3" ? (bits & 0x7F) == 0x7F : top && mantissa != 0;
            double size = nan ? double.NaN : type == "F8_E5M2" && top ? double.PositiveInfinity
                : exponent == 0 ? Math.ScaleB(mantissa, 1 - bias - mantissaBits) : Math.ScaleB(mantissa + (1 << mantissaBits), exponent - bias - mantissaBits);
            Assert.Equal((float)(bits < 128 ? size : -size), values[bits]);
        }
    }

    public static TheoryData<string> Types => [.. StoredTypes.Readable];

    [Theory, MemberData(nameof(Types))]
    public void Reads_every_type_wherever_it_lies(string type)
    {
        int width = StoredTypes.Bits(type)!.Value / 8;
        foreach (int shift in new[] { 0, 1 })
        {
            // A byte before it, or not, moves the tensor to an address that its elements can't have.
            string before = shift == 0 ? "" : """ "b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},""";
            string header = $$"""{{{before}}"a":{"dtype":"{{type}}","shape":[2,3],"data_offsets":[{{shift}},{{shift + 6 * width}}]} }""";
            using var made = new HostileFile(HostileFile.With(header.PadRight((header.Length + 7) / 8 * 8), shift + 6 * width));
            using var file = SafeTensorsFile.Open(made.Path);
            var tensor = file.Read("a");
            Assert.Equal([2, 3], tensor.shape);
            Assert.Equal(type, StoredTypes.NameOf(tensor.dtype));
            Assert.Equal(width, tensor.ElementSize);
            Assert.Equal(new byte[6 * width], tensor.bytes.ToArray());
        }
    }

    [Fact]
    public void Tensors_outlive_their_file()
    {
        using var made = new HostileFile();
        SafeTensorsWriter.Write(made.Path, new Dictionary<string, Tensor> { ["a"] = Scalars.Range(1000, float32), ["b"] = ones(3) });
        Tensor tensor;
        using (var file = SafeTensorsFile.Open(made.Path)) tensor = file.Read("a").narrow(0, 500, 500);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        File.Delete(made.Path);
        Assert.Equal(999, tensor.max().item<float>());
    }

    [Fact]
    public void A_closed_file_says_so()
    {
        using var made = new HostileFile();
        SafeTensorsWriter.Write(made.Path, new Dictionary<string, Tensor> { ["a"] = ones(3) });
        var file = SafeTensorsFile.Open(made.Path);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("a"));
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_named_with_its_file()
    {
        using var made = new HostileFile();
        SafeTensorsWriter.Write(made.Path, new Dictionary<string, Tensor> { ["a"] = ones(3) });
        using var file = SafeTensorsFile.Open(made.Path);
        var error = Assert.Throws<SafeTensorsException>(() => file.Read("b"));
        Assert.Contains("no tensor 'b'", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(made.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mapped_bytes_are_cache_and_not_memory_of_the_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        const long Bytes = 16L << 20;
        using var made = new HostileFile();
        using (var numbers = zeros(Bytes / 4)) SafeTensorsWriter.Write(made.Path, new Dictionary<string, Tensor> { ["a"] = numbers });
        using var file = SafeTensorsFile.Open(made.Path);
        using var read = file.Read("a");
        Assert.Equal(0, read.max().item<float>());

        // The system's account of every mapping: a line with the file's name, then a field a line.
        var fields = File.ReadLines("/proc/self/smaps").SkipWhile(line => !line.EndsWith(made.Path, StringComparison.Ordinal)).Skip(1).Take(20)
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries)).ToDictionary(field => field[0], field => field[1]);
        Assert.Equal(("0", "0"), (fields["Private_Dirty"], fields["Anonymous"]));
        Assert.InRange(long.Parse(fields["Rss"], CultureInfo.InvariantCulture) << 10, Bytes, Bytes + (1 << 20));
        Assert.Single(File.ReadLines("/proc/self/maps"), line => line.EndsWith(made.Path, StringComparison.Ordinal));
    }

    static void Fill(string path, int count)
    {
        using var stream = new FileStream(path, FileMode.Open);
        stream.Seek(-count, SeekOrigin.End);
        for (int i = 0; i < count; i++) stream.WriteByte((byte)i);
    }
}
