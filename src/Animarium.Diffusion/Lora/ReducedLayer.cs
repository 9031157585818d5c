using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>A layer of a LoRA that was put together or cut down, and what that cost.</summary>
/// <param name="Layer">The layer, in the type it is written in.</param>
/// <param name="RankBefore">Inner size that the exact change has; null: it was dense.</param>
/// <param name="Norm">Frobenius norm of the exact change.</param>
/// <param name="Error">Frobenius norm of what the written layer lacks, rounding included, as a share of <paramref name="Norm"/>.</param>
public sealed record ReducedLayer(LoraLayerTensors Layer, long? RankBefore, double Norm, double Error)
{
    /// <summary>The share of the change's Frobenius norm that is kept.</summary>
    public double Kept => Math.Sqrt(Math.Max(0, 1 - Error * Error));

    internal static ReducedLayer Of(LoraNetwork network, string module, LowRankFactors exact, RankChoice? choice, ScalarType type)
    {
        var written = Rounded(choice is null ? exact : exact.Reduced(choice), type);
        double norm = exact.Norm();
        return Of(network, module, written, exact.Rank, norm, norm == 0 ? 0 : exact.DistanceTo(written) / norm);
    }

    internal static ReducedLayer Of(LoraNetwork network, string module, Tensor exact, RankChoice choice, ScalarType type)
    {
        var written = Rounded(LowRankFactors.Of(exact, choice), type);
        using var scope = NewDisposeScope();
        double norm = exact.norm().item<float>();
        double missing = (exact - written.Up.to(float32).mm(written.Down.to(float32))).norm().item<float>();
        return Of(network, module, written, null, norm, norm == 0 ? 0 : missing / norm);
    }

    static LowRankFactors Rounded(LowRankFactors factors, ScalarType type) => new(factors.Up.to(type), factors.Down.to(type));

    static ReducedLayer Of(LoraNetwork network, string module, LowRankFactors written, long? before, double norm, double error) =>
        new(new(network, module, new Dictionary<string, Tensor> { ["lora_up"] = written.Up, ["lora_down"] = written.Down }, written.Rank), before, norm, error);
}
