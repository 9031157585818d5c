using Animarium.Diffusion.Tests.Lora;
using Animarium.Diffusion.Training.Adapters;
using Xunit;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>Options that can't be followed are refused by name, and leave the model as it was.</summary>
public class AdapterOptionsTests
{
    public static TheoryData<string, string> Impossible => new()
    {
        { "rank 0", "Rank 0" },
        { "rank -3", "Rank -3" },
        { "alpha nan", "Alpha NaN" },
        { "alpha 0", "Alpha 0" },
        { "dropout 1", "Dropout 1" },
        { "dropout nan", "Dropout NaN" },
        { "rank dropout -0.1", "Rank dropout -0.1" },
        { "module dropout 2", "Module dropout 2" },
        { "least rank beyond", "T-LoRA's smallest rank 17" },
        { "exponent 0", "T-LoRA's exponent 0" },
        { "rate nan", "The learning rate NaN" },
        { "rate 0", "The learning rate 0" },
        { "rate of pattern", "'blocks.*'" },
        { "plus", "The LoRA+ ratio" },
        { "plus of loha", "LoRA+" },
        { "dropout of oft", "Oft" },
        { "factor", "LoKr's factor 0" },
        { "nothing", "Nothing is trained" },
        { "exclude typo", "'blocks' matches nothing" },
        { "include typo", "'self_attn' matches nothing" },
        { "rank typo", "'q_proj' matches nothing" },
        { "rate typo", "'mlp' matches nothing" },
        { "no regex", "'(' is no regular expression" },
        { "backtracking", "is no regular expression that can be used here" },
        { "everything excluded", "leave no layer" },
        { "every rank 0", "leave no layer" },
    };

    static AdapterOptions Of(string name) => name switch
    {
        "rank 0" => new() { Rank = 0 },
        "rank -3" => new() { Rank = -3 },
        "alpha nan" => new() { Alpha = double.NaN },
        "alpha 0" => new() { Alpha = 0 },
        "dropout 1" => new() { Dropout = 1 },
        "dropout nan" => new() { Dropout = double.NaN },
        "rank dropout -0.1" => new() { RankDropout = -0.1 },
        "module dropout 2" => new() { ModuleDropout = 2 },
        "least rank beyond" => new() { MinRank = 17 },
        "exponent 0" => new() { MinRank = 1, MinRankExponent = 0 },
        "rate nan" => new() { LearningRate = double.NaN },
        "rate 0" => new() { LearningRate = 0 },
        "rate of pattern" => new() { LearningRateByPattern = [new("blocks.*", -1)] },
        "plus" => new() { LoraPlusRatio = double.PositiveInfinity },
        "plus of loha" => new() { Kind = AdapterKind.Loha, LoraPlusRatio = 16 },
        "dropout of oft" => new() { Kind = AdapterKind.Oft, Dropout = 0.1 },
        "factor" => new() { Kind = AdapterKind.Lokr, Factor = 0 },
        "nothing" => new() { TrainTransformer = false },
        "exclude typo" => new() { Exclude = ["blocks"] },
        "include typo" => new() { Include = ["self_attn"] },
        "rank typo" => new() { RankByPattern = [new("q_proj", 4)] },
        "rate typo" => new() { LearningRateByPattern = [new("mlp", 1e-4)] },
        "no regex" => new() { Exclude = ["("] },
        "backtracking" => new() { Exclude = [@"(a)\1"] },
        "everything excluded" => new() { Exclude = [".*"] },
        "every rank 0" => new() { RankByPattern = [new(".*", 0)] },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory, MemberData(nameof(Impossible))]
    public void Says_what_is_impossible(string name, string named)
    {
        var network = new SmallNetwork();
        var error = Assert.Throws<ArgumentException>(() => new AdapterSet(network.Diffusion, network.TextEncoder, Of(name), seed: 1));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.All(network.Diffusion.Linears.Values, linear => Assert.Null(linear.Adapter));
    }

    [Fact]
    public void A_layer_takes_one_adapter()
    {
        var network = new SmallNetwork();
        using var first = new AdapterSet(network.Diffusion, network.TextEncoder, new(), seed: 1);
        Assert.Throws<InvalidOperationException>(() => new AdapterSet(network.Diffusion, network.TextEncoder, new(), seed: 1));
    }

    [Fact]
    public void Another_kind_of_file_is_not_continued()
    {
        var network = new SmallNetwork();
        using var file = LoraFileMaker.Of("loha");
        using var start = file.Open();
        var error = Assert.Throws<ArgumentException>(() => new AdapterSet(network.Diffusion, network.TextEncoder, new(), seed: 1, start));
        Assert.Contains("Loha", error.Message, StringComparison.Ordinal);
        Assert.Contains(start.Path, error.Message, StringComparison.Ordinal);
        Assert.All(network.Diffusion.Linears.Values, linear => Assert.Null(linear.Adapter));
    }
}
