using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Animarium.Studio.Storage;
using Dapper;

namespace Animarium.Studio.Jobs;

/// <summary>
/// The orders of people, kept in the database: what is in it survives everything. Every change is told to the <see cref="JobFeed"/>. What a person asks of a job
/// that is past it (to pause one that is done) changes nothing.
/// </summary>
public sealed class JobQueue
{
    /// <summary>The queue of a database.</summary>
    /// <param name="database">Where jobs are kept.</param>
    /// <param name="feed">Is told every change.</param>
    /// <param name="time">Dates for people.</param>
    public JobQueue(StudioDatabase database, JobFeed feed, TimeProvider time) => Store = new(database, feed, time);

    /// <summary>Where every change is told.</summary>
    public JobFeed Feed => Store.Feed;

    /// <summary>The person's defaults for drawings. An order keeps those of its moment, so that a change in the night makes no other pictures of the rest.</summary>
    public Func<Settings> Usual { get; init; } = () => Settings.Empty;

    internal JobStore Store { get; }

    /// <summary>Puts an order at the end of the list.</summary>
    /// <param name="order">What is to be made.</param>
    /// <param name="key">The sender's own name for it: an order with the key of an earlier one is that earlier one. Null: it is new.</param>
    /// <param name="priority">Higher ones come first.</param>
    /// <exception cref="ConductException">A prompt is refused.</exception>
    /// <exception cref="RatingException">A prompt asks for more than the rating allows.</exception>
    /// <exception cref="StorageException">It cannot be kept.</exception>
    public Job Add(JobOrder order, string? key = null, int priority = 0)
    {
        if (order is DrawOrder { Plan: var plan })
        {
            order = new DrawOrder(plan.Under(plan.Usual.Over(Usual())));
            RequireConduct(((DrawOrder)order).Plan);
        }
        Job? earlier = null;
        var added = Store.Change(opened =>
        {
            if (key is not null && JobTable.Query(opened, "WHERE key = @key", new { key }) is [var known])
            {
                earlier = known;
                return null;
            }
            long id = opened.ExecuteScalar<long>("""
                INSERT INTO jobs (key, kind, state, title, priority, position, work, total, folder, created)
                VALUES (@key, @kind, 'Waiting', @title, @priority, (SELECT coalesce(max(position), 0) + 1 FROM jobs), @work, @total, @folder, @now) RETURNING id
                """, new { key, kind = order.Kind.ToString(), title = order.Title, priority, work = order.ToJson().ToJsonString(), total = order.Total, folder = order.RunPath, now = Store.Now });
            opened.Execute(JobLedger.Finished, new { id, now = Store.Now }); // a plan of which everything was taken out
            return JobTable.Find(opened, id);
        });
        return added ?? earlier!;
    }

    /// <summary>A job; null if there is none with this number.</summary>
    public Job? Find(long id) => Store.Read(opened => JobTable.Find(opened, id));

    /// <summary>Jobs in the order in which they are worked off, those that are over behind them, latest first.</summary>
    /// <param name="offset">How many to leave out at first.</param>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<Job> List(int offset = 0, int most = 1000) => Store.Read(opened => JobTable.Query(opened, """
        ORDER BY state IN ('Done', 'Failed', 'Cancelled'), CASE WHEN state IN ('Done', 'Failed', 'Cancelled') THEN -id ELSE -priority END, position LIMIT @most OFFSET @offset
        """, new { most, offset }));

    /// <summary>What was ordered; null if there is no such job.</summary>
    public JobOrder? OrderOf(long id) => Store.Read(opened => JobTable.Order(opened, id));

    /// <summary>How many jobs there are in each state.</summary>
    public IReadOnlyDictionary<JobState, int> Count() => Store.Read(opened =>
        opened.Query<(string State, int Jobs)>("SELECT state, count(*) FROM jobs GROUP BY state").ToDictionary(row => Enum.Parse<JobState>(row.State), row => row.Jobs));

    /// <summary>Pictures of a job that were begun, in order.</summary>
    public IReadOnlyList<JobPicture> Pictures(long id, int offset = 0, int most = 1000) => Store.Read(opened => opened.Query<(int Number, string State, string? Path, long? Gallery, double? Seconds, string? Message)>(
        "SELECT number, state, path, gallery, seconds, message FROM job_pictures WHERE job = @id ORDER BY number LIMIT @most OFFSET @offset", new { id, most, offset })
        .Select(row => new JobPicture(row.Number, row.State, row.Path, row.Gallery, row.Seconds, row.Message)).ToList());

    /// <summary>Stops a job for now, within a step; what is finished stays.</summary>
    public Job? Pause(long id) => Store.Change(id, "SET state = 'Paused', message = NULL WHERE id = @id AND state IN ('Waiting', 'Running')");

    /// <summary>Lets a paused job go on.</summary>
    public Job? Continue(long id) => Store.Change(id, "SET state = 'Waiting', message = NULL, crashes = 0 WHERE id = @id AND state = 'Paused'");

    /// <summary>Ends a job within a step; what is finished stays.</summary>
    public Job? Cancel(long id) => Store.Change(id, "SET state = 'Cancelled', ended = @now WHERE id = @id AND state IN ('Waiting', 'Running', 'Paused')");

    /// <summary>Takes up what a failed or cancelled job has not made.</summary>
    public Job? Retry(long id) => Store.Change(id, opened =>
    {
        if (opened.Execute("UPDATE jobs SET state = 'Waiting', message = NULL, failed = 0, crashes = 0, ended = NULL WHERE id = @id AND state IN ('Failed', 'Cancelled')", new { id }) == 0) return;
        opened.Execute("UPDATE job_pictures SET state = 'open', crashes = 0, message = NULL WHERE job = @id AND state = 'failed'", new { id });
    });

    /// <summary>Higher priorities come first; equal ones in the order of the list.</summary>
    public Job? SetPriority(long id, int priority) => Store.Change(id, "SET priority = @priority WHERE id = @id", new { id, priority });

    /// <summary>Puts a job before another one, with its priority; or, for null, behind all of its own priority.</summary>
    public Job? Move(long id, long? before) => Store.Change(id, opened =>
    {
        var target = before is { } other ? JobTable.Find(opened, other) : null;
        if (target is null) opened.Execute("UPDATE jobs SET position = (SELECT max(position) + 1 FROM jobs) WHERE id = @id", new { id });
        else
        {
            opened.Execute("UPDATE jobs SET position = position + 1 WHERE position >= @Position", new { target.Position });
            opened.Execute("UPDATE jobs SET position = @Position, priority = @Priority WHERE id = @id", new { id, target.Position, target.Priority });
        }
    });

    /// <summary>Takes pictures out of a job that draws; those that were begun stay.</summary>
    /// <exception cref="SettingException">There are no such pictures.</exception>
    public Job? Trim(long id, params IReadOnlyList<PlanCut> cuts) => Replan(id, plan => plan.Without(cuts));

    /// <summary>Gives a job that draws more pictures of every cell, behind those it has. One that was done goes on.</summary>
    /// <param name="id">The job.</param>
    /// <param name="count">Of every cell.</param>
    /// <exception cref="SettingException">There are too many then.</exception>
    public Job? Extend(long id, int count) => Replan(id, plan => plan.Extended(count));

    /// <summary>Takes a job that does not run off the list; its pictures stay.</summary>
    /// <returns>Whether it was there and did not run.</returns>
    public bool Remove(long id) => Store.Change(opened => opened.Execute("DELETE FROM jobs WHERE id = @id AND state <> 'Running'", new { id }) > 0, new JobRemoved(id));

    // Those behind them meet the same rule before they are drawn: nothing gets past it, a plan of a million pictures is only told later.
    private const int CheckedBefore = 2000;

    private static void RequireConduct(DrawPlan plan)
    {
        var requests = Enumerable.Range(0, Math.Min(plan.Count, CheckedBefore)).Where(plan.Includes).Select(number => plan.At(number).Over(plan.Usual).Complete());
        foreach (var request in requests.DistinctBy(request => (request.Prompt, request.Rating, string.Join('|', request.Loras.Select(lora => lora.Name)))))
        {
            ConductRule.Require([request.Prompt, .. request.Loras.Select(lora => lora.Name)]);
            RatingFilter.Require(request.Prompt, request.Rating);
        }
    }

    private Job? Replan(long id, Func<DrawPlan, DrawPlan> change) => Store.Change(id, opened =>
    {
        if (JobTable.Order(opened, id) is not DrawOrder { Plan: var before } || JobTable.Find(opened, id) is not { State: not JobState.Cancelled }) return;
        var plan = change(before);
        int next = opened.ExecuteScalar<int>("SELECT next FROM jobs WHERE id = @id", new { id }), begun = opened.ExecuteScalar<int>("SELECT count(*) FROM job_pictures WHERE job = @id", new { id });
        int total = begun + Enumerable.Range(next, plan.Count - next).Count(plan.Includes);
        opened.Execute("UPDATE jobs SET work = @work, total = @total, revision = revision + 1 WHERE id = @id", new { id, total, work = plan.ToJson().ToJsonString() });
        opened.Execute(JobLedger.Finished, new { id, now = Store.Now });
        opened.Execute("UPDATE jobs SET state = 'Waiting', ended = NULL WHERE id = @id AND state = 'Done' AND done < total", new { id });
    });
}
