using Animarium.Studio.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Jobs;

/// <summary>Changes jobs in the database and tells of it, in the same order.</summary>
internal sealed class JobStore(StudioDatabase database, JobFeed feed, TimeProvider time)
{
    // Two changes of a job must not be told the wrong way round.
    private readonly Lock order = new();

    /// <summary>Where it is told.</summary>
    public JobFeed Feed => feed;

    /// <summary>The time as the tables keep it: milliseconds since 1970.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Reads.</summary>
    public T Read<T>(Func<SqliteConnection, T> query) => database.Read(query);

    /// <summary>Changes a job and tells how it is now; null if there is none.</summary>
    /// <param name="id">The job.</param>
    /// <param name="change">What is done.</param>
    /// <param name="why">Is told before, where something else than the job tells why it is another now.</param>
    public Job? Change(long id, Action<SqliteConnection> change, JobEvent? why = null) => Change(opened =>
    {
        change(opened);
        return JobTable.Find(opened, id);
    }, why);

    /// <summary>Changes one job by an UPDATE of which this is what follows the table's name.</summary>
    public Job? Change(long id, string update, object? values = null) => Change(id, opened => opened.Execute("UPDATE jobs " + update, values ?? new { id, now = Now }));

    /// <summary>Changes something and tells the job that comes of it.</summary>
    public Job? Change(Func<SqliteConnection, Job?> change, JobEvent? why = null)
    {
        lock (order)
        {
            var job = database.Write(change);
            if (why is not null) feed.Tell(why);
            if (job is not null) feed.Tell(new JobChanged(job));
            return job;
        }
    }

    /// <summary>Changes something and tells it, if it came about.</summary>
    public bool Change(Func<SqliteConnection, bool> change, JobEvent happened)
    {
        lock (order)
        {
            bool changed = database.Write(change);
            if (changed) feed.Tell(happened);
            return changed;
        }
    }
}
