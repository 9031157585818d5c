using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// A place in a checkpoint, walked by the names of its modules: <c>weights["blocks.0"]["self_attn"]</c>. Models take what they need by name;
/// what was asked for and missing, or never asked for, is known afterwards.
/// </summary>
public sealed class WeightScope
{
    readonly WeightScope root;
    readonly string path;
    readonly IReadOnlyDictionary<string, Func<Tensor>> tensors;
    readonly Dictionary<string, Weight> taken = [];
    readonly List<string> missing = [];
    readonly HashSet<string> ignored = [];
    readonly Dictionary<string, Linear> linears = [];

    /// <summary>The root of a checkpoint.</summary>
    /// <param name="tensors">Every tensor by its name without prefix.</param>
    public WeightScope(IReadOnlyDictionary<string, Func<Tensor>> tensors)
    {
        (root, path, this.tensors) = (this, "", tensors);
    }

    WeightScope(WeightScope root, string path) => (this.root, this.path, tensors) = (root, path, root.tensors);

    /// <summary>The module's name in the checkpoint, e.g. <c>blocks.0.self_attn</c>; empty at the root.</summary>
    public string Name => path.TrimEnd('.');

    /// <summary>The full name of something inside this module.</summary>
    public string NameOf(string inner) => path + inner;

    /// <summary>The scope of a module inside this one.</summary>
    public WeightScope this[string module] => new(root, path + module + ".");

    /// <summary>The scope of the n-th module of a list.</summary>
    public WeightScope this[int index] => new(root, path + index + ".");

    /// <summary>Whether the checkpoint has this tensor.</summary>
    public bool Has(string name) => tensors.ContainsKey(path + name);

    /// <summary>The names of all tensors inside this module.</summary>
    public IEnumerable<string> Names => tensors.Keys.Where(name => name.StartsWith(path, StringComparison.Ordinal)).Select(name => name[path.Length..]);

    /// <summary>How many modules <c>0 … n−1</c> this scope holds.</summary>
    public int Count()
    {
        int n = 0;
        while (tensors.Keys.Any(k => k.StartsWith(path + n + ".", StringComparison.Ordinal))) n++;
        return n;
    }

    /// <summary>The tensor of this name; remembered as missing, and an empty one returned, if the checkpoint lacks it.</summary>
    /// <param name="name">Its name inside this module.</param>
    /// <param name="view">What the model uses of it, where that isn't all; a view, not a copy.</param>
    public Weight Take(string name, Func<Tensor, Tensor>? view = null)
    {
        string full = path + name;
        if (root.taken.TryGetValue(full, out var weight)) return weight;
        if (!tensors.TryGetValue(full, out var read))
        {
            if (!root.missing.Contains(full)) root.missing.Add(full);
            return new(full, empty(0));
        }
        var stored = read();
        var scale = Quantization.ScalesOf(full).Where(tensors.ContainsKey).Select(n => tensors[n]().DetachFromDisposeScope()).FirstOrDefault();
        return root.taken[full] = new(full, (view is null ? stored : view(stored)).DetachFromDisposeScope(), scale);
    }

    /// <summary>Says that the model knows these tensors and has no use for them.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) root.ignored.Add(path + name);
    }

    /// <summary>The tensor of this name, or null.</summary>
    public Weight? TakeOptional(string name) => Has(name) ? Take(name) : null;

    /// <summary>A linear layer: <c>name.weight</c> and, if present, <c>name.bias</c>.</summary>
    public Linear Linear(string name)
    {
        var linear = new Linear(path + name, Take(name + ".weight"), TakeOptional(name + ".bias"));
        root.linears[linear.Name] = linear;
        return linear;
    }

    /// <summary>Every linear layer made from this checkpoint, by name: what a LoRA can attach to.</summary>
    public IReadOnlyDictionary<string, Linear> Linears => root.linears;

    /// <summary>Every weight of this module that was taken so far.</summary>
    public IEnumerable<Weight> Taken => root.taken.Values.Where(w => w.Name.StartsWith(path, StringComparison.Ordinal));

    /// <summary>Names that were asked for and are not in the file.</summary>
    public IReadOnlyList<string> Missing => root.missing;

    /// <summary>Names in the file that nobody asked for.</summary>
    public IEnumerable<string> Unexpected => tensors.Keys.Except(root.taken.Keys).Except(root.ignored).Except(root.taken.Keys.SelectMany(Quantization.Beside));
}
