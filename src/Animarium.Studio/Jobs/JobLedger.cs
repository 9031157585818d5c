using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Jobs;

/// <summary>A piece of work that is next.</summary>
/// <param name="Job">The job.</param>
/// <param name="Number">The picture's number in it; 0 for a training or an evaluation.</param>
/// <param name="Path">The picture's file, where that was fixed before.</param>
/// <param name="Crashes">How often a worker died over it.</param>
internal sealed record NextWork(Job Job, int Number, string? Path, int Crashes)
{
    /// <summary>The job's number and the picture's in it.</summary>
    public WorkId Id => new(Job.Id, Number);
}

/// <summary>Names a piece of work.</summary>
/// <param name="Job">The job's number.</param>
/// <param name="Number">The picture's number in it, from 0; 0 for a training or an evaluation.</param>
public readonly record struct WorkId(long Job, int Number);

/// <summary>What the runner writes down about jobs: what is next, what a file is called, what is finished. Written twice, it counts once.</summary>
internal sealed class JobLedger(JobStore store)
{
    /// <summary>Ends a job of which nothing is left to do.</summary>
    public const string Finished = """
        UPDATE jobs SET state = CASE failed WHEN 0 THEN 'Done' ELSE 'Failed' END, ended = @now
        WHERE id = @id AND kind = 'Draw' AND done + failed >= total AND state IN ('Waiting', 'Running', 'Paused')
        """;

    private (long Job, int Revision, DrawPlan Plan)? latest;

    /// <summary>After a start: nothing runs yet.</summary>
    public void Restart()
    {
        foreach (var job in store.Read(opened => JobTable.Query(opened, "WHERE state = 'Running'"))) Wait(job.Id);
    }

    /// <summary>A job of which nothing is being made any more, and which was not ended, waits again.</summary>
    public void Wait(long id) => store.Change(id, "SET state = 'Waiting' WHERE id = @id AND state = 'Running'");

    /// <summary>Pictures with a name that are not known to be finished.</summary>
    public IReadOnlyList<(WorkId Id, string Path)> Open() => store.Read(opened =>
        opened.Query<(long Job, int Number, string Path)>("SELECT job, number, path FROM job_pictures WHERE state = 'open' AND path IS NOT NULL").Select(row => (new WorkId(row.Job, row.Number), row.Path)).ToList());

    /// <summary>The next piece of work of the first job that has one; null if there is none.</summary>
    /// <param name="taken">What is being made.</param>
    public NextWork? Next(IReadOnlyCollection<WorkId> taken) => store.Read(opened =>
        JobTable.Query(opened, "WHERE state IN ('Waiting', 'Running') AND kind <> 'Import' ORDER BY priority DESC, position").Select(job => Next(opened, job, taken)).FirstOrDefault(next => next is not null));

    /// <summary>What a picture is drawn with, and the defaults of its job.</summary>
    /// <exception cref="SettingException">The plan cannot say it.</exception>
    public (Settings Said, Settings Usual) SettingsOf(WorkId id)
    {
        var plan = store.Read(opened => PlanOf(opened, id.Job));
        return (plan.At(id.Number), plan.Usual);
    }

    /// <summary>The next folder to import; null if there is none.</summary>
    public (Job Job, ImportOrder Order)? NextImport() => store.Read<(Job, ImportOrder)?>(opened =>
        JobTable.Query(opened, "WHERE state = 'Waiting' AND kind = 'Import' ORDER BY priority DESC, position LIMIT 1") is [var job] ? (job, (ImportOrder)JobTable.Order(opened, job.Id)!) : null);

    /// <summary>The order of a job that is one piece of work.</summary>
    public JobOrder OrderOf(Job job) => store.Read(opened => JobTable.Order(opened, job.Id))!;

    /// <summary>Fixes the file's name of a picture: the first one that neither a job nor the disk has.</summary>
    /// <param name="id">The picture.</param>
    /// <param name="names">Paths, in order of preference; as many as it takes.</param>
    public string Name(WorkId id, IEnumerable<string> names)
    {
        string path = "";
        store.Change(id.Job, opened =>
        {
            path = names.First(name => !System.IO.Path.Exists(name) && opened.ExecuteScalar<int>("SELECT count(*) FROM job_pictures WHERE path = @name", new { name }) == 0);
            opened.Execute("""
                INSERT INTO job_pictures (job, number, state, path) SELECT id, @Number, 'open', @path FROM jobs WHERE id = @Job
                ON CONFLICT (job, number) DO UPDATE SET path = @path
                """, new { id.Job, id.Number, path });
            Begin(opened, id);
        });
        return path;
    }

    /// <summary>A picture whose name was known, or a whole, is being made again.</summary>
    public void Begin(WorkId id) => store.Change(id.Job, opened => Begin(opened, id));

    /// <summary>A picture is finished.</summary>
    public void Saved(WorkId id, string path, long? gallery, double seconds) =>
        Settle(id, "saved", "done", new { id.Job, id.Number, gallery, seconds, message = (string?)null }, new JobPictureSaved(id.Job, id.Number, path, gallery, seconds));

    /// <summary>A picture cannot be made.</summary>
    public void Failed(WorkId id, string message) =>
        Settle(id, "failed", "failed", new { id.Job, id.Number, gallery = (long?)null, seconds = (double?)null, message }, new JobPictureFailed(id.Job, id.Number, message));

    /// <summary>A worker died over a picture, perhaps because of it.</summary>
    /// <returns>How often by now.</returns>
    public int Crashed(WorkId id)
    {
        int crashes = 0;
        store.Change(id.Job, opened => crashes = Crash(opened, id));
        return crashes;
    }

    /// <summary>A job stops until a person has mended something.</summary>
    public void Halt(long id, string message) => store.Change(id, "SET state = 'Paused', message = @message WHERE id = @id AND state IN ('Waiting', 'Running')", new { id, message });

    /// <summary>How far a training, an evaluation or an import is.</summary>
    public void Progress(long id, int done, int total, string? folder = null) =>
        store.Change(id, "SET done = @done, total = @total, folder = coalesce(@folder, folder), crashes = 0 WHERE id = @id", new { id, done, total, folder });

    /// <summary>A training, an evaluation or an import ended.</summary>
    /// <param name="id">The job.</param>
    /// <param name="message">Why it failed; null: it did not.</param>
    public void Ended(long id, string? message) => store.Change(id,
        "SET state = CASE WHEN @message IS NULL THEN 'Done' ELSE 'Failed' END, message = @message, ended = @now WHERE id = @id AND state IN ('Waiting', 'Running', 'Paused')", new { id, message, now = store.Now });

    private static int Crash(SqliteConnection opened, WorkId id) => opened.ExecuteScalar<string>("SELECT kind FROM jobs WHERE id = @Job", id) is nameof(JobKind.Train) or nameof(JobKind.Evaluate)
        ? opened.ExecuteScalar<int>("UPDATE jobs SET crashes = crashes + 1 WHERE id = @Job RETURNING crashes", id)
        : opened.ExecuteScalar<int>("""
            INSERT INTO job_pictures (job, number, state, crashes) SELECT id, @Number, 'open', 1 FROM jobs WHERE id = @Job
            ON CONFLICT (job, number) DO UPDATE SET crashes = crashes + 1 RETURNING crashes
            """, id);

    private void Begin(SqliteConnection opened, WorkId id) => opened.Execute("""
        UPDATE jobs SET state = CASE state WHEN 'Waiting' THEN 'Running' ELSE state END, started = coalesce(started, @now), next = max(next, @Number + 1) WHERE id = @Job
        """, new { id.Job, id.Number, now = store.Now });

    private void Settle(WorkId id, string state, string counter, object values, JobEvent told) => store.Change(id.Job, opened =>
    {
        // A picture that failed before it had a name has no row yet.
        opened.Execute("INSERT INTO job_pictures (job, number, state) SELECT id, @Number, 'open' FROM jobs WHERE id = @Job ON CONFLICT DO NOTHING", values);
        int settled = opened.Execute($"UPDATE job_pictures SET state = '{state}', gallery = @gallery, seconds = @seconds, message = @message WHERE job = @Job AND number = @Number AND state = 'open'", values);
        if (settled == 0) return;
        opened.Execute($"UPDATE jobs SET {counter} = {counter} + 1, next = max(next, @Number + 1) WHERE id = @Job", values);
        opened.Execute(Finished, new { id = id.Job, now = store.Now });
    }, told);

    private NextWork? Next(SqliteConnection opened, Job job, IReadOnlyCollection<WorkId> taken)
    {
        if (job.IsWhole)
            return taken.Contains(new(job.Id, 0)) ? null : new(job, 0, null, opened.ExecuteScalar<int>("SELECT crashes FROM jobs WHERE id = @Id", new { job.Id }));
        var again = opened.Query<(int Number, string? Path, int Crashes)>("SELECT number, path, crashes FROM job_pictures WHERE job = @Id AND state = 'open' ORDER BY number", new { job.Id })
            .Where(row => !taken.Contains(new(job.Id, row.Number))).Take(1).ToList();
        if (again is [var (number, path, crashes)]) return new(job, number, path, crashes);
        var plan = PlanOf(opened, job.Id);
        int next = Math.Max(opened.ExecuteScalar<int>("SELECT next FROM jobs WHERE id = @Id", new { job.Id }), taken.Where(id => id.Job == job.Id).Select(id => id.Number + 1).DefaultIfEmpty(0).Max());
        while (next < plan.Count && !plan.Includes(next)) next++;
        return next < plan.Count ? new(job, next, null, 0) : null;
    }

    /// <summary>The plan of a job that draws. It may be large, and the pictures of one job mostly follow each other: the latest one is kept.</summary>
    private DrawPlan PlanOf(SqliteConnection opened, long id)
    {
        int revision = opened.ExecuteScalar<int>("SELECT revision FROM jobs WHERE id = @id", new { id });
        if (latest is not var (job, known, plan) || (job, known) != (id, revision))
        {
            plan = ((DrawOrder)JobTable.Order(opened, id)!).Plan;
            latest = (id, revision, plan);
        }
        return plan;
    }
}
