using System.Collections.Concurrent;
using Animarium.Bench;

namespace Animarium.Load;

/// <summary>How long things took, by name, and what went wrong; from many threads.</summary>
sealed class Timings
{
    readonly ConcurrentQueue<(string Name, double Seconds)> times = new();
    readonly ConcurrentQueue<string> errors = new();

    public void Add(string name, double seconds) => times.Enqueue((name, seconds));

    /// <summary>Counts a mistake, and shows it at once.</summary>
    public void Fail(string what)
    {
        errors.Enqueue(what);
        Console.Error.WriteLine(what);
    }

    public int Errors => errors.Count;

    /// <summary>All of them together, and then each name.</summary>
    /// <param name="measure">What they are called.</param>
    public IEnumerable<Measurement> Summary(string measure)
    {
        if (times.IsEmpty) yield break;
        yield return Of(measure, [.. times.Select(time => time.Seconds)]) with { Errors = Errors };
        foreach (var group in times.GroupBy(time => time.Name).OrderBy(group => group.Key, StringComparer.Ordinal)) yield return Of($"{measure}-{group.Key}", [.. group.Select(time => time.Seconds)]);
    }

    static Measurement Of(string measure, double[] seconds)
    {
        Array.Sort(seconds);
        return new(measure)
        {
            Repetitions = seconds.Length, Seconds = seconds[seconds.Length / 2],
            Percentile95Seconds = seconds[Math.Min(seconds.Length - 1, (int)(seconds.Length * 0.95))], LongestSeconds = seconds[^1],
        };
    }
}
