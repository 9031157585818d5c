using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

/// <summary>A golden file's tensors, and the networks of the model it belongs to.</summary>
public sealed class Golden(string path) : IDisposable
{
    readonly SafeTensorsFile file = SafeTensorsFile.Open(path);

    public Tensor this[string name] => file.Read(name).clone();

    public IEnumerable<string> Names => file.Entries.Keys;

    public Tensor? Optional(string name) => file.Entries.ContainsKey(name) ? this[name] : null;

    public void Dispose() => file.Dispose();

    /// <summary>The tensors of a checkpoint by their names without the official prefix.</summary>
    public static WeightScope Weights(string folder, string part, ScalarType? type = null) =>
        Weights(Directory.GetFiles(Path.Combine(folder, part), "*.safetensors").Single(), type);

    /// <inheritdoc cref="Weights(string, string, ScalarType?)"/>
    public static WeightScope Weights(string checkpoint, ScalarType? type = null)
    {
        var weights = Checkpoint.Open(checkpoint);
        return type is not { } t ? weights.Weights : new(weights.Weights.Names.ToDictionary(name => name, name => new Func<Tensor>(() => weights.Weights.Take(name).As(t, CPU))));
    }

    /// <summary>
    /// Runs a network and compares every intermediate tensor that the file holds and the network shows; then once more without looking, in fused passes
    /// where it has them, which must give the same.
    /// </summary>
    /// <param name="prefix">What the network puts before the reference's names.</param>
    /// <returns>The network's result without looking, and the names that were compared.</returns>
    internal (Tensor Result, List<string> Compared) Tapped(Func<Tensor> run, double maxAbs = double.PositiveInfinity, double relativeL2 = double.PositiveInfinity, string prefix = "")
    {
        var seen = new Dictionary<string, Tensor>();
        var plain = Taps.Listen((name, x) => seen[name] = x.clone().DetachFromDisposeScope(), run);
        var result = run();
        Distance.Within(result, plain, maxAbs, relativeL2, "fused passes");
        var compared = new List<string>();
        foreach (var name in Names)
        {
            if (!seen.TryGetValue(prefix + name, out var x) && !seen.TryGetValue(name, out x)) continue;
            var golden = this[name];
            // The references differ in singleton axes (time, batch of a table) and in whether heads stand before positions.
            if (golden.dim() == 4 && x.dim() == 4 && !golden.shape.SequenceEqual(x.shape) && golden.shape[1] == x.shape[2]) x = x.transpose(1, 2);
            Distance.Within(x.reshape(golden.shape), golden, maxAbs, relativeL2, name);
            compared.Add(name);
        }
        return (result, compared);
    }

    /// <summary>The cases of a part, by the index of the models' folder.</summary>
    public static IEnumerable<string> Cases(string part)
    {
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Reference.At("models", "index.json")));
        return [.. json.RootElement.EnumerateArray().Where(c => c.GetProperty("part").GetString() == part).Select(c => c.GetProperty("file").GetString()!)];
    }

    /// <summary>The model that a golden file names.</summary>
    public string Model => Reference.At("models", file.Metadata["model"]);
}
