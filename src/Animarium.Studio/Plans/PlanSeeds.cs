using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>How the seeds of a plan follow each other.</summary>
public enum SeedOrder
{
    /// <summary>Each is one more than the last.</summary>
    Consecutive,

    /// <summary>By chance, and always the same ones for the same start; none comes twice within 2³² pictures.</summary>
    Random,
}

/// <summary>The seeds of a plan.</summary>
public sealed record PlanSeeds
{
    /// <summary>One picture of a seed.</summary>
    /// <param name="start">See <see cref="Start"/>.</param>
    /// <param name="count">Pictures of every cell.</param>
    public PlanSeeds(ulong start, int count = 1) => (Start, Rounds) = (start, [count]);

    /// <summary>The first seed where they are consecutive; what decides all where they are random.</summary>
    public ulong Start { get; init; }

    /// <summary>How they follow each other.</summary>
    public SeedOrder Order { get; init; }

    /// <summary>Whether every picture has a seed of its own. Otherwise all cells have the same seeds, so that only the cells' settings differ between them.</summary>
    public bool Each { get; init; }

    /// <summary>Pictures of every cell: those the plan began with, then those of each extension.</summary>
    public IReadOnlyList<int> Rounds { get; init; }

    /// <summary>Pictures of every cell in all.</summary>
    public long Count => Rounds.Sum(round => (long)round);

    /// <summary>The seed of a picture.</summary>
    /// <param name="number">Its number within its cell, from 0.</param>
    /// <param name="index">Its number in the plan.</param>
    internal ulong Of(int number, int index)
    {
        uint n = (uint)(Each ? index : number);
        return Order == SeedOrder.Consecutive ? unchecked(Start + n) : Scattered(unchecked(n + (uint)Start)) ^ (uint)(Start >> 32);
    }

    /// <exception cref="SettingException">A round has no pictures.</exception>
    internal PlanSeeds Checked() =>
        Rounds.Count > 0 && Rounds.All(round => round is > 0 and <= DrawPlan.MostPictures) ? this : throw new SettingException("count", Words.Say("plan.count", DrawPlan.MostPictures));

    /// <summary>Every number of 32 bits becomes another one (each line can be undone), and neighbours land far apart.</summary>
    private static uint Scattered(uint x)
    {
        x ^= x >> 16;
        x = unchecked(x * 0x7FEB352D);
        x ^= x >> 15;
        x = unchecked(x * 0x846CA68B);
        return x ^ (x >> 16);
    }
}
