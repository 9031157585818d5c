using Animarium.Studio;

namespace Animarium.Recipe.Data;

/// <summary>Numbers 0 … count − 1 dealt for ever, in a new order each round. What comes at a place follows from the seed alone, so that training can go on from any step.</summary>
internal sealed class Deck(int count, ulong seed)
{
    (long Round, int[] Order) current = (-1, []);

    /// <summary>The number at a place from 0.</summary>
    public int At(long place)
    {
        long round = place / count;
        if (round != current.Round) current = (round, new SplitMix64(SplitMix64.StateOf(seed, (ulong)round)).Permutation(count));
        return current.Order[place % count];
    }
}
