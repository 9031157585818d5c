using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Animarium.Studio.Jobs;

/// <summary>Tells what happens to jobs, to as many as want to know. Nobody who reads slowly holds up the work or the others.</summary>
public sealed class JobFeed
{
    /// <summary>Events that wait for one reader before it is told to look anew: some minutes of a fast machine.</summary>
    public const int MostUnread = 2048;

    private ImmutableList<FeedReader> readers = [];

    /// <summary>Everything from the moment of the call on. A slow reader misses steps, but no change; one that falls far behind is told a <see cref="FeedGap"/>.</summary>
    public IAsyncEnumerable<JobEvent> Watch(CancellationToken cancellation = default)
    {
        var reader = new FeedReader();
        ImmutableInterlocked.Update(ref readers, list => list.Add(reader));
        return Read(reader, cancellation);
    }

    /// <summary>Tells everyone.</summary>
    public void Tell(JobEvent happened)
    {
        foreach (var reader in Volatile.Read(ref readers)) reader.Add(happened);
    }

    private async IAsyncEnumerable<JobEvent> Read(FeedReader reader, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            while (true) yield return await reader.Next(cancellation).ConfigureAwait(false);
        }
        finally
        {
            ImmutableInterlocked.Update(ref readers, list => list.Remove(reader));
        }
    }
}
