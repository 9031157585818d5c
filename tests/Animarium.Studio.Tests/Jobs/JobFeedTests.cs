using Animarium.Studio.Jobs;
using Xunit;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>Many readers, some of them slow.</summary>
public sealed class JobFeedTests
{
    [Fact]
    public async Task A_slow_reader_misses_steps_and_no_change()
    {
        var feed = new JobFeed();
        var reader = feed.Watch(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (int n = 0; n < 500; n++)
        {
            for (int step = 1; step <= 20; step++) feed.Tell(new JobStep(1, n, 1, step, 20, 0.1, step == 5 ? [1] : null));
            feed.Tell(new JobPictureSaved(1, n, "", null, 1));
        }
        var read = new List<JobEvent>();
        while (read.OfType<JobPictureSaved>().Count() < 500 && await reader.MoveNextAsync()) read.Add(reader.Current);
        Assert.Equal(Enumerable.Range(0, 500), read.OfType<JobPictureSaved>().Select(saved => saved.Picture));
        Assert.InRange(read.OfType<JobStep>().Count(), 1, 500);
        Assert.DoesNotContain(read, happened => happened is FeedGap);
    }

    [Fact]
    public async Task A_preview_waits_with_the_steps_behind_it()
    {
        var feed = new JobFeed();
        var reader = feed.Watch(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        feed.Tell(new JobStep(1, 0, 1, 1, 3, 0.1, [7]));
        feed.Tell(new JobStep(1, 0, 1, 2, 3, 0.1, null));
        Assert.True(await reader.MoveNextAsync());
        var step = Assert.IsType<JobStep>(reader.Current);
        Assert.Equal((2, 7), (step.Step, step.Preview![0]));
    }

    [Fact]
    public async Task One_that_does_not_read_at_all_is_told_to_look_anew_and_costs_no_memory()
    {
        var feed = new JobFeed();
        var reader = feed.Watch(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (int n = 0; n <= JobFeed.MostUnread; n++) feed.Tell(new JobRemoved(n));
        feed.Tell(new JobRemoved(-1));
        Assert.True(await reader.MoveNextAsync());
        Assert.IsType<FeedGap>(reader.Current);
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal(new JobRemoved(-1), reader.Current);
    }
}
