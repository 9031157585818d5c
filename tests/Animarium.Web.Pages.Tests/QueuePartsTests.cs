using Animarium.Studio.Jobs;
using Animarium.Web.Queue;
using Xunit;

namespace Animarium.Web.Pages.Tests;

/// <summary>What of a long queue is shown.</summary>
public class QueuePartsTests
{
    [Theory, InlineData(0, 0), InlineData(18, 6), InlineData(1, 0)]
    public void A_short_queue_is_shown_whole(int open, int over) =>
        Assert.Equal(Jobs(open, over), QueueParts.Of(Jobs(open, over), isWhole: false).SelectMany(part => part.Jobs));

    [Fact]
    public void A_long_queue_is_shown_by_its_ends_and_every_job_is_accounted_for()
    {
        var jobs = Jobs(100, 50);
        var parts = QueueParts.Of(jobs, isWhole: false);
        Assert.Equal([82, 44], parts.Select(part => part.Hidden));
        Assert.Equal(jobs.Take(8), parts[0].Jobs);
        Assert.Equal([.. jobs.Skip(90).Take(10), .. jobs.Skip(100).Take(6)], parts[1].Jobs); // what was ordered last, and what was done last
        Assert.Equal(jobs.Count, parts.Sum(part => part.Jobs.Count + part.Hidden));
    }

    [Fact]
    public void All_of_it_is_shown_on_demand() => Assert.Equal(150, Assert.Single(QueueParts.Of(Jobs(100, 50), isWhole: true)).Jobs.Count);

    private static List<Job> Jobs(int open, int over) => [.. Enumerable.Range(1, open + over).Select(n =>
        new Job(n, JobKind.Draw, $"job {n}", n <= open ? JobState.Waiting : JobState.Done, 0, n, 1, 0, 0, null, null, DateTimeOffset.UnixEpoch, null, null))];
}
