using System.Diagnostics;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The queue with real processes: a server that is killed, workers that are killed.</summary>
public sealed class JobsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly JobFolder jobs;

    public JobsTests() => jobs = new(folder.Path);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_queue_is_worked_off_and_each_picture_is_where_it_says()
    {
        long id = jobs.Add(JobFolder.Pictures(3, seed: 7));
        var run = RealProgram.Run("jobs", "--data", folder.Path, "--json");
        Assert.True(run.Code == 0, run.Out + run.Err);
        Assert.Equal(3, run.Lines.Count(line => (string?)line["event"] == "image"));
        jobs.AssertAllOnce(id, 3);
        // They are in the gallery, with their job.
        Assert.Equal(jobs.InQueue(queue => queue.Pictures(id)).Select(picture => picture.Path).Order(), jobs.InGallery(gallery => gallery.Search(new() { Job = id }, 0, 10)).Select(picture => picture.Path).Order());
    }

    /// <summary>Killed a hundred times, sometimes the server and sometimes its worker: every picture is there once, and nothing else is.</summary>
    [Fact]
    public void Kill_9_at_any_moment_loses_nothing_and_draws_nothing_twice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs pgrep");
        const int Kills = 100, Seed = 20261125;
        var random = new Random(Seed);
        var ids = new[] { jobs.Add(JobFolder.Pictures(150, seed: 1)), jobs.Add(JobFolder.Pictures(150, seed: 1)) }; // of equal seeds, so that names would collide
        for (int killed = 0; killed < Kills;)
        {
            using var server = jobs.Start(null, "jobs");
            while (!server.HasExited && killed < Kills)
            {
                // Now and then something is being drawn by then; otherwise it meets the start, and what the one before left.
                if (random.Next(6) == 0) DrawnSince(jobs.Drawn(), server);
                server.WaitForExit(random.Next(20, 400));
                if (random.Next(3) == 0 && WorkerOf(server) is { } worker) Kill(worker);
                else server.Kill();
                killed++;
                server.WaitForExit(20);
            }
            if (!server.HasExited) server.Kill();
            server.WaitForExit();
        }
        int meanwhile = jobs.Drawn();
        Assert.InRange(meanwhile, 1, 299);
        jobs.WorkOff();
        // A picture over which three workers died counts as the reason, and here chance may have killed three over the same one.
        if (jobs.InQueue(queue => ids.Count(id => queue.Find(id)!.Failed > 0 && queue.Retry(id) is not null)) > 0) jobs.WorkOff();
        foreach (long id in ids) jobs.AssertAllOnce(id, 150);
        Assert.Equal(150 * ids.Length, Directory.GetFiles(jobs.Home.Pictures, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_second_server_on_the_folder_refuses_politely()
    {
        jobs.Add(JobFolder.Pictures(1, seed: 1));
        using var held = StudioLock.Take(jobs.Home);
        held.Announce("http://127.0.0.1:7680");
        var run = RealProgram.Run("jobs", "--data", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Contains("http://127.0.0.1:7680", run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Err, StringComparison.Ordinal);
    }

    /// <summary>Waits for a picture more than before, however long a busy machine takes to open the model.</summary>
    private void DrawnSince(int before, Process server)
    {
        var patience = Stopwatch.StartNew();
        while (jobs.Drawn() == before && !server.WaitForExit(10)) Assert.True(patience.Elapsed < TimeSpan.FromMinutes(2), "nothing was drawn in two minutes");
    }

    private static int? WorkerOf(Process server)
    {
        using var children = Process.Start(new ProcessStartInfo("pgrep", ["-P", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true })!;
        return int.TryParse(children.StandardOutput.ReadToEnd().Split('\n')[0], out int id) ? id : null;
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // it was quicker
        }
    }
}
