using System.Text.Json;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tokenizers;
using Xunit;

namespace Animarium.Parity.Pipeline;

/// <summary>The pictures that ship beside a model: token ids of their prompts. The pixels are compared where pictures can be read, in the tests of the program.</summary>
public sealed class ShippedPictureTests
{
    static readonly string Model = Path.Combine(Reference.Repository, "models", "anima-mini");

    static readonly JsonElement Index = JsonDocument.Parse(File.ReadAllText(Path.Combine(Model, "pictures", "index.json"))).RootElement;

    public static TheoryData<int> Pictures => [.. Enumerable.Range(0, Index.GetArrayLength())];

    [Theory, MemberData(nameof(Pictures))]
    public void Has_the_recorded_ids(int index)
    {
        var entry = Index[index];
        var part = PromptTokens.Of(entry.GetProperty("prompt").GetString()!, default, PromptTokenizers.Open(Path.Combine(Model, "tokenizers"))).Single();
        Assert.Equal(entry.GetProperty("qwen_ids").EnumerateArray().Select(id => id.GetInt32()), part.Qwen);
        Assert.Equal(entry.GetProperty("t5_ids").EnumerateArray().Select(id => id.GetInt32()), part.T5);
    }
}
