using Animarium.Diffusion.Lora;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

/// <summary>LoRAs on variants of the model with more or fewer blocks.</summary>
public class DepthVariantsTests
{
    [Theory]
    [InlineData(28, 40)]
    [InlineData(40, 52)]
    [InlineData(28, 52)]
    public void Every_block_has_its_own_place_in_the_deeper_variant_and_is_found_again(int from, int to)
    {
        int[] places = [.. Enumerable.Range(0, from).Select(block => DepthVariants.Move(block, from, to)!.Value)];
        Assert.Equal(places.Order().Distinct(), places);
        Assert.Equal((0, to - 1), (places[0], places[^1]));
        Assert.Equal(Enumerable.Range(0, from), places.Select(place => DepthVariants.Move(place, to, from)!.Value));
        Assert.Equal(from, Enumerable.Range(0, to).Count(block => DepthVariants.Move(block, to, from) is not null));
    }

    [Theory]
    [InlineData(2, 28, 40, 3)] // the positions published for Anima-2.9B
    [InlineData(14, 28, 40, 20)]
    [InlineData(27, 28, 40, 39)]
    [InlineData(3, 40, 52, 4)]
    [InlineData(2, 28, 52, 4)]
    [InlineData(2, 40, 28, null)]
    public void Known_places(int block, int from, int to, int? place) => Assert.Equal(place, DepthVariants.Move(block, from, to));

    [Fact]
    public void A_lora_for_the_official_model_follows_its_blocks_into_a_deeper_one()
    {
        var network = new SmallNetwork(depth: 40);
        using var file = Lora([.. Enumerable.Range(0, 28)]);

        var lora = network.Add(file);

        Assert.Equal((28, 0), (lora.LayersApplied, lora.LayersSkipped));
        Assert.Equal(LoraIssueCode.MovedBlocks, Assert.Single(lora.Warnings).Code);
        Assert.NotNull(network.Q(3).Adapter);
        Assert.Null(network.Q(2).Adapter);
        Assert.NotNull(network.Q(39).Adapter);
    }

    [Fact]
    public void A_lora_for_a_deeper_model_acts_on_the_blocks_that_both_have()
    {
        var network = new SmallNetwork(depth: 28);
        using var file = Lora([.. Enumerable.Range(0, 40)]);

        var lora = network.Add(file);

        Assert.Equal((28, 12), (lora.LayersApplied, lora.LayersSkipped));
        Assert.Equal(LoraIssueCode.MovedBlocks, Assert.Single(lora.Warnings).Code);
    }

    [Fact]
    public void A_lora_that_was_moved_already_stays_where_it_is()
    {
        var network = new SmallNetwork(depth: 40);
        using var file = Lora([.. Enumerable.Range(0, 28).Select(block => DepthVariants.Move(block, 28, 40)!.Value)]);
        Assert.Empty(network.Add(file).Warnings);
        Assert.Null(network.Q(2).Adapter);
    }

    [Fact]
    public void Blocks_beyond_a_model_of_unknown_depth_are_left_out()
    {
        var network = new SmallNetwork(depth: 3);
        using var file = Lora(0, 1, 2, 3, 4);
        var lora = network.Add(file);
        Assert.Equal((3, 2), (lora.LayersApplied, lora.LayersSkipped));
        Assert.Equal(LoraIssueCode.MoreBlocks, Assert.Single(lora.Warnings).Code);
        Assert.Contains("5 blocks, the model has 3", lora.Warnings[0].Text.English, StringComparison.Ordinal);
    }

    static LoraFileMaker Lora(params int[] blocks) => new(blocks.SelectMany(n => new[]
    {
        ($"diffusion_model.blocks.{n}.self_attn.q_proj.lora_A.weight", randn(1, SmallNetwork.In)),
        ($"diffusion_model.blocks.{n}.self_attn.q_proj.lora_B.weight", randn(SmallNetwork.Out, 1)),
    }).ToDictionary(t => t.Item1, t => t.Item2));
}
