using Animarium.Studio.Jobs;

namespace Animarium.Web.Queue;

/// <summary>Rows of the queue that are shown, and how many are not, behind them.</summary>
/// <param name="Jobs">What is shown.</param>
/// <param name="Hidden">How many follow that are not.</param>
public readonly record struct QueueParts(IReadOnlyList<Job> Jobs, int Hidden)
{
    private const int Next = 8, Latest = 10, Over = 6; // every page that is open draws them

    /// <summary>A long queue by its ends: what is next, what was ordered last and what was finished last. Nobody reads the three hundred between.</summary>
    /// <param name="jobs">As <see cref="JobQueue.List"/> orders them.</param>
    /// <param name="isWhole">Whether nothing is hidden.</param>
    public static IReadOnlyList<QueueParts> Of(IReadOnlyList<Job> jobs, bool isWhole)
    {
        if (isWhole) return [new(jobs, 0)];
        int open = jobs.TakeWhile(job => !job.IsOver).Count(), shown = Math.Min(jobs.Count, open + Over);
        int hidden = Math.Max(0, open - Next - Latest), head = hidden > 0 ? Next : open;
        return [new([.. jobs.Take(head)], hidden), new([.. jobs.Take(shown).Skip(head + hidden)], jobs.Count - shown)];
    }
}
