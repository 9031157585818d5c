using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tests.Pipeline;
using Xunit;

namespace Animarium.Diffusion.Tests.Conduct;

/// <summary>The engine asks before it computes anything.</summary>
public sealed class PipelineConductTests : IDisposable
{
    private readonly AnimaPipeline pipeline = MiniModel.Pipeline();

    [Theory]
    [InlineData("child, nude", "", 3)]
    [InlineData("1girl AND child :0.5 AND nude", "", 3)]
    [InlineData("[x:ch:63][ild:x:66], nude", "", 3)]
    [InlineData("nude", "child", 0.5)]
    public void Refuses_every_text_of_a_picture(string prompt, string negative, double cfg) =>
        Assert.Throws<ConductException>(() => pipeline.Draw(Request(prompt, negative, cfg)));

    [Theory]
    [InlineData("child, park", "nude", 3)]
    [InlineData("nude", "child", 1)]
    public void Draws_what_the_negative_prompt_avoids(string prompt, string negative, double cfg) =>
        Assert.NotNull(pipeline.Draw(Request(prompt, negative, cfg)));

    private static DrawRequest Request(string prompt, string negative, double cfg) =>
        new() { Items = [new("1girl, smile", "", 1), new(prompt, negative, 2)], Width = 128, Height = 128, Steps = 70, Guidance = new() { Cfg = cfg } };

    public void Dispose() => pipeline.Dispose();
}
