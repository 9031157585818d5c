namespace Animarium.Studio;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same state on every machine.</summary>
internal struct SplitMix64(ulong state)
{
    private ulong state = state;

    /// <summary>64 bits.</summary>
    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15);

    /// <summary>In [0, 1), 53 bits.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1ul << 53));

    /// <summary>In [0, <paramref name="count"/>).</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>The numbers 0 … count − 1 in a chance order (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            int place = Below(i + 1);
            order[i] = order[place];
            order[place] = i;
        }
        return order;
    }

    /// <summary>One state of several numbers: another one for every other row of numbers.</summary>
    public static ulong StateOf(params ReadOnlySpan<ulong> numbers)
    {
        ulong state = 0;
        foreach (ulong number in numbers) state = Mix(state + 0x9E3779B97F4A7C15 + Mix(number));
        return state;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
