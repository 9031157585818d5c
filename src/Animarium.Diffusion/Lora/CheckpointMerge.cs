using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>How much of a LoRA's change to a weight survived the checkpoint's own type.</summary>
/// <param name="Weight">The weight's official name.</param>
/// <param name="IsTextEncoder">Whether it belongs to the text encoder.</param>
/// <param name="Norm">Frobenius norm of the change.</param>
/// <param name="Error">Frobenius norm of what rounding took or added, as a share of <paramref name="Norm"/>.</param>
public sealed record MergedWeight(string Weight, bool IsTextEncoder, double Norm, double Error);

/// <summary>Writes a checkpoint with LoRAs merged into it: the file's own names and types, a tensor at a time, so that the memory is that of the largest one.</summary>
public sealed class CheckpointMerge
{
    readonly Checkpoint checkpoint;
    readonly IReadOnlyList<AppliedLora> loras;
    readonly Dictionary<string, LoraTarget> targets;

    /// <summary>Finds the places of all LoRAs; nothing is written yet.</summary>
    /// <param name="checkpoint">An Anima model, in one file or several.</param>
    /// <param name="loras">In the order in which they act.</param>
    /// <exception cref="LoraException">A file is damaged or made for a model of another size, or a weight that it changes is quantised.</exception>
    public CheckpointMerge(Checkpoint checkpoint, IReadOnlyList<(LoraFile File, double Strength)> loras)
    {
        this.checkpoint = checkpoint;
        WeightScope none = new(new Dictionary<string, Func<Tensor>>()), diffusion = checkpoint.DiffusionModel ?? none, textEncoder = checkpoint.TextEncoder ?? none;
        foreach (var part in new[] { diffusion, textEncoder })
            foreach (string name in part.Names) part.Take(name);
        var all = new LoraTargets(diffusion, textEncoder);
        this.loras = [.. loras.Select(lora =>
        {
            var applied = LoraBinding.Bind(lora.File, all);
            (applied.Strength, applied.TextEncoderStrength) = (lora.Strength, lora.Strength);
            return applied;
        })];
        var touched = this.loras.SelectMany(lora => lora.Changes.Keys).Distinct().ToDictionary(target => (target.IsTextEncoder, target.Weight.Name));
        targets = PartOfModel.Find(checkpoint.Entries).SelectMany(part => part.Names.Select(name => (Stored: name.Value, Place: (part.Family.Kind == FileKind.TextEncoder, name.Key), part.Family.Kind)))
            .Where(name => name.Kind != FileKind.Vae && touched.ContainsKey(name.Place)).ToDictionary(name => name.Stored, name => touched[name.Place]);
        if (targets.FirstOrDefault(t => t.Value.Weight.Scale is not null || t.Value.Weight.Stored.ElementSize < 2) is { Key: { } stored })
            throw new LoraException(checkpoint.Path, LoraIssue.Of(LoraIssueCode.Quantised, stored, checkpoint.Entries[stored].DType));
    }

    /// <summary>The LoRAs as they fit, with their warnings.</summary>
    public IReadOnlyList<AppliedLora> Loras => loras;

    /// <summary>How many of the checkpoint's weights they change.</summary>
    public int Weights => targets.Count;

    /// <summary>Writes the merged checkpoint.</summary>
    /// <param name="path">The file to make or replace; it may be the checkpoint itself.</param>
    /// <param name="metadata">Entries of the header.</param>
    /// <param name="merged">Gets each changed weight once it is written.</param>
    /// <param name="cancel">Ends the writing early; an older file stays.</param>
    /// <exception cref="IOException">The disk is full, or the system can't write there; an older file stays.</exception>
    public void Write(string path, IReadOnlyDictionary<string, string> metadata, Action<MergedWeight>? merged = null, CancellationToken cancel = default) =>
        SafeTensorsWriter.Write(path, [.. checkpoint.Entries.Values.Select(entry => Stored(entry, merged))], metadata, cancel);

    StoredTensor Stored(TensorEntry entry, Action<MergedWeight>? merged)
    {
        var type = StoredTypes.TypeOf(entry.DType) ?? checkpoint.Read(entry.Name).dtype; // reading explains a type that can't be
        return new(entry.Name, type, entry.Shape, targets.TryGetValue(entry.Name, out var target) ? () => Merged(target, type, entry.Shape, merged) : () => checkpoint.Read(entry.Name));
    }

    Tensor Merged(LoraTarget target, ScalarType type, long[] shape, Action<MergedWeight>? merged)
    {
        using var off = no_grad();
        Tensor before = target.Weight.StoredAs(ScalarType.Float32, CPU), after = before;
        foreach (var (change, strength) in loras.SelectMany(lora => lora.On(target))) after = change.Apply(after, strength);
        var rounded = after.to(type);
        if (!rounded.isfinite().all().item<bool>()) throw new LoraException(checkpoint.Path, LoraIssue.Of(LoraIssueCode.Overflow, target.Weight.Name, "weight", StoredTypes.NameOf(type)));
        double norm = (after - before).norm().item<float>();
        merged?.Invoke(new(target.Weight.Name, target.IsTextEncoder, norm, norm == 0 ? 0 : (after - rounded.to(float32)).norm().item<float>() / norm));
        return rounded.reshape(shape);
    }
}
