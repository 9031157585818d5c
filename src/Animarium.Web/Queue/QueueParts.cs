using Animarium.Studio.Jobs;

namespace Animarium.Web.Queue;

/// <summary>Rows of the queue that are shown, and how many are not, behind them.</summary>
/// <param name="Jobs">What is shown.</param>
/// <param name="Hidden">How many follow that are not.</param>
public readonly record struct QueueParts(IReadOnlyList<Job> Jobs, int Hidden)
{
    private const int Next = 15, Latest = 10, Over = 10;

    /// <summary>A long queue by its ends: what is next, what was ordered last and what was finished last. Nobody reads the three hundred between.</summary>
    /// <param name="jobs">As <see cref="JobQueue.List"/> orders them.</param>
    /// <param name="isWhole">Whether nothing is hidden.</param>
    public static IReadOnlyList<QueueParts> Of(IReadOnlyList<Job> jobs, bool isWhole)
    {
        int open = jobs.TakeWhile(job => !job.IsOver).Count(), over = jobs.Count - open;
        if (isWhole) return [new(jobs, 0)];
        int hidden = Math.Max(0, open - Next - Latest), shown = Math.Min(over, Over);
        return [new([.. jobs.Take(hidden > 0 ? Next : open)], hidden), new([.. jobs.Skip(Next + hidden).Take(hidden > 0 ? Latest : 0), .. jobs.Skip(open).Take(shown)], over - shown)];
    }
}
