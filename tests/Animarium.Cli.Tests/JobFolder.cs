using System.Diagnostics;
using System.Globalization;
using Animarium.Studio.Gallery;
using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Xunit;

namespace Animarium.Cli.Tests;

/// <summary>A studio's folder whose queue the real program works off.</summary>
internal sealed class JobFolder
{
    private readonly string path;

    /// <param name="path">An empty folder.</param>
    public JobFolder(string path)
    {
        this.path = path;
        // Drawing gives way to everything else, and tests run side by side: pictures would come when all others are done.
        File.WriteAllText(Home.Settings, "[machine]\npriority = \"normal\"\n");
    }

    public StudioHome Home => new(path);

    public static DrawOrder Pictures(int count, int seed) => DrawOrder.Of(Settings.Empty.With("prompt", "1girl, solo").With("model", "anima-mini").With("width", "64").With("height", "64").With("steps", "2")
        .With("precision", "fp32").With("device", "cpu").With("seed", seed.ToString(CultureInfo.InvariantCulture)).With("count", count.ToString(CultureInfo.InvariantCulture)), new Random(1));

    public T InQueue<T>(Func<JobQueue, T> use)
    {
        Home.Prepare();
        using var database = StudioDatabase.Open(Home, TimeProvider.System);
        return use(new JobQueue(database, new JobFeed(), TimeProvider.System));
    }

    public T InGallery<T>(Func<PictureGallery, T> use)
    {
        using var database = StudioDatabase.Open(Home, TimeProvider.System);
        return use(new PictureGallery(Home, database, TimeProvider.System));
    }

    public long Add(JobOrder order) => InQueue(queue => queue.Add(order).Id);

    /// <summary>How many pictures there are.</summary>
    public int Drawn() => Directory.GetFiles(Home.Pictures, "*.png", SearchOption.AllDirectories).Length;

    /// <summary>Starts the program on the folder.</summary>
    /// <param name="hear">Gets what it says, from any thread.</param>
    /// <param name="arguments">The verb and what is said to it.</param>
    public Process Start(Action<string>? hear, params string[] arguments)
    {
        // What a background job of a script starts ignores SIGINT, and tests may run in one.
        string[] heed = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(heed[0], [.. heed[1..], RealProgram.Dll, .. arguments, "--data", path, "--json"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RealProgram.Root,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => hear?.Invoke(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => hear?.Invoke(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Works the queue off.</summary>
    public void WorkOff()
    {
        var run = RealProgram.Run("jobs", "--data", path, "--json");
        Assert.True(run.Code == 0, run.Out + run.Err);
    }

    /// <summary>Every picture of a job is there once, and each is the one it says.</summary>
    public void AssertAllOnce(long id, int count) => InQueue(queue =>
    {
        var job = queue.Find(id)!;
        Assert.True(job is { State: JobState.Done } && (job.Done, job.Failed) == (count, 0), $"{job}");
        var pictures = queue.Pictures(id);
        ulong first = ((DrawOrder)queue.OrderOf(id)!).Plan.Seeds.Start;
        Assert.Equal(Enumerable.Range(0, count), pictures.Select(picture => picture.Number));
        Assert.All(pictures, picture => Assert.Equal(first + (ulong)picture.Number, ImportedRequest.FromPicture(picture.Path!)!.Settings.Complete().Seed));
        Assert.Equal(count, pictures.Select(picture => picture.Path).Distinct().Count());
        return 0;
    });
}
