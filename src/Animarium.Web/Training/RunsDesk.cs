using System.Collections.Concurrent;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Run;

namespace Animarium.Web.Training;

/// <summary>The runs of the studio's folder, whoever started them, and what may be done with them.</summary>
/// <param name="home">Where they lie.</param>
/// <param name="jobs">Where they are ordered.</param>
public sealed class RunsDesk(StudioHome home, JobQueue jobs)
{
    private const int MostFollowed = 64; // runs whose curves are kept in memory, a few hundred KB each

    private readonly Lock ordering = new();
    private readonly ConcurrentDictionary<string, MetricsFollower> followers = new(StringComparer.Ordinal);

    /// <summary>All of them, latest first.</summary>
    public IReadOnlyList<RunSummary> All => RunSummary.In(home.Runs);

    /// <summary>The run of a name; null: there is none. Names come from addresses: they are compared with what is there, never made into paths.</summary>
    public RunSummary? Find(string name) => Directory.Exists(home.Runs) && Directory.EnumerateDirectories(home.Runs).FirstOrDefault(folder => Path.GetFileName(folder) == name) is { } folder ? RunSummary.Of(folder) : null;

    /// <summary>The course of a run's loss, as it is now.</summary>
    public LossCurves CurvesOf(RunSummary run)
    {
        if (followers.Count > MostFollowed) followers.Clear(); // read anew where they are still looked at
        return followers.GetOrAdd(run.Folder, folder => new(new RunFolder(folder, "").Metrics)).Look();
    }

    /// <summary>Orders that a run is gone on with. One that is being trained, or will be, is not ordered twice.</summary>
    public Job GoOn(RunSummary run) => Once(new TrainOrder(run.Folder, null, null, []) { Resume = run.Folder });

    /// <summary>Orders that a run's checkpoints are compared; once at a time.</summary>
    public Job Evaluate(RunSummary run) => Once(new EvaluateOrder(run.Folder));

    private Job Once(JobOrder order)
    {
        lock (ordering)
            return jobs.List().FirstOrDefault(job => job.Kind == order.Kind && job.Folder == order.RunPath && !job.IsOver) ?? jobs.Add(order);
    }
}
