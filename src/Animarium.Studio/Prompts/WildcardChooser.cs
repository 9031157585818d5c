namespace Animarium.Studio.Prompts;

/// <summary>Decides which alternative of a template is taken.</summary>
internal abstract class WildcardChooser
{
    /// <summary>An index below the number of weights.</summary>
    /// <param name="weights">Not empty; never negative.</param>
    public abstract int Choose(IReadOnlyList<double> weights);
}

/// <summary>Draws by weight, the same way for the same seed on every machine (SplitMix64).</summary>
internal sealed class RandomChooser(long seed) : WildcardChooser
{
    private SplitMix64 random = new((ulong)seed);

    public override int Choose(IReadOnlyList<double> weights)
    {
        double total = weights.Sum(), point = random.Uniform();
        if (total <= 0) return (int)(point * weights.Count);
        point *= total;
        for (int i = 0, last = 0; ; i++)
        {
            if (i == weights.Count) return last; // rounding left the point at the very end
            if (weights[i] <= 0) continue;
            last = i;
            if (point < weights[i]) return i;
            point -= weights[i];
        }
    }
}

/// <summary>Takes every alternative once, like the wheels of an odometer: expand, <see cref="Advance"/>, expand again, until it says no. Weights don't matter.</summary>
internal sealed class OdometerChooser : WildcardChooser
{
    private readonly List<(int Index, int Count)> wheels = [];
    private int position;

    public override int Choose(IReadOnlyList<double> weights)
    {
        if (position == wheels.Count) wheels.Add((0, weights.Count));
        return wheels[position++].Index;
    }

    /// <summary>Turns to the next combination; false after the last.</summary>
    public bool Advance()
    {
        position = 0;
        while (wheels.Count > 0 && wheels[^1] is var (index, count))
        {
            wheels.RemoveAt(wheels.Count - 1);
            if (index + 1 == count) continue;
            wheels.Add((index + 1, count));
            return true;
        }
        return false;
    }
}
