using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.Loras;

/// <summary>Makes LoRAs out of LoRAs and checkpoints. Every file appears whole or not at all; what is read may be what is replaced.</summary>
public static class LoraWorkshop
{
    /// <summary>Several LoRAs as one: exactly by standing their factors beside each other, or cut down to a rank or share of the energy.</summary>
    /// <param name="loras">Files with their strengths.</param>
    /// <param name="choice">Null: exactly.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="time">Dates what is made.</param>
    /// <param name="progress">Gets the layers done so far and their number.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="LoraException">A file is damaged, not Anima's, or can't be merged.</exception>
    /// <exception cref="LoraWriteException">The result can't be written.</exception>
    public static LoraReport Merge(
        IReadOnlyList<(string Path, double Strength)> loras, RankChoice? choice, LoraOutput output, TimeProvider time, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        using var files = new OpenLoras(loras.Select(lora => lora.Path));
        int all = files.Files.SelectMany(file => file.Layers).Count();
        var layers = Made(LoraMerge.Layers([.. files.Files.Zip(loras.Select(lora => lora.Strength))], choice, output.ComputedType), all, progress, cancel);
        string parts = string.Join(", ", loras.Select(lora => FormattableString.Invariant($"{System.IO.Path.GetFileNameWithoutExtension(lora.Path)} × {lora.Strength}")));
        output.Write([.. layers.Select(l => l.Layer)], DerivedMetadata.Merged(output.Path, parts, layers, time.GetLocalNow()), cancel);
        return LoraReport.Of(layers, files.Warnings);
    }

    /// <summary>A checkpoint with LoRAs merged into it, in its own names and types; the memory is that of its largest tensor.</summary>
    /// <param name="checkpoint">An Anima model: a file, the index of a sharded one or a folder.</param>
    /// <param name="loras">Files with their strengths, in the order in which they act.</param>
    /// <param name="path">The file to make.</param>
    /// <param name="progress">Gets the changed weights written so far and their number.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="SafeTensorsException">The checkpoint is damaged.</exception>
    /// <exception cref="LoraException">A LoRA is damaged or doesn't fit, or the checkpoint is quantised.</exception>
    /// <exception cref="LoraWriteException">The result can't be written.</exception>
    public static LoraReport MergeInto(string checkpoint, IReadOnlyList<(string Path, double Strength)> loras, string path, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        using var model = Checkpoint.Open(checkpoint);
        using var files = new OpenLoras(loras.Select(lora => lora.Path));
        var merge = new CheckpointMerge(model, [.. files.Files.Zip(loras.Select(lora => lora.Strength))]);
        var merged = new List<LayerReport>();
        var metadata = DerivedMetadata.MergedInto(model.Metadata, loras.Select(lora => lora.Path), checkpoint);
        LoraOutput.Writing(path, () => merge.Write(path, metadata, weight =>
        {
            var network = weight.IsTextEncoder ? LoraNetwork.TextEncoder : weight.Weight.StartsWith("llm_adapter.", StringComparison.Ordinal) ? LoraNetwork.Adapter : LoraNetwork.Transformer;
            merged.Add(new(network, weight.Weight, null, null, weight.Norm, weight.Error, Math.Sqrt(Math.Max(0, 1 - weight.Error * weight.Error))));
            progress?.Invoke(merged.Count, merge.Weights);
        }, cancel));
        return new(merged, [.. merge.Loras.SelectMany(lora => lora.Warnings)], []);
    }

    /// <summary>The difference of two checkpoints as a LoRA, a layer at a time.</summary>
    /// <param name="tuned">The one whose difference is wanted.</param>
    /// <param name="original">The one the LoRA will be used with.</param>
    /// <param name="choice">Rank or share of the energy.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="time">Dates what is made.</param>
    /// <param name="progress">Gets the layers done so far; how many differ is not known before: 0.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>No layers, and nothing written, where the checkpoints do not differ in any that a LoRA can hold.</returns>
    /// <exception cref="SafeTensorsException">A checkpoint is damaged.</exception>
    /// <exception cref="LoraException">The checkpoints have different sizes, or one holds NaN.</exception>
    /// <exception cref="LoraWriteException">The result can't be written.</exception>
    public static LoraReport Extract(
        string tuned, string original, RankChoice choice, LoraOutput output, TimeProvider time, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        using Checkpoint one = Checkpoint.Open(tuned), other = Checkpoint.Open(original);
        var extraction = new LoraExtraction(one, other);
        var layers = Made(extraction.Layers(choice, output.ComputedType), 0, progress, cancel);
        var metadata = DerivedMetadata.Extracted(output.Path, tuned, original, layers, time.GetLocalNow());
        if (layers.Count > 0) output.Write([.. layers.Select(l => l.Layer)], metadata, cancel);
        return LoraReport.Of(layers, [], extraction.LeftOut);
    }

    /// <summary>A LoRA cut down to a rank or share of the energy; the dense change is never built where it has factors.</summary>
    /// <inheritdoc cref="Merge" path="/exception"/>
    /// <param name="lora">The file.</param>
    /// <param name="choice">Rank or share of the energy, for each layer.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="progress">Gets the layers done so far and their number.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static LoraReport Resize(string lora, RankChoice choice, LoraOutput output, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        using var files = new OpenLoras([lora]);
        var file = files.Files[0];
        var layers = Made(LoraMerge.Layers([(file, 1)], choice, output.ComputedType), file.Layers.Count, progress, cancel);
        output.Write([.. layers.Select(l => l.Layer)], DerivedMetadata.Resized(file, layers), cancel);
        return LoraReport.Of(layers, files.Warnings);
    }

    /// <summary>A LoRA under other names or in other numbers; every form that the names can hold, not a bit changed where the numbers stay.</summary>
    /// <inheritdoc cref="Merge" path="/exception"/>
    /// <param name="lora">The file.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="metadata">What becomes of the header's entries.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>Layers written, and the issues of the file.</returns>
    public static (int Layers, IReadOnlyList<LoraIssue> Warnings, IReadOnlyList<string> LeftOut) Convert(string lora, LoraOutput output, KeptMetadata metadata, CancellationToken cancel = default)
    {
        using var files = new OpenLoras([lora]);
        var file = files.Files[0];
        var layers = LoraLayerTensors.Of(file);
        output.Write(layers, DerivedMetadata.Kept(file.Metadata, metadata), cancel);
        return (layers.Count, [.. files.Warnings], file.NotUnderstood);
    }

    private static List<ReducedLayer> Made(IEnumerable<ReducedLayer> layers, int all, Action<int, int>? progress, CancellationToken cancel)
    {
        var made = new List<ReducedLayer>();
        foreach (var layer in layers)
        {
            cancel.ThrowIfCancellationRequested();
            made.Add(layer);
            progress?.Invoke(made.Count, Math.Max(all, made.Count));
        }
        return made;
    }
}

/// <summary>LoRA files that are open together.</summary>
internal sealed class OpenLoras : IDisposable
{
    private readonly List<LoraFile> files = [];

    public OpenLoras(IEnumerable<string> paths)
    {
        try
        {
            foreach (string path in paths) files.Add(LoraFile.Open(path));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<LoraFile> Files => files;

    public IEnumerable<LoraIssue> Warnings => files.SelectMany(file => file.Issues);

    public void Dispose() => files.ForEach(file => file.Dispose());
}
