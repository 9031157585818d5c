namespace Animarium.Diffusion.Noise;

/// <summary>MT19937 (Matsumoto and Nishimura 1998), 32 bits a draw.</summary>
internal sealed class MersenneTwister
{
    const int Size = 624, Distance = 397;

    readonly uint[] state = new uint[Size];
    int used = Size;

    public MersenneTwister(uint seed)
    {
        state[0] = seed;
        for (uint i = 1; i < Size; i++) state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
    }

    public uint Next()
    {
        if (used == Size) Twist();
        return Temper(state[used++]);
    }

    /// <summary>Numbers in 0 … 1 (exclusive) from the low 24 bits of one draw each.</summary>
    public void Uniform(Span<float> numbers)
    {
        while (!numbers.IsEmpty)
        {
            if (used == Size) Twist();
            var words = state.AsSpan(used, Math.Min(Size - used, numbers.Length));
            for (int i = 0; i < words.Length; i++) numbers[i] = (int)(Temper(words[i]) & 0xFFFFFF) * (1f / (1 << 24));
            used += words.Length;
            numbers = numbers[words.Length..];
        }
    }

    /// <summary>A number in 0 … 1 (exclusive) from the low 53 bits of two draws, the high word first.</summary>
    public double Uniform()
    {
        ulong high = Next(), low = Next();
        return ((high << 32 | low) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));
    }

    void Twist()
    {
        var s = state;
        for (int i = 0; i < Size - Distance; i++) s[i] = s[i + Distance] ^ Mix(s[i], s[i + 1]);
        for (int i = Size - Distance; i < Size - 1; i++) s[i] = s[i + Distance - Size] ^ Mix(s[i], s[i + 1]);
        s[^1] = s[Distance - 1] ^ Mix(s[^1], s[0]);
        used = 0;
    }

    static uint Mix(uint high, uint low) => ((high & 0x80000000 | low & 0x7FFFFFFF) >> 1) ^ ((0 - (low & 1)) & 0x9908B0DF);

    static uint Temper(uint y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }
}
