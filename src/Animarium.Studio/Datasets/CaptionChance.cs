namespace Animarium.Studio.Datasets;

/// <summary>The chance that caption processing draws from, in the order of sd-scripts.</summary>
public abstract class CaptionChance
{
    /// <summary>A number in [0, 1).</summary>
    public abstract double Draw();

    /// <summary>An index below <paramref name="count"/>, which is at least 1.</summary>
    public abstract int Choose(int count);

    /// <summary>The numbers 0 … count − 1 in another order.</summary>
    public abstract IReadOnlyList<int> Permute(int count);
}

/// <summary>Chance that follows from a state alone, so that any step of any epoch can be repeated without those before it.</summary>
internal sealed class SeededChance(ulong state) : CaptionChance
{
    private SplitMix64 random = new(state);

    public override double Draw() => random.Uniform();

    public override int Choose(int count) => random.Below(count);

    public override IReadOnlyList<int> Permute(int count) => random.Permutation(count);
}
