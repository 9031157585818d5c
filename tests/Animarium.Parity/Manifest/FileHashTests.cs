using System.Text.Json;
using Animarium.Diffusion.Weights;
using Xunit;

namespace Animarium.Parity.Manifest;

public class FileHashTests
{
    static readonly Dictionary<string, JsonElement> Files = JsonDocument.Parse(File.ReadAllText(Reference.At("imports", "metadata", "expected.json")))
        .RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => Reference.At("imports", f.GetProperty("file").GetString()!));

    public static TheoryData<string> Present => [.. Files.Keys.Where(File.Exists)];

    [Theory, MemberData(nameof(Present))]
    public void Match_in_every_name(string path)
    {
        var expected = Files[path].GetProperty("hashes");
        using var file = SafeTensorsFile.Open(path);

        var hash = FileHash.Of(file, cancel: TestContext.Current.CancellationToken);

        Assert.Equal(expected.GetProperty("size").GetInt64(), file.Length);
        Assert.Equal(expected.GetProperty("sha256").GetString(), hash.Sha256);
        Assert.Equal(expected.GetProperty("data_sha256").GetString(), hash.Tensors);
        Assert.Equal(expected.GetProperty("autov1").GetString(), hash.AutoV1);
        Assert.Equal(expected.GetProperty("autov2").GetString(), hash.AutoV2);
        Assert.Equal(expected.GetProperty("autov3").GetString(), hash.AutoV3);
    }

    [Theory, MemberData(nameof(Present))]
    public void Metadata_matches(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        var expected = Files[path].GetProperty("metadata");
        Assert.Equal(expected.ValueKind == JsonValueKind.Null ? [] : expected.EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!), file.Metadata);
    }
}
