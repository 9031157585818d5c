using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Pipeline;

/// <summary>Whole pictures of the shipped model.</summary>
public sealed class AnimaPipelineTests : IDisposable
{
    const string Girl = "1girl, solo, @lorelei, portrait, long hair, pink hair, smile, simple background, blue background";
    const string Boy = "1boy, solo, @pixel art, upper body, spiky hair, green hair, red shirt, simple background, yellow background";
    const string Bad = "worst quality, low quality, blurry";

    readonly AnimaPipeline pipeline = MiniModel.Pipeline();

    static DrawRequest Request(params DrawItem[] items) => new()
    {
        Items = items, Width = 128, Height = 128, Sampler = "euler", Steps = 6, Guidance = new() { Cfg = 3 },
    };

    /// <summary>Pictures in the order of their items, stacked: (n, 3, h, w).</summary>
    Tensor Draw(DrawRequest request, AnimaPipeline? other = null)
    {
        using var off = no_grad();
        var images = (other ?? pipeline).Draw(request).OfType<DrawnPicture>().Select(picture => picture.Image).ToList();
        var stacked = stack(images);
        GC.KeepAlive(images); // the call itself keeps only their addresses
        return stacked;
    }

    /// <summary>Peak signal-to-noise ratio in dB.</summary>
    static double Psnr(Tensor a, Tensor b) => -10 * Math.Log10(Math.Max(1e-12, (a - b).Squared().mean().item<float>()));

    [Fact]
    public void A_picture_does_not_depend_on_its_batch()
    {
        DrawItem[] items = [new(Girl, Bad, 1), new(Boy, Bad, 2), new(Girl, "", 3)];
        var together = Draw(Request(items));
        for (int n = 0; n < items.Length; n++) Assert.True(Psnr(together[n], Draw(Request(items[n]))[0]) > 70);
    }

    [Fact]
    public void Few_items_at_a_time_draw_the_same()
    {
        using var narrow = MiniModel.Pipeline(EngineOptions.Reference with { MostItems = 1 });
        var request = Request(new(Girl, Bad, 1), new(Boy, Bad, 2)) with { Nag = new() };
        Assert.True(Psnr(Draw(request), Draw(request, narrow)) > 70);
    }

    [Fact]
    public void A_small_card_draws_the_same_within_its_limit()
    {
        const long limit = 4_000_000;
        using var small = MiniModel.Pipeline(EngineOptions.Reference with { MemoryLimit = limit });
        using var large = MiniModel.Pipeline(EngineOptions.Reference with { MemoryLimit = 1_000_000_000 });
        var request = Request(new DrawItem(Girl, Bad, 1));
        var plain = Draw(request);
        Assert.True(Psnr(plain, Draw(request, small)) > 70);
        Assert.True(Psnr(plain, Draw(request, large)) > 70);
        Assert.InRange(small.Memory.Peak, 1, limit);
        // Text encoder, transformer and VAE take turns: the peak is the largest of them, not their sum.
        Assert.True(large.Memory.Peak > limit);
        Assert.True(large.Memory.Peak < 4 * new FileInfo(MiniModel.Transformer).Length / 2);
        Assert.Equal(0, small.Memory.Used + large.Memory.Used);
    }

    [Fact]
    public void Bfloat16_draws_nearly_the_same()
    {
        using var half = MiniModel.Pipeline(EngineOptions.Reference with { Type = ScalarType.BFloat16 });
        var request = Request(new DrawItem(Girl, Bad, 1));
        Assert.True(Psnr(Draw(request), Draw(request, half)) > 25);
    }

    [Fact]
    public void A_negative_prompt_acts_without_guidance_through_NAG()
    {
        var request = Request(new DrawItem(Girl, "blue background", 1)) with { Guidance = new() { Cfg = 1 } };
        Assert.True(Psnr(Draw(request), Draw(request with { Items = [new(Girl, Bad, 1)] })) > 100); // without it nothing negative acts

        var nag = request with { Nag = new() };
        Assert.True(Psnr(Draw(nag), Draw(request)) < 40);
        Assert.True(Psnr(Draw(nag), Draw(nag with { Items = [new(Girl, Bad, 1)] })) < 40);
    }

    [Fact]
    public void A_schedule_changes_the_prompt_while_drawing()
    {
        var scheduled = Draw(Request(new DrawItem($"[{Girl}:{Boy}:0.5]", "", 1)))[0];
        Tensor girl = Draw(Request(new DrawItem(Girl, "", 1)))[0], boy = Draw(Request(new DrawItem(Boy, "", 1)))[0];
        Assert.True(Psnr(scheduled, girl) < 40);
        Assert.True(Psnr(scheduled, boy) < 40);
        Assert.True(Psnr(Draw(Request(new DrawItem($"[{Girl}:{Boy}:0]", "", 1)))[0], boy) > 70);
    }

    [Fact]
    public void Prompts_joined_by_AND_add_up()
    {
        var girl = Draw(Request(new DrawItem(Girl, Bad, 1)));
        // The blank behind AND belongs to the text, as in A1111: nearly the same, not the very same.
        double twice = Psnr(girl, Draw(Request(new DrawItem($"{Girl} :0.5 AND {Girl} :0.5", Bad, 1))));
        Assert.True(twice > 30, $"{twice:0.0} dB");
        Assert.True(Psnr(girl, Draw(Request(new DrawItem($"{Girl} :0.6 AND {Boy} :0.4", Bad, 1)))) < 40);
    }

    [Fact]
    public void A_picture_to_start_from_is_kept_the_more_the_less_is_redrawn()
    {
        var start = Draw(Request(new DrawItem(Boy, "", 5)));
        var request = Request(new DrawItem(Girl, "", 1)) with { Image = start };
        Assert.True(Psnr(start, Draw(request with { Denoise = 0 })) > Psnr(start, Draw(request with { Denoise = 0.2 })));
        double little = Psnr(start, Draw(request with { Denoise = 0.2 })), much = Psnr(start, Draw(request with { Denoise = 0.9 }));
        Assert.True(little > 18 && little > much + 3, $"{little:0.0} dB at 0.2, {much:0.0} dB at 0.9");
    }

    [Fact]
    public void Outside_of_the_mask_every_pixel_stays()
    {
        var start = Draw(Request(new DrawItem(Boy, "", 5)));
        var mask = zeros(1, 1, 128, 128);
        mask.slice(3, 64, 128, 1).copy_(ones(1));
        mask.slice(3, 56, 64, 1).copy_(ones(1).Times(0.5));
        var result = Draw(Request(new DrawItem(Girl, "", 1)) with { Image = start, Mask = mask });
        Assert.Equal(0, (result - start).slice(3, 0, 56, 1).abs().max().item<float>());
        Assert.True(Psnr(result.slice(3, 64, 128, 1), start.slice(3, 64, 128, 1)) < 25);
    }

    [Theory, InlineData(HiresUpscaler.Pixels), InlineData(HiresUpscaler.Latent)]
    public void The_second_pass_refines_the_first(HiresUpscaler upscaler)
    {
        var request = Request(new DrawItem(Girl, Bad, 1)) with { Hires = new(192, 192, 0.3, Upscaler: upscaler) };
        var passes = pipeline.Draw(request).OfType<DrawStep>().Select(step => step.Pass).ToList();
        Assert.Equal(request.Steps, passes.Count(p => p == 2));
        var large = Draw(request);
        Assert.Equal([1, 3, 192, 192], large.shape);
        var reduced = nn.functional.interpolate(large, [128, 128], mode: InterpolationMode.Area);
        Assert.True(Psnr(reduced, Draw(request with { Hires = null })) > 14);
    }

    [Fact]
    public void Tiles_of_the_whole_size_are_no_tiles_and_smaller_ones_draw_without_seams()
    {
        var request = Request(new DrawItem(Girl, Bad, 1)) with { Width = 192, Height = 160 };
        Assert.True(Psnr(Draw(request), Draw(request with { TileSide = 192 })) > 100);
        Assert.True(Draw(request with { TileSide = 128 }).isfinite().all().item<bool>());
    }

    [Fact]
    public void Previews_look_like_the_picture()
    {
        foreach (var step in pipeline.Draw(Request(new DrawItem(Girl, Bad, 1))).OfType<DrawStep>().Where(step => step.Index == 4))
        {
            Tensor estimate = step.Estimate(), decoded = step.Decode();
            Assert.Equal([1, 3, 16, 16], estimate.shape);
            double likeness = Psnr(estimate, nn.functional.interpolate(decoded, [16, 16], mode: InterpolationMode.Area));
            Assert.True(likeness > 17, $"{likeness:0.0} dB");
        }
    }

    [Theory]
    [InlineData(0, 128, 3, 1), InlineData(130, 128, 3, 1), InlineData(128, 100_000, 3, 1), InlineData(128, 128, double.NaN, 1), InlineData(128, 128, 3, 0)]
    public void Impossible_values_are_refused_before_anything_is_drawn(int width, int height, double cfg, double denoise) =>
        Assert.ThrowsAny<ArgumentException>(() => pipeline.Draw(Request(new DrawItem(Girl, "", 1)) with { Width = width, Height = height, Guidance = new() { Cfg = cfg }, Denoise = denoise }));

    public void Dispose() => pipeline.Dispose();
}
