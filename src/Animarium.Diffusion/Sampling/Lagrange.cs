namespace Animarium.Diffusion.Sampling;

/// <summary>Interpolation through a few nodes: how multistep solvers turn past values into one step.</summary>
static class Lagrange
{
    /// <summary>The weights that make <c>Σ wⱼ·f(nodeⱼ)</c> equal to a linear functional of f for every polynomial f through the nodes.</summary>
    /// <param name="nodes">Distinct places, best scaled to the size of 1.</param>
    /// <param name="moment">The functional's value for <c>f(r) = rᵖ</c>, p from 0.</param>
    public static double[] Weights(IReadOnlyList<double> nodes, Func<int, double> moment)
    {
        double[] moments = [.. Enumerable.Range(0, nodes.Count).Select(moment)];
        return [.. Enumerable.Range(0, nodes.Count).Select(j => Basis(nodes, j).Zip(moments, (c, m) => c * m).Sum())];
    }

    /// <summary>Coefficients, from the constant upwards, of the polynomial that is 1 at node <paramref name="j"/> and 0 at the others.</summary>
    static double[] Basis(IReadOnlyList<double> nodes, int j)
    {
        var polynomial = new double[nodes.Count];
        polynomial[0] = 1;
        for (int k = 0; k < nodes.Count; k++)
        {
            if (k == j) continue;
            double scale = 1 / (nodes[j] - nodes[k]);
            for (int p = nodes.Count - 1; p >= 0; p--)
                polynomial[p] = scale * ((p > 0 ? polynomial[p - 1] : 0) - nodes[k] * polynomial[p]);
        }
        return polynomial;
    }
}
