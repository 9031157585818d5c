using Animarium.Diffusion.Models.Anima;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Pipeline;

/// <summary>What the noise levels of a schedule say to every block, computed at once; levels between them, which some samplers ask for, when they come.</summary>
internal sealed class TimestepTable : IDisposable
{
    readonly AnimaTransformer transformer;
    readonly ScalarType type;
    readonly Device device;
    readonly Dictionary<float, int> rows = [];
    readonly Modulations table;

    /// <param name="transformer">The model.</param>
    /// <param name="sigmas">The schedule; a final 0 is never asked for.</param>
    /// <param name="device">Of the computation.</param>
    /// <param name="type">Of the matrix products.</param>
    public TimestepTable(AnimaTransformer transformer, IReadOnlyList<double> sigmas, Device device, ScalarType type)
    {
        (this.transformer, Sigmas, this.device, this.type) = (transformer, sigmas, device, type);
        float[] levels = [.. sigmas.Select(s => (float)s).Where(s => s > 0).Distinct()];
        for (int n = 0; n < levels.Length; n++) rows[levels[n]] = n;
        table = Modulate(levels);
    }

    /// <summary>The schedule.</summary>
    public IReadOnlyList<double> Sigmas { get; }

    /// <summary>One row for all items of the batch. Belongs to the dispose scope it is asked for in.</summary>
    public Modulations At(double sigma)
    {
        if (rows.TryGetValue((float)sigma, out int row)) return table.Row(row);
        using var between = Modulate((float)sigma);
        return between.Row(0);
    }

    /// <inheritdoc/>
    public void Dispose() => table.Dispose();

    Modulations Modulate(params float[] levels)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return transformer.Modulate(tensor(levels, device: device), type);
    }
}
