using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Weights;

/// <summary>
/// Room for weights on a device. A CPU without a limit computes on the mapped weights themselves; anywhere else (or on a CPU with an artificial
/// limit) weights are copied in for as long as a stage of the work needs them. Those that don't fit are brought by each layer for the moment it
/// computes: a model larger than the card still draws, at the price of moving that part in every step.
/// </summary>
/// <param name="device">Where the copies lie.</param>
/// <param name="type">Type of the computation: copies have it, so that nothing is converted twice.</param>
/// <param name="limit">Bytes of weights at the same time; null: as many as a stage has.</param>
public sealed class DeviceMemory(Device device, ScalarType type, long? limit = null)
{
    /// <summary>Whether weights are copied to where they are computed with.</summary>
    public bool Copies { get; } = limit is not null || device.type != DeviceType.CPU;

    /// <summary>Bytes of copies now.</summary>
    public long Used { get; private set; }

    /// <summary>The most bytes so far: copies, and the largest weight that has to visit beside them.</summary>
    public long Peak { get; private set; }

    /// <summary>Copies weights to the device, as many as fit in their order, until the result is disposed.</summary>
    public IDisposable Place(IReadOnlyList<Weight> weights)
    {
        var stay = Copies ? weights.Where(w => w.Placed is null).ToList() : [];
        long visitor = 0;
        if (Used + stay.Sum(SizeOf) > limit)
        {
            visitor = stay.Max(SizeOf);
            long room = limit.Value - Used - visitor;
            stay = [.. stay.TakeWhile(w => (room -= SizeOf(w)) >= 0)];
        }
        foreach (var weight in stay)
        {
            using var scope = NewDisposeScope();
            weight.Placed = weight.CopyTo(type, device).DetachFromDisposeScope();
            Used += SizeOf(weight);
        }
        Peak = Math.Max(Peak, Used + visitor);
        return new Placement(this, stay);
    }

    long SizeOf(Weight weight) => weight.Stored.numel() * type.ElementSize();

    sealed class Placement(DeviceMemory memory, List<Weight> placed) : IDisposable
    {
        public void Dispose()
        {
            foreach (var weight in placed)
            {
                weight.Placed?.Dispose();
                weight.Placed = null;
                memory.Used -= memory.SizeOf(weight);
            }
            placed.Clear();
        }
    }
}
