using System.Text.Json;
using Animarium.Diffusion.Guidance;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Guidance;

/// <summary>Normalised attention guidance against recorded results of its three known variants.</summary>
public sealed class NormalizedAttentionTests
{
    static readonly JsonElement Cases = JsonDocument.Parse(File.ReadAllText(Reference.At("guidance", "nag.json"))).RootElement.GetProperty("cases");

    public static TheoryData<int, string> Results => [.. Cases.EnumerateArray().Select((e, i) => (i, e.GetProperty("tensor").GetString()!))];

    /// <summary>Those that store the attention that the guidance starts from.</summary>
    public static TheoryData<string> Attentions
    {
        get
        {
            using var file = Open();
            return [.. file.Entries.Keys.Where(n => n.EndsWith("/q", StringComparison.Ordinal)).Select(n => n[..^2])];
        }
    }

    [Theory, MemberData(nameof(Results))]
    public void Combines_as_recorded(int index, string name)
    {
        using var scope = NewDisposeScope();
        using var file = Open();
        var e = Cases[index];
        double Number(string property) => e.GetProperty(property).GetDouble();
        string config = e.GetProperty("config").GetString()!;
        Tensor positive = file.Read($"{config}/z_pos"), negative = file.Read($"{config}/z_neg");

        // Variant B counts its scale from the positive feature on.
        double scale = Number("scale") + (e.GetProperty("variant").GetString() == "B" ? 1 : 0);
        int norm = e.GetProperty("norm").GetString() == "L2" ? 2 : 1;
        var actual = NormalizedAttention.Combine(positive, negative, scale, Number("tau"), Number("alpha"), norm);

        Distance.Within(actual, file.Read(name), relativeL2: 1e-5, maxAbs: config == "edge" ? 1e-5 : double.PositiveInfinity, what: name);
        if (file.Entries.ContainsKey(name + "_proj"))
            Distance.Within(actual.matmul(file.Read($"{config}/w_out").t()), file.Read(name + "_proj"), relativeL2: 1e-5, what: name + "_proj");
    }

    [Theory, MemberData(nameof(Attentions))]
    public void Starts_from_the_recorded_attention(string config)
    {
        using var scope = NewDisposeScope();
        using var file = Open();
        Tensor Read(string name) => file.Read($"{config}/{name}");
        Tensor Attend(string q, string branch) => Attention.MergeHeads(Attention.Scaled(Read(q), Read("k_" + branch), Read("v_" + branch)));
        Distance.Within(Attend("q", "pos"), Read("z_pos"), relativeL2: 1e-5, what: "z_pos");
        Distance.Within(Attend("q", "neg"), Read("z_neg"), relativeL2: 1e-5, what: "z_neg");
        Distance.Within(Attend("q_neg_branch", "neg"), Read("z_neg_own_query"), relativeL2: 1e-5, what: "z_neg_own_query");
    }

    static SafeTensorsFile Open() => SafeTensorsFile.Open(Reference.At("guidance", "nag.safetensors"));
}
