using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Lora;

/// <summary>
/// LoRAs on a model, in order: each acts on the weights as those before it left them. The mapped base weights are never written to. Plain LoRAs run
/// as a side branch of their layer and cost their own factors only; a layer that anything else changes (LoHa, LoKr, DoRA, OFT, IA³, a difference …)
/// gets its changed weight once, computed in fp32. Taking everything away gives the exact outputs of before.
/// </summary>
/// <remarks>Conditionings, keys and values, and modulations that were computed before a change belong to the old weights: make them anew.</remarks>
public sealed class LoraStack : IDisposable
{
    readonly LoraTargets targets;
    readonly ScalarType type;
    readonly List<AppliedLora> loras = [];

    /// <summary>An empty stack on the networks that were built from these checkpoints.</summary>
    /// <param name="diffusion">What transformer and adapter took their weights from.</param>
    /// <param name="textEncoder">What the text encoder took its weights from.</param>
    /// <param name="type">Type in which the networks compute: changed weights are kept in it.</param>
    public LoraStack(WeightScope diffusion, WeightScope textEncoder, ScalarType type = ScalarType.Float32) =>
        (targets, this.type) = (new(diffusion, textEncoder), type);

    /// <summary>An empty stack on a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">Type in which it computes: changed weights are kept in it.</param>
    public LoraStack(AnimaModel model, ScalarType type = ScalarType.Float32) : this(model.DiffusionWeights, model.TextEncoderWeights, type)
    {
    }

    /// <summary>The LoRAs in the order in which they act.</summary>
    public IReadOnlyList<AppliedLora> Loras => loras;

    /// <summary>Puts a LoRA at the end of the stack; all of it or, if it throws, nothing. The file may be closed afterwards.</summary>
    /// <param name="file">The file; may be in the stack already.</param>
    /// <param name="strength">1 as trained; any finite number.</param>
    /// <param name="textEncoderStrength">Strength for the text encoder; null: the same.</param>
    /// <returns>The LoRA with its warnings, to be shown to the person.</returns>
    /// <exception cref="LoraException">The file is damaged or doesn't fit the model.</exception>
    public AppliedLora Add(LoraFile file, double strength = 1, double? textEncoderStrength = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var lora = LoraBinding.Bind(file, targets);
        Set(lora, strength, textEncoderStrength);
        loras.Add(lora);
        Refresh(lora);
        return lora;
    }

    /// <summary>Changes how strongly a LoRA acts, at its place in the stack.</summary>
    /// <inheritdoc cref="Add" path="/param"/>
    public void SetStrength(AppliedLora lora, double strength, double? textEncoderStrength = null)
    {
        Own(lora);
        Set(lora, strength, textEncoderStrength);
        Refresh(lora);
    }

    /// <summary>Takes a LoRA out of the stack.</summary>
    public void Remove(AppliedLora lora)
    {
        Own(lora);
        loras.Remove(lora);
        Refresh(lora);
    }

    /// <summary>Takes all LoRAs out: the model is exactly as it was.</summary>
    public void Clear()
    {
        foreach (var lora in loras.ToArray()) Remove(lora);
    }

    /// <summary>The weights that the stack changes, with its effect merged in, e.g. to save the model with it. One at a time.</summary>
    /// <param name="textEncoder">Those of the text encoder; otherwise those of transformer and adapter.</param>
    /// <returns>The checkpoint's names without prefix, and the values in fp32; the caller disposes them.</returns>
    public IEnumerable<(string Name, Tensor Value)> Merge(bool textEncoder = false) =>
        Touched(loras).Where(target => target.IsTextEncoder == textEncoder).Select(target => (target.Weight.Name, Merged(target, ChangesOf(target))));

    /// <inheritdoc/>
    public void Dispose() => Clear();

    static IEnumerable<LoraTarget> Touched(IEnumerable<AppliedLora> loras) => loras.SelectMany(lora => lora.Changes.Keys).Distinct();

    List<(WeightChange Change, double Strength)> ChangesOf(LoraTarget target) => [.. loras.SelectMany(lora => lora.On(target))];

    void Own(AppliedLora lora)
    {
        if (!loras.Contains(lora)) throw new ArgumentException($"'{lora.Path}' is not in this stack.", nameof(lora));
    }

    static void Set(AppliedLora lora, double strength, double? textEncoderStrength)
    {
        double other = textEncoderStrength ?? strength;
        if (!double.IsFinite(strength) || !double.IsFinite(other))
            throw new ArgumentOutOfRangeException(nameof(strength), $"The strength of '{lora.Path}' must be a finite number, not {(double.IsFinite(strength) ? other : strength)}.");
        (lora.Strength, lora.TextEncoderStrength) = (strength, other);
    }

    void Refresh(AppliedLora lora)
    {
        foreach (var target in lora.Changes.Keys) Refresh(target);
    }

    void Refresh(LoraTarget target)
    {
        target.Weight.Patch?.Dispose();
        target.Weight.Patch = null;
        if (target.Linear is { } linear)
        {
            (linear.Adapter as LowRankBranch)?.Dispose();
            linear.Adapter = null;
        }

        var changes = ChangesOf(target);
        if (target.Linear is not null && changes.All(c => c.Change is LowRankChange))
        {
            (LowRankChange, double)[] acting = [.. changes.Where(c => c.Strength != 0).Select(c => ((LowRankChange)c.Change, c.Strength))];
            if (acting.Length > 0) target.Linear.Adapter = new LowRankBranch(acting, type);
        }
        else if (changes.Count > 0)
        {
            using var scope = NewDisposeScope();
            target.Weight.Patch = Merged(target, changes).to(type).DetachFromDisposeScope();
        }
    }

    static Tensor Merged(LoraTarget target, List<(WeightChange Change, double Strength)> changes)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var w = target.Weight.StoredAs(ScalarType.Float32, CPU);
        foreach (var (change, strength) in changes) w = change.Apply(w, strength);
        return w.MoveToOuterDisposeScope();
    }
}
