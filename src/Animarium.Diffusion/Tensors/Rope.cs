using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>Cosines and sines of a rotary embedding, one row a position; both halves of a row are equal.</summary>
/// <param name="Cos">(l, d), fp32</param>
/// <param name="Sin">(l, d), fp32</param>
public sealed record RopeTable(Tensor Cos, Tensor Sin)
{
    internal static RopeTable FromAngles(Tensor angles)
    {
        var both = cat([angles, angles], -1);
        return new(both.cos(), both.sin());
    }

    /// <summary>Keeps both tensors beyond the current scope.</summary>
    public RopeTable Keep() => new(Cos.DetachFromDisposeScope(), Sin.DetachFromDisposeScope());

    /// <summary>Frees both tensors.</summary>
    public void Release()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}

/// <summary>Rotary position embedding (Su et al. 2021), half-split: the first half of a head turns with the second. Tables and rotation are fp32.</summary>
public static class Rope
{
    /// <summary>Table of a text: positions 0 … length−1.</summary>
    /// <param name="length">Positions.</param>
    /// <param name="headDim">d, even.</param>
    /// <param name="theta">Base of the frequencies.</param>
    /// <param name="device">Where the table is wanted.</param>
    public static RopeTable Text(long length, long headDim, double theta, Device device) =>
        RopeTable.FromAngles(Angles(length, headDim, theta, device));

    /// <summary>
    /// Table of a picture of h × w tokens at time 0: a head's dimensions are shared out among time, height and width, and the spatial bases are
    /// stretched by ratio^(dim / (dim − 2)) with ratio 4 (NTK-aware scaling, as Cosmos-Predict2 does).
    /// </summary>
    /// <param name="height">Rows of tokens.</param>
    /// <param name="width">Tokens in a row.</param>
    /// <param name="headDim">d; ⌊d/6⌋·2 dimensions go to height, as many to width, the rest to time.</param>
    /// <param name="device">Where the table is wanted.</param>
    /// <returns>Rows in the order of the tokens, "(h w) d".</returns>
    public static RopeTable Picture(long height, long width, long headDim, Device device)
    {
        const double theta = 10000, ratio = 4;
        long side = headDim / 6 * 2, time = headDim - 2 * side;
        double stretched = theta * Math.Pow(ratio, side / (side - 2.0));
        var h = Angles(height, side, stretched, device).unsqueeze(1).expand(height, width, -1);
        var w = Angles(width, side, stretched, device).unsqueeze(0).expand(height, width, -1);
        var t = zeros(height, width, time / 2, device: device);
        return RopeTable.FromAngles(cat([t, h, w], -1).flatten(0, 1));
    }

    /// <summary>x·cos + (−second half, first half)·sin.</summary>
    /// <param name="x">(b, h, l, d)</param>
    /// <param name="table">l rows</param>
    /// <returns>As <paramref name="x"/>.</returns>
    public static Tensor Apply(Tensor x, RopeTable table)
    {
        var wide = x.to(float32);
        var halves = wide.chunk(2, -1);
        return (wide * table.Cos).Plus(cat([-halves[1], halves[0]], -1) * table.Sin).to(x.dtype);
    }

    // In fp32 throughout, as every reference does: the rounding of large angles is part of the model.
    static Tensor Angles(long length, long dim, double theta, Device device)
    {
        var exponents = Scalars.Range(dim, float32, device, step: 2).Over(dim);
        return outer(Scalars.Range(length, float32, device), 1.0.Over(pow(theta, exponents)));
    }
}
