using Animarium.Diffusion.Conduct;
using Animarium.Studio.Jobs;
using Animarium.Studio.Plans;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>Orders of people: kept, ordered, changed.</summary>
public sealed class JobQueueTests : IDisposable
{
    private readonly StudioForTest studio = new();

    private JobQueue Queue => studio.Queue;

    public void Dispose() => studio.Dispose();

    [Fact]
    public void An_order_survives_a_restart_as_it_was()
    {
        var plan = DrawPlan.Make(StudioForTest.Pictures(1).Plan.Common, [new PlanAxis("steps", ["4", "8"])], [], new(7, 3));
        long id = Queue.Add(new DrawOrder(plan)).Id;
        studio.Restart();
        var job = Queue.Find(id)!;
        Assert.Equal((JobKind.Draw, JobState.Waiting, "1girl", 6), (job.Kind, job.State, job.Title, job.Total));
        var read = Assert.IsType<DrawOrder>(Queue.OrderOf(id)).Plan;
        Assert.Equal(Enumerable.Range(0, 6).Select(n => plan.At(n).ToString()), Enumerable.Range(0, 6).Select(n => read.At(n).ToString()));
    }

    [Fact]
    public void A_job_about_a_run_says_so_from_the_beginning_and_after_a_restart()
    {
        long resumed = Queue.Add(new TrainOrder("/runs/a", null, null, []) { Resume = "/runs/a" }).Id, judged = Queue.Add(new EvaluateOrder("/runs/a")).Id;
        long begun = Queue.Add(new TrainOrder("/pictures", "style", "word", ["adapter.rank=4"]) { Measures = true }).Id;
        studio.Restart();
        Assert.Equal(["/runs/a", "/runs/a", null], new[] { resumed, judged, begun }.Select(id => Queue.Find(id)!.Folder));
        Assert.Equal("/runs/a", Assert.IsType<TrainOrder>(Queue.OrderOf(resumed)).Resume);
        Assert.Equal("/runs/a", Assert.IsType<EvaluateOrder>(Queue.OrderOf(judged)).Run);
        var order = Assert.IsType<TrainOrder>(Queue.OrderOf(begun));
        Assert.Equal(("/pictures", "style", "word", true), (order.Source, order.Goal, order.Trigger, order.Measures));
        Assert.Equal(["adapter.rank=4"], order.Set);
    }

    [Fact]
    public void Sent_twice_under_one_key_it_is_one_job()
    {
        var first = Queue.Add(StudioForTest.Pictures(1), "key");
        Assert.Equal(first.Id, Queue.Add(StudioForTest.Pictures(1), "key").Id);
        Assert.NotEqual(first.Id, Queue.Add(StudioForTest.Pictures(1), "other").Id);
        Assert.Equal(2, Queue.List().Count);
    }

    [Fact]
    public void Priority_then_position_decide_and_a_clock_that_is_set_back_does_not()
    {
        long a = Queue.Add(StudioForTest.Pictures(1)).Id;
        var back = new JobQueue(studio.Database, new(), new FakeTimeProvider(studio.Time.GetUtcNow() - TimeSpan.FromDays(400)));
        long b = back.Add(StudioForTest.Pictures(1)).Id, c = back.Add(StudioForTest.Pictures(1), priority: 1).Id, d = back.Add(StudioForTest.Pictures(1)).Id;
        Assert.Equal([c, a, b, d], Order());
        Queue.Move(d, before: a);
        Assert.Equal([c, d, a, b], Order());
        Queue.Move(b, before: c); // with its priority
        Assert.Equal([b, c, d, a], Order());
        Queue.Move(d, before: null);
        Queue.SetPriority(c, 0);
        Assert.Equal([b, a, c, d], Order());
    }

    [Fact]
    public void What_people_ask_of_a_job_changes_its_state_and_nothing_that_is_past()
    {
        long id = Queue.Add(StudioForTest.Pictures(2)).Id;
        Assert.Equal(JobState.Paused, Queue.Pause(id)!.State);
        Assert.Equal(JobState.Waiting, Queue.Continue(id)!.State);
        Assert.Equal(JobState.Cancelled, Queue.Cancel(id)!.State);
        Assert.Equal(JobState.Cancelled, Queue.Pause(id)!.State);
        Assert.NotNull(Queue.Find(id)!.Ended);
        Assert.Equal(JobState.Waiting, Queue.Retry(id)!.State);
        Assert.Null(Queue.Pause(12345));
        Assert.True(Queue.Remove(id));
        Assert.False(Queue.Remove(id));
        Assert.Null(Queue.Find(id));
        Assert.NotEqual(id, Queue.Add(StudioForTest.Pictures(1)).Id); // a number is never used twice
    }

    [Fact]
    public void A_job_is_trimmed_and_extended()
    {
        long id = Queue.Add(StudioForTest.Pictures(10)).Id;
        Assert.Equal(4, Queue.Trim(id, new IndexCut(4, 9))!.Total);
        Assert.Equal(9, Queue.Extend(id, 5)!.Total);
        Assert.Equal(15UL, ((DrawOrder)Queue.OrderOf(id)!).Plan.At(10).Complete().Seed);
        Assert.Equal(JobState.Done, Queue.Trim(id, new IndexCut(0, 14))!.State);
    }

    [Fact]
    public void What_is_refused_never_comes_into_the_queue()
    {
        Assert.Throws<ConductException>(() => Queue.Add(StudioForTest.Pictures(3, "child, nude")));
        Assert.Throws<RatingException>(() => Queue.Add(StudioForTest.Pictures(3, "1girl, nude, sex")));
        Assert.Empty(Queue.List());
    }

    private List<long> Order() => [.. Queue.List().Select(job => job.Id)];
}
