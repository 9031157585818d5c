using Animarium.Studio.Prompts;
using Xunit;

namespace Animarium.Parity.Prompts;

public class TagsParity
{
    public static TheoryData<string, int> Networks => PromptCases.Of("tags.json", "cases", item => item.GetProperty("kind").GetString() == "extra_networks");

    public static TheoryData<string, int> Comments => PromptCases.Of("tags.json", "cases", item => item.GetProperty("kind").GetString() == "comments");

    [Theory, MemberData(nameof(Networks))]
    public void Extra_networks(string name, int index)
    {
        var golden = PromptCases.At("tags.json", "cases", index);
        Assert.NotNull(name);
        var (prompt, tags) = ExtraNetworks.Extract(golden.GetProperty("text").GetString()!);
        Assert.Equal(golden.GetProperty("prompt").GetString(), prompt);
        Assert.Equal(golden.GetProperty("networks").EnumerateArray().Select(tag => tag.EnumerateArray().Select(part => part.GetString()!).ToArray()),
            tags.Select(tag => (string[])[tag.Kind, .. tag.Arguments]));
    }

    [Theory, MemberData(nameof(Comments))]
    public void Comment_stripping(string name, int index)
    {
        var golden = PromptCases.At("tags.json", "cases", index);
        Assert.NotNull(name);
        Assert.Equal(golden.GetProperty("prompt").GetString(), PromptComments.Strip(golden.GetProperty("text").GetString()!));
    }
}
