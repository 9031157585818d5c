using Animarium.Diffusion.Pipeline;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Pipeline;

/// <summary>Tensors are counted for the whole process: these tests run while no others do.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>Nothing is left behind, neither tensors nor memory.</summary>
[Collection("alone")]
public sealed class LeakTests : IDisposable
{
    readonly AnimaPipeline pipeline = MiniModel.Pipeline();

    static DrawRequest Request(int n) => new()
    {
        Items = [new(n % 2 == 0 ? "1girl, solo, @lorelei" : "1boy, solo, @micah, (smile:1.2)", "blurry", (ulong)n)], Width = 128, Height = 128, Sampler = "dpmpp_2m", Steps = 2,
    };

    static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    void Pictures(int count)
    {
        for (int n = 0; n < count; n++)
            foreach (var e in pipeline.Draw(Request(n)))
                if (e is DrawnPicture picture) picture.Image.Dispose();
    }

    [Fact]
    public void Two_hundred_pictures_leave_nothing_behind()
    {
        Pictures(20);
        long tensors = LiveTensors(), memory = Environment.WorkingSet;
        Pictures(200);
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, 64 << 20);
    }

    [Fact]
    public void Ending_early_frees_everything()
    {
        void Start()
        {
            foreach (var e in pipeline.Draw(Request(0) with { Hires = new(160, 160) }))
                if (e is DrawStep { Pass: 2, Index: 1 }) break;
        }
        Start();
        long tensors = LiveTensors();
        Start();
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    public void Dispose() => pipeline.Dispose();
}
