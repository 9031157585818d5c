using Animarium.Diffusion.Weights;

namespace Animarium.Diffusion.Lora;

/// <summary>A LoRA in a <see cref="LoraStack"/>: what of its file fits the model, and how strongly it acts.</summary>
public sealed class AppliedLora
{
    internal AppliedLora(LoraFile file, IReadOnlyDictionary<LoraTarget, IReadOnlyList<WeightChange>> changes, int applied, int skipped, IReadOnlyList<LoraIssue> warnings)
    {
        (Path, Changes, LayersApplied, LayersSkipped, Warnings) = (file.Path, changes, applied, skipped, warnings);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Strength for transformer and adapter; 1 as trained, any finite number.</summary>
    public double Strength { get; internal set; }

    /// <summary>Strength for the text encoder.</summary>
    public double TextEncoderStrength { get; internal set; }

    /// <summary>Layers of the file that act.</summary>
    public int LayersApplied { get; }

    /// <summary>Layers of the file that the model has no place for.</summary>
    public int LayersSkipped { get; }

    /// <summary>What the person should know about it.</summary>
    public IReadOnlyList<LoraIssue> Warnings { get; }

    internal IReadOnlyDictionary<LoraTarget, IReadOnlyList<WeightChange>> Changes { get; }

    internal IEnumerable<(WeightChange Change, double Strength)> On(LoraTarget target) =>
        Changes.TryGetValue(target, out var changes) ? changes.Select(c => (c, target.IsTextEncoder ? TextEncoderStrength : Strength)) : [];
}
