using System.Diagnostics;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>The queue with real processes: a server that is killed, workers that are killed.</summary>
public sealed class JobsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_queue_is_worked_off_and_each_picture_is_where_it_says()
    {
        long id = Add(Pictures(3, seed: 7));
        var run = RealProgram.Run("jobs", "--data", folder.Path, "--json");
        Assert.True(run.Code == 0, run.Out + run.Err);
        Assert.Equal(3, run.Lines.Count(line => (string?)line["event"] == "image"));
        AssertAllOnce(id, 3);
    }

    /// <summary>Killed a hundred times, sometimes the server and sometimes its worker: every picture is there once, and nothing else is.</summary>
    [Fact]
    public void Kill_9_at_any_moment_loses_nothing_and_draws_nothing_twice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs pgrep");
        const int Kills = 100, Seed = 20261125;
        var random = new Random(Seed);
        var ids = new[] { Add(Pictures(150, seed: 1)), Add(Pictures(150, seed: 1)) }; // of equal seeds, so that names would collide
        for (int killed = 0; killed < Kills;)
        {
            using var server = Start();
            while (!server.HasExited && killed < Kills)
            {
                // Now and then something is being drawn by then; otherwise it meets the start, and what the one before left.
                if (random.Next(4) == 0) DrawnSince(Drawn(), server);
                server.WaitForExit(random.Next(20, 400));
                if (random.Next(3) == 0 && WorkerOf(server) is { } worker) Kill(worker);
                else server.Kill();
                killed++;
                server.WaitForExit(20);
            }
            if (!server.HasExited) server.Kill();
            server.WaitForExit();
        }
        int meanwhile = Drawn();
        Assert.InRange(meanwhile, 1, 299);
        WorkOff();
        // A picture over which three workers died counts as the reason, and here chance may have killed three over the same one.
        if (InQueue(queue => ids.Count(id => queue.Find(id)!.Failed > 0 && queue.Retry(id) is not null)) > 0) WorkOff();
        foreach (long id in ids) AssertAllOnce(id, 150);
        Assert.Equal(150 * ids.Length, Directory.GetFiles(Home.Pictures, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_second_server_on_the_folder_refuses_politely()
    {
        Add(Pictures(1, seed: 1));
        using var held = StudioLock.Take(Home);
        held.Announce("http://127.0.0.1:7680");
        var run = RealProgram.Run("jobs", "--data", folder.Path);
        Assert.Equal(2, run.Code);
        Assert.Contains("http://127.0.0.1:7680", run.Err, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Err, StringComparison.Ordinal);
    }

    private void WorkOff()
    {
        var run = RealProgram.Run("jobs", "--data", folder.Path, "--json");
        Assert.True(run.Code == 0, run.Out + run.Err);
    }

    private int Drawn() => Directory.GetFiles(Home.Pictures, "*.png", SearchOption.AllDirectories).Length;

    private void DrawnSince(int before, Process server)
    {
        for (int tries = 0; tries < 400 && Drawn() == before && !server.WaitForExit(10); tries++) { }
    }

    private StudioHome Home => new(folder.Path);

    private static DrawOrder Pictures(int count, int seed) => DrawOrder.Of(Settings.Empty.With("prompt", "1girl, solo").With("model", "anima-mini").With("width", "64").With("height", "64").With("steps", "2")
        .With("precision", "fp32").With("device", "cpu").With("seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture)).With("count", count.ToString(System.Globalization.CultureInfo.InvariantCulture)), new Random(1));

    private T InQueue<T>(Func<JobQueue, T> use)
    {
        Home.Prepare();
        using var database = StudioDatabase.Open(Home, TimeProvider.System);
        return use(new JobQueue(database, new JobFeed(), TimeProvider.System));
    }

    private long Add(JobOrder order) => InQueue(queue => queue.Add(order).Id);

    private Process Start()
    {
        var start = new ProcessStartInfo("dotnet", [RealProgram.Dll, "jobs", "--data", folder.Path, "--json"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RealProgram.Root,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
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

    private void AssertAllOnce(long id, int count) => InQueue(queue =>
    {
        var job = queue.Find(id)!;
        Assert.True(job is { State: JobState.Done } && (job.Done, job.Failed) == (count, 0), $"{job}");
        var pictures = queue.Pictures(id);
        Assert.Equal(Enumerable.Range(0, count), pictures.Select(picture => picture.Number));
        Assert.All(pictures, picture => Assert.Equal(Seed(queue, id) + (ulong)picture.Number, ImportedRequest.FromPicture(picture.Path!)!.Settings.Complete().Seed));
        Assert.Equal(count, pictures.Select(picture => picture.Path).Distinct().Count());
        return 0;
    });

    private static ulong Seed(JobQueue queue, long id) => ((DrawOrder)queue.OrderOf(id)!).Plan.Seeds.Start;
}
