namespace Animarium.Diffusion.Lora;

/// <summary>Finds the model's weights for the layers of a file, and collects what fits, what doesn't and why.</summary>
internal sealed class LoraBinding
{
    readonly LoraFile file;
    readonly LoraTargets targets;
    readonly int? trainedOn;
    readonly Dictionary<LoraTarget, List<WeightChange>> changes = [];
    readonly List<(string Module, WeightChange Change, LoraTarget Target)> misfits = [];
    readonly List<LoraLayer> surplus = [];
    readonly List<string> unknown = [];
    int applied, skipped, zeroAlphas, unknownTensors;

    LoraBinding(LoraFile file, LoraTargets targets)
    {
        (this.file, this.targets) = (file, targets);
        int[] blocks = [.. file.Layers.Select(l => l.Block).OfType<int>()];
        trainedOn = DepthVariants.TrainedOn(blocks, targets.Blocks);
        foreach (var layer in file.Layers) Bind(layer);
        foreach (var tensor in file.NotUnderstood) NotUnderstood(tensor, 1);
        Refuse();
    }

    /// <summary>What of a file fits a model.</summary>
    /// <exception cref="LoraException">The file is damaged or made for a model of another size.</exception>
    public static AppliedLora Bind(LoraFile file, LoraTargets targets)
    {
        var binding = new LoraBinding(file, targets);
        return new(file, binding.changes.ToDictionary(c => c.Key, c => (IReadOnlyList<WeightChange>)c.Value), binding.applied, binding.skipped, [.. binding.Warnings()]);
    }

    void Bind(LoraLayer layer)
    {
        int? block = layer.Block is { } number && trainedOn is { } depth ? DepthVariants.Move(number, depth, targets.Blocks) : layer.Block;
        if (layer.Block is not null && block is null)
        {
            skipped++; // a block that this variant doesn't have
            return;
        }
        if (targets.Module(layer.Network, block is { } place ? LoraKeys.InBlock(layer.Path, place) : layer.Path) is not { } module)
        {
            skipped++;
            if (block >= targets.Blocks) surplus.Add(layer);
            else NotUnderstood(layer.Name, layer.Tensors.Count);
            return;
        }

        var reader = new LayerReader(file, layer, module);
        bool acts = false;
        foreach (var (tensor, change) in reader.Changes())
        {
            if (targets.Find(layer.Network, module, tensor) is not { } target) NotUnderstood($"{layer.Name} (the model's layer has no {tensor})", 1);
            else if (!change.Fits(target.Weight.Stored.shape)) misfits.Add((module, change, target));
            else
            {
                (changes.TryGetValue(target, out var list) ? list : changes[target] = []).Add(change);
                acts = true;
            }
        }
        if (acts) applied++;
        else skipped++;
        if (reader.HasZeroAlpha) zeroAlphas++;
    }

    void NotUnderstood(string name, int tensors)
    {
        unknown.Add(name);
        unknownTensors += tensors;
    }

    void Refuse()
    {
        if (misfits is [var (module, change, target), ..])
            throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.ShapeMismatch, module, Size(change.Shape), Size(target.Weight.Stored.shape)),
                misfits.Select(m => m.Module).Distinct().Count());
        if (applied == 0) throw new LoraException(file.Path, LoraIssue.Of(LoraIssueCode.NothingFits, file.Layers[0].Name), skipped);
    }

    static string Size(long[] shape) => string.Join(" × ", shape.Select(n => n < 0 ? "any" : $"{n}"));

    IEnumerable<LoraIssue> Warnings()
    {
        // A larger model has the blocks that follow ours; a lone block far beyond is a name that nothing here knows.
        int[] beyond = [.. surplus.Select(l => l.Block!.Value).Distinct().Order()];
        bool larger = beyond.Length > 0 && beyond[0] == targets.Blocks && beyond[^1] - beyond[0] + 1 == beyond.Length;
        if (!larger)
            foreach (var layer in surplus) NotUnderstood($"{layer.Name} (the model has no block {layer.Block})", layer.Tensors.Count);

        if (unknown.Count > 0) yield return LoraIssue.Of(LoraIssueCode.UnknownKeys, applied, unknownTensors, string.Join(", ", unknown.Take(5)) + (unknown.Count > 5 ? ", …" : ""));
        if (larger) yield return LoraIssue.Of(LoraIssueCode.MoreBlocks, beyond[^1] + 1, targets.Blocks);
        if (trainedOn is { } depth) yield return LoraIssue.Of(LoraIssueCode.MovedBlocks, depth, targets.Blocks);
        if (zeroAlphas > 0) yield return LoraIssue.Of(LoraIssueCode.AlphaZero, zeroAlphas);
        foreach (var issue in file.Issues) yield return issue;
    }
}
