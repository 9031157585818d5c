using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class QwenImageVaeTests
{
    public static TheoryData<string> Cases => [.. Golden.Cases("vae")];

    [Theory, MemberData(nameof(Cases))]
    public void Matches(string file)
    {
        using var off = no_grad();
        using var golden = new Golden(Reference.At("models", file));
        var vae = new QwenImageVae(Golden.Weights(golden.Model, "vae"));
        var compared = golden.Names.Contains("mean") ? Encodes(golden, vae) : Decodes(golden, vae);
        string[] ends = ["image", "latent", "mean", "logvar", "decoded"];
        Assert.Empty(golden.Names.Except(compared).Except(ends));
    }

    static List<string> Encodes(Golden golden, QwenImageVae vae)
    {
        var (latent, compared) = golden.Tapped(() => vae.Encode(golden["image"]), relativeL2: 5e-6);
        Distance.Within(latent, golden["latent"].squeeze(2), 1e-5, 5e-6, "latent");
        var posterior = vae.Posterior(golden["image"]).chunk(2, 1);
        Distance.Within(posterior[0], golden["mean"].squeeze(2), 1e-5, 5e-6, "mean");
        Distance.Within(posterior[1], golden["logvar"].squeeze(2), 1e-5, 5e-6, "logvar");
        return compared;
    }

    static List<string> Decodes(Golden golden, QwenImageVae vae)
    {
        var (decoded, compared) = golden.Tapped(() => vae.Decode(golden["latent"].squeeze(2)), relativeL2: 5e-6);
        Distance.Within(decoded, golden["decoded"], 2e-5, 5e-6, "decoded");
        Distance.Within(decoded.Between(-1, 1), golden["image"], 2e-5, 5e-6, "image");
        return compared;
    }

    [Fact]
    public void Takes_every_tensor_of_its_file()
    {
        var weights = Golden.Weights(Reference.At("models", "tiny-a"), "vae");
        _ = new QwenImageVae(weights);
        Assert.Empty(weights.Missing);
        Assert.Empty(weights.Unexpected);
    }

    [Fact]
    public void What_overflows_half_precision_is_done_again_in_fp32()
    {
        using var off = no_grad();
        manual_seed(4);
        var vae = new QwenImageVae(Golden.Weights(Reference.At("models", "tiny-a"), "vae"));
        var (small, large) = (randn(1, 16, 4, 6).half(), randn(1, 16, 4, 6).Times(1e4).half());
        int redone = 0;

        Assert.True(vae.Decode(small, redone: () => redone++).isfinite().all().item<bool>());
        Assert.Equal(0, redone);

        var decoded = vae.Decode(large, redone: () => redone++);
        Assert.Equal(1, redone);
        Distance.Within(decoded, vae.Decode(large.to(float32)).half(), maxAbs: 1e-6);

        // fp32 has no way out: what isn't finite there stays so.
        Assert.False(vae.Decode(small.to(float32).Over(0), redone: () => redone++).isfinite().any().item<bool>());
        Assert.Equal(1, redone);
    }

    [Theory]
    [InlineData(19, 33)]
    [InlineData(40, 9)]
    public void Tiles_give_the_whole_picture_without_seams(int height, int width)
    {
        using var off = no_grad();
        manual_seed(3);
        var vae = new QwenImageVae(Golden.Weights(Reference.At("models", "tiny-a"), "vae"));
        var latent = randn(1, 16, height, width);
        var image = vae.Decode(latent);
        Distance.Within(vae.Decode(latent, tileSide: 64), image, maxAbs: 2e-5, what: "decoded");
        Distance.Within(vae.Encode(image, tileSide: 64), vae.Encode(image), maxAbs: 2e-5, what: "encoded");
    }
}
