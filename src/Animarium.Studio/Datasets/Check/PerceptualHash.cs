using System.Numerics;
using Animarium.Studio.Images;

namespace Animarium.Studio.Datasets.Check;

/// <summary>dHash (Krawetz 2013): 64 bits that say where a small grey copy of a picture gets brighter to the right. Survives scaling and compression.</summary>
internal static class PerceptualHash
{
    private const int Side = 8;
    private const int MostDifferent = 3; // bits
    private const int Bands = MostDifferent + 1; // at least one of them is equal in hashes that differ in three bits

    /// <summary>The hash; null for a picture of one colour, which looks like every other.</summary>
    public static ulong? Of(Picture picture)
    {
        var small = picture.Resample(Side + 1, Side, Resampling.Automatic(picture.Width, picture.Height, Side + 1, Side)).Gray();
        ulong hash = 0;
        for (int y = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
            {
                int at = y * (Side + 1) + x;
                hash = hash << 1 | (small.Pixels[at + 1] > small.Pixels[at] ? 1ul : 0);
            }
        return hash == 0 && small.Pixels.Max() - small.Pixels.Min() < 2 ? null : hash;
    }

    /// <summary>Groups of indices whose hashes differ in at most three bits from another one of the group. Close to linear in the number of hashes.</summary>
    public static IEnumerable<int[]> Alike(IReadOnlyList<ulong> hashes)
    {
        int[] group = [.. Enumerable.Range(0, hashes.Count)];
        for (int band = 0; band < Bands; band++)
        {
            int shift = band * 64 / Bands;
            foreach (var bucket in Enumerable.Range(0, hashes.Count).GroupBy(i => hashes[i] >> shift & 0xFFFF))
            {
                // Equal hashes are joined once, so that a thousand copies are not compared a million times.
                int[] different = [.. bucket.GroupBy(i => hashes[i]).Select(equal => equal.Aggregate(Join))];
                for (int i = 0; i < different.Length; i++)
                    for (int j = i + 1; j < different.Length; j++)
                        if (BitOperations.PopCount(hashes[different[i]] ^ hashes[different[j]]) <= MostDifferent) Join(different[i], different[j]);
            }
        }
        return Enumerable.Range(0, hashes.Count).GroupBy(First).Select(alike => alike.ToArray()).Where(alike => alike.Length > 1);

        int First(int i)
        {
            while (group[i] != i) i = group[i] = group[group[i]];
            return i;
        }

        int Join(int a, int b)
        {
            group[First(b)] = First(a);
            return a;
        }
    }
}
