using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Animarium.Studio.Tests.Jobs;

/// <summary>A studio's folder with its queue, and a clock that the test moves.</summary>
internal sealed class StudioForTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-jobs-").FullName;

    public StudioForTest()
    {
        Home = new(folder);
        Home.Prepare();
        Time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        (Database, Queue) = Open();
    }

    public StudioHome Home { get; }

    public FakeTimeProvider Time { get; }

    public StudioDatabase Database { get; private set; }

    public JobQueue Queue { get; private set; }

    /// <summary>As after a kill: everything anew from the folder.</summary>
    public void Restart()
    {
        Database.Dispose();
        (Database, Queue) = Open();
    }

    public static DrawOrder Pictures(int count, string prompt = "1girl", string seed = "5") => DrawOrder.Of(
        Settings.Empty.With("prompt", prompt).With("seed", seed).With("count", count.ToString(System.Globalization.CultureInfo.InvariantCulture)), new Random(1));

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private (StudioDatabase, JobQueue) Open()
    {
        var database = StudioDatabase.Open(Home, Time, patience: 1);
        return (database, new(database, new(), Time));
    }
}
