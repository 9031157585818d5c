using System.Text;
using Animarium.Diffusion.Weights;
using Xunit;
using static Animarium.Diffusion.Weights.SafeTensorsProblem;

namespace Animarium.Diffusion.Tests.Weights;

/// <summary>Files that lie: each gets a sentence, none gets memory.</summary>
public class HostileFileTests
{
    static readonly Dictionary<string, (byte[] Bytes, SafeTensorsProblem Problem, string Says)> Files = new()
    {
        ["empty"] = ([], Truncated, "the file is empty"),
        ["five bytes"] = ([1, 2, 3, 4, 5], NotSafeTensors, "not a safetensors file"),
        ["zeros"] = (new byte[4096], Truncated, "begins with zeros only"),
        ["web page"] = ("\uFEFF\n<!DOCTYPE html><html><title>Sign in</title>"u8.ToArray(), NotSafeTensors, "this is a web page"),
        ["LFS pointer"] = ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4182218328\n"u8.ToArray(), NotSafeTensors, "git lfs pull"),
        ["zip pickle"] = ([.. "PK\x03\x04"u8, .. new byte[60]], Pickle, "pickle"),
        ["bare pickle"] = ([0x80, 2, 0x8A, 0x0A, .. new byte[60]], Pickle, "pickle"),
        ["GGUF"] = ([.. "GGUF"u8, 3, 0, 0, 0, .. new byte[60]], NotSafeTensors, "a GGUF file"),
        ["JSON"] = ("{\"error\":\"Repository not found\"}"u8.ToArray(), NotSafeTensors, "text file that begins with \"{\"error\""),
        ["header of 2^63 bytes"] = ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, (byte)'{', (byte)'}'], NotSafeTensors, "not a safetensors file"),
        ["header of −1 bytes"] = ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, (byte)'{', (byte)'}'], NotSafeTensors, "not a safetensors file"),
        ["header of 90 MB in a file of 21"] = ([0x80, 0x4A, 0x5D, 5, 0, 0, 0, 0, .. "{\"a\":{     }}"u8], Truncated, "ends at byte 21, within its header, which needs the bytes up to 90000008"),
        ["header cut"] = (HostileFile.With("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4)[..40], Truncated, "ends at byte 40, within its header"),
        ["data cut"] = (HostileFile.With(Two("F32", "[4]", 0, 16, "F32", "[4]", 16, 32), 24), Truncated, "but tensor 'b' needs the bytes up to 150: the download is incomplete"),
        ["no JSON"] = (HostileFile.With("{\"a\":{"), NotSafeTensors, "isn't valid JSON near byte 14"),
        ["more than JSON"] = (HostileFile.With("{}{}"), NotSafeTensors, "isn't valid JSON"),
        ["JSON a thousand deep"] = (HostileFile.With("{\"a\":{\"x\":" + new string('[', 1000) + new string(']', 1000) + "}}"), NotSafeTensors, "isn't valid JSON"),
        ["not UTF-8"] = (HostileFile.With([(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']), NotSafeTensors, "isn't UTF-8"),
        ["half a surrogate"] = (HostileFile.With("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"""), NotSafeTensors, "isn't valid JSON"),
        ["same tensor twice"] = (HostileFile.With("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2), NotSafeTensors, "a stands in the header twice"),
        ["same metadata twice"] = (HostileFile.With("""{"__metadata__":{"k":"1","k":"2"}}"""), NotSafeTensors, "__metadata__.k stands in the header twice"),
        ["metadata twice"] = (HostileFile.With("""{"__metadata__":{},"__metadata__":{}}"""), NotSafeTensors, "__metadata__ stands in the header twice"),
        ["two shapes"] = (HostileFile.With("""{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}""", 1), NotSafeTensors, "shape of tensor 'a' stands in the header twice"),
        ["metadata of numbers"] = (HostileFile.With("""{"__metadata__":{"k":1}}"""), NotSafeTensors, "__metadata__.k isn't a text (byte 29)"),
        ["a list of tensors"] = (HostileFile.With("""{"a":[]}"""), NotSafeTensors, "tensor 'a' isn't an object"),
        ["no offsets"] = (HostileFile.With("""{"a":{"dtype":"U8","shape":[1]}}""", 1), NotSafeTensors, "tensor 'a' lacks"),
        ["three offsets"] = (HostileFile.With("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", 1), NotSafeTensors, "tensor 'a' lacks"),
        ["unknown type"] = (HostileFile.With(One("F3", "[1]", 0, 4), 4), UnsupportedType, "tensor 'a' has the unknown type F3"),
        ["negative size"] = (HostileFile.With(One("U8", "[-1]", 0, 1), 1), NotSafeTensors, "shape of tensor 'a' isn't"),
        ["fractional size"] = (HostileFile.With(One("U8", "[1.5]", 0, 1), 1), NotSafeTensors, "shape of tensor 'a' isn't"),
        ["size of 2^64"] = (HostileFile.With(One("U8", "[18446744073709551616]", 0, 1), 1), NotSafeTensors, "shape of tensor 'a' isn't"),
        ["65 dimensions"] = (HostileFile.With(One("U8", $"[{string.Join(',', Enumerable.Repeat(1, 65))}]", 0, 1), 1), NotSafeTensors, "at most 64"),
        ["product beyond 64 bits"] = (HostileFile.With(One("U8", "[4294967296,4294967296]", 0, 0)), NotSafeTensors, "can't have 0 bytes"),
        ["empty with endless strides"] = (HostileFile.With(One("U8", "[0,4294967296,4294967296,4294967296]", 0, 0)), NotSafeTensors, "can't have 0 bytes"),
        ["shape and bytes differ"] = (HostileFile.With(One("F16", "[3]", 0, 4), 4), NotSafeTensors, "of type F16 and shape [3] can't have 4 bytes"),
        ["half a byte"] = (HostileFile.With(One("F4", "[3]", 0, 1), 1), NotSafeTensors, "of type F4 and shape [3] can't have 1 bytes"),
        ["backwards"] = (HostileFile.With(One("U8", "[1]", 1, 0), 1), NotSafeTensors, "from byte 1 to byte 0"),
        ["far outside"] = (HostileFile.With(One("U8", "[1]", 9223372036854775806, 9223372036854775807), 1), NotSafeTensors, "goes from byte 9223372036854775806"),
        ["a petabyte"] = (HostileFile.With(One("F32", "[281474976710656]", 0, 1125899906842624), 8), Truncated, "the download is incomplete"),
        ["overlap"] = (HostileFile.With(Two("U8", "[4]", 0, 4, "U8", "[4]", 2, 6), 6), NotSafeTensors, "tensor 'b' at byte"),
        ["gap"] = (HostileFile.With(Two("U8", "[2]", 0, 2, "U8", "[2]", 4, 6), 6), NotSafeTensors, "the 2 bytes from"),
        ["more after the end"] = (HostileFile.With(One("U8", "[2]", 0, 2), 3), NotSafeTensors, "the last tensor ends at byte"),
        ["a name of a megabyte"] = (HostileFile.With($$"""{"{{new string('n', 1 << 20)}}":[]}"""), NotSafeTensors, "nnnn…' isn't an object"),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gets_a_sentence_and_no_memory(string name)
    {
        var (bytes, problem, says) = Files[name];
        using var file = new HostileFile(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(file.Path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(problem, error.Problem);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(file.Path, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(file.Path, error.Text.Japanese, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 1000, "a message is read by people");
        Assert.True(allocated < 200_000 + 8 * bytes.Length, $"{allocated} bytes allocated for a file of {bytes.Length}");
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("/no/such.safetensors", Assert.ThrowsAny<IOException>(() => SafeTensorsFile.Open("/no/such.safetensors")).Message, StringComparison.Ordinal);

    static string One(string type, string shape, long begin, long end) => "{" + Entry("a", type, shape, begin, end) + "}";

    static string Two(string type, string shape, long begin, long end, string type2, string shape2, long begin2, long end2) =>
        "{" + Entry("a", type, shape, begin, end) + "," + Entry("b", type2, shape2, begin2, end2) + "}";

    static string Entry(string name, string type, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{type}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}]}
        """;
}
