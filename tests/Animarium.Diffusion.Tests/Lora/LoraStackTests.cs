using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Tensors;
using CsCheck;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Lora;

public class LoraStackTests
{
    static readonly Gen<(string Form, double Strength)[]> Stacks = Gen.Select(Gen.Int[0, LoraFileMaker.Forms.Length - 1].Select(n => LoraFileMaker.Forms[n]), Gen.Int[1, 20].Select(Gen.Bool, (n, negative) => (negative ? -n : n) / 10.0)).Array[1, 5];

    public static TheoryData<string> Forms => [.. LoraFileMaker.Forms];

    public static TheoryData<string> AdditiveForms => [.. LoraFileMaker.AdditiveForms];

    [Fact]
    public void Taking_loras_away_in_any_order_restores_the_exact_outputs() => Gen.Select(Stacks, Gen.Int).Sample((stack, seed) =>
    {
        var network = new SmallNetwork();
        var (before, stored) = (network.Output(), network.Q(0).Weight.Stored.clone());
        AppliedLora[] loras = [.. stack.Select((lora, n) => Add(network, lora.Form, lora.Strength, n))];
        Assert.False(SmallNetwork.Same(before, network.Output()));

        new Random(seed).Shuffle(loras);
        foreach (var lora in loras) network.Stack.Remove(lora);

        Assert.True(SmallNetwork.Same(before, network.Output()));
        Assert.True(SmallNetwork.Same(stored, network.Q(0).Weight.Stored));
        Assert.Null(network.Q(0).Adapter);
        Assert.Null(network.Q(0).Weight.Patch);
        Assert.Empty(network.Merged());
    }, iter: 100);

    [Fact]
    public void What_remains_acts_as_if_the_others_had_never_been_there() => Stacks.Where(s => s.Length > 1).Sample(stack =>
    {
        var (network, fresh) = (new SmallNetwork(), new SmallNetwork());
        AppliedLora[] loras = [.. stack.Select((lora, n) => Add(network, lora.Form, strength: 1, n))];
        network.Stack.Remove(loras[0]);
        for (int n = 1; n < stack.Length; n++)
        {
            network.Stack.SetStrength(loras[n], stack[n].Strength);
            Add(fresh, stack[n].Form, stack[n].Strength, n);
        }
        Assert.True(SmallNetwork.Same(fresh.Output(), network.Output()));
    }, iter: 50);

    [Fact]
    public void The_layer_computes_with_the_merged_weight() => Stacks.Sample(stack =>
    {
        var network = new SmallNetwork();
        foreach (var (n, (form, strength)) in stack.Index()) Add(network, form, strength, n);
        var x = randn(4, SmallNetwork.In);

        var merged = Assert.Single(network.Merged());

        Assert.Equal("blocks.0.self_attn.q_proj.weight", merged.Key);
        var expected = x.mm(merged.Value.t());
        Assert.InRange((network.Q(0).Forward(x) - expected).norm().item<float>(), 0, 1e-5 * (1 + expected.norm().item<float>()));
    }, iter: 100);

    [Theory, MemberData(nameof(AdditiveForms))]
    public void An_additive_change_is_linear_in_the_strength(string form) => Gen.Double[-3, 3].Sample(strength =>
    {
        var network = new SmallNetwork();
        var lora = Add(network, form, 1);
        var w = network.Q(0).Weight.Stored;
        var whole = network.Merged().Values.Single() - w;
        network.Stack.SetStrength(lora, strength);
        Assert.True((network.Merged().Values.Single() - w - whole.Times(strength)).abs().max().item<float>() < 1e-5);
    }, iter: 30);

    [Fact]
    public void A_magnitude_goes_along_the_line_from_the_old_weight_to_the_new() => Gen.Double[-3, 3].Sample(strength =>
    {
        var network = new SmallNetwork();
        var lora = Add(network, "dora", 1);
        var w = network.Q(0).Weight.Stored;
        var whole = network.Merged().Values.Single() - w;
        network.Stack.SetStrength(lora, strength);
        Assert.True((network.Merged().Values.Single() - w - whole.Times(strength)).abs().max().item<float>() < 1e-4);
    }, iter: 30);

    [Theory, MemberData(nameof(Forms))]
    public void The_strength_matters_except_for_a_replacement(string form)
    {
        var network = new SmallNetwork();
        var lora = Add(network, form, 1);
        var whole = network.Output();
        network.Stack.SetStrength(lora, 0.4);
        Assert.Equal(form == "set", SmallNetwork.Same(whole, network.Output()));
        Assert.Equal(0.4, lora.Strength);
    }

    [Fact]
    public void The_order_matters_where_a_change_depends_on_the_weight()
    {
        Tensor Run(params string[] forms)
        {
            var network = new SmallNetwork();
            foreach (var form in forms) Add(network, form, 1);
            return network.Output();
        }
        Assert.False(Run("lora", "dora-in").allclose(Run("dora-in", "lora"), atol: 1e-3));
        Assert.False(Run("set", "lora").allclose(Run("lora", "set"), atol: 1e-3));
        Assert.True(Run("lora", "full").allclose(Run("full", "lora"), atol: 1e-5));
    }

    [Fact]
    public void Plain_loras_cost_their_own_factors_only()
    {
        var network = new SmallNetwork();
        Add(network, "lora", 1);
        Add(network, "lora", -0.5, seed: 8);
        Assert.Null(network.Q(0).Weight.Patch);
        Assert.NotNull(network.Q(0).Adapter);
        // At strength 0 nothing is computed at all.
        foreach (var lora in network.Stack.Loras) network.Stack.SetStrength(lora, 0);
        Assert.Null(network.Q(0).Adapter);
    }

    [Fact]
    public void The_text_encoder_has_its_own_strength()
    {
        var factors = new Dictionary<string, Tensor>
        {
            [LoraFileMaker.Q + ".lora_down.weight"] = randn(2, SmallNetwork.In), [LoraFileMaker.Q + ".lora_up.weight"] = randn(SmallNetwork.Out, 2),
            [LoraFileMaker.Text + ".lora_down.weight"] = randn(2, SmallNetwork.In), [LoraFileMaker.Text + ".lora_up.weight"] = randn(SmallNetwork.Out, 2),
        };
        using var file = new LoraFileMaker(factors);
        var network = new SmallNetwork();
        var (output, text) = (network.Output(), network.Text());

        var lora = network.Add(file, strength: 1, textEncoder: 0);
        Assert.Equal(2, lora.LayersApplied);
        Assert.True(SmallNetwork.Same(text, network.Text()));
        Assert.False(SmallNetwork.Same(output, network.Output()));

        network.Stack.SetStrength(lora, 0, 1);
        Assert.False(SmallNetwork.Same(text, network.Text()));
        Assert.True(SmallNetwork.Same(output, network.Output()));

        network.Stack.SetStrength(lora, 0.5);
        Assert.Equal(0.5, lora.TextEncoderStrength);
        Assert.Equal("layers.0.self_attn.q_proj.weight", Assert.Single(network.Stack.Merge(textEncoder: true)).Name);
        Assert.Equal("blocks.0.self_attn.q_proj.weight", Assert.Single(network.Stack.Merge()).Name);
    }

    [Fact]
    public void Norms_and_biases_change_too()
    {
        const string norm = "diffusion_model.blocks.1.self_attn.q_norm", output = "lora_unet_blocks_1_self_attn_output_proj";
        using var file = new LoraFileMaker(new() { [norm + ".diff"] = ones(SmallNetwork.Out), [output + ".diff_b"] = ones(SmallNetwork.In) });
        var network = new SmallNetwork();

        network.Add(file, 0.5);

        Assert.True(network.Norm(1).As(float32, CPU).allclose(network.Norm(1).Stored.Plus(0.5)));
        Assert.True(network.OutputProjection(1).Bias!.As(float32, CPU).allclose(network.OutputProjection(1).Bias!.Stored.Plus(0.5)));
    }

    [Theory, MemberData(nameof(Forms))]
    public void Half_precision_models_keep_their_changes_in_the_type_they_compute_in(string form)
    {
        var (half, full) = (new SmallNetwork(type: ScalarType.BFloat16), new SmallNetwork());
        var before = half.Output();
        var lora = Add(half, form, 1);
        Add(full, form, 1);

        Assert.True(half.Q(0).Weight.Patch is null or { dtype: ScalarType.BFloat16 });
        Assert.True((half.Output().to(float32) - full.Output()).norm().item<float>() < 0.05 * full.Output().norm().item<float>());
        half.Stack.Remove(lora);
        Assert.True(SmallNetwork.Same(before, half.Output()));
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void A_strength_that_is_no_number_changes_nothing(double strength, double textEncoder)
    {
        var network = new SmallNetwork();
        using var file = LoraFileMaker.Of("lora");
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Add(file, strength, textEncoder));
        Assert.Empty(network.Stack.Loras);
        Assert.Null(network.Q(0).Adapter);
    }

    [Fact]
    public void A_refused_file_leaves_the_stack_as_it_was()
    {
        var network = new SmallNetwork();
        Add(network, "lora", 1);
        var before = network.Output();
        using var broken = new LoraFileMaker(new() { [LoraFileMaker.Output + ".diff"] = randn(SmallNetwork.In, SmallNetwork.Out), [LoraFileMaker.Q + ".diff"] = randn(2, 2) });
        var error = Assert.Throws<LoraException>(() => network.Add(broken));
        Assert.Equal(LoraIssueCode.ShapeMismatch, error.Issue.Code);
        Assert.Contains("blocks.0.self_attn.q_proj", error.Message, StringComparison.Ordinal);
        Assert.True(SmallNetwork.Same(before, network.Output()));
    }

    static AppliedLora Add(SmallNetwork network, string form, double strength, int seed = 0)
    {
        using var file = LoraFileMaker.Of(form, seed + 7);
        return network.Add(file, strength);
    }
}
