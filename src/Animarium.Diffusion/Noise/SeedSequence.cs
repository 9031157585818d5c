namespace Animarium.Diffusion.Noise;

/// <summary>NumPy's SeedSequence (after O'Neill's seed_seq_fe): turns a seed and a place in a tree into well mixed bits.</summary>
static class SeedSequence
{
    /// <summary>The first word of the sequence.</summary>
    /// <param name="entropy">The seed of the whole tree.</param>
    /// <param name="spawnKey">The place in the tree; empty at the root.</param>
    /// <param name="poolSize">How many words are mixed.</param>
    public static uint FirstWord(ulong entropy, ReadOnlySpan<ulong> spawnKey, int poolSize)
    {
        var words = Words(entropy);
        // Zeros keep a long seed apart from a short one that is followed by a key.
        while (spawnKey.Length > 0 && words.Count < poolSize) words.Add(0);
        foreach (ulong key in spawnKey) words.AddRange(Words(key));

        uint hash = 0x43B0D7E5;
        var pool = new uint[poolSize];
        for (int i = 0; i < poolSize; i++) pool[i] = Hash(i < words.Count ? words[i] : 0, ref hash, 0x931E8875);
        for (int from = 0; from < poolSize; from++)
            for (int to = 0; to < poolSize; to++)
                if (from != to) pool[to] = Mix(pool[to], Hash(pool[from], ref hash, 0x931E8875));
        for (int from = poolSize; from < words.Count; from++)
            for (int to = 0; to < poolSize; to++) pool[to] = Mix(pool[to], Hash(words[from], ref hash, 0x931E8875));

        hash = 0x8B51F9DD;
        return Hash(pool[0], ref hash, 0x58F38DED);
    }

    static List<uint> Words(ulong value) => value >> 32 == 0 ? [(uint)value] : [(uint)value, (uint)(value >> 32)];

    static uint Hash(uint value, ref uint hash, uint multiplier)
    {
        value ^= hash;
        hash *= multiplier;
        value *= hash;
        return value ^ (value >> 16);
    }

    static uint Mix(uint x, uint y)
    {
        uint mixed = 0xCA01F9DD * x - 0x4973F715 * y;
        return mixed ^ (mixed >> 16);
    }
}
