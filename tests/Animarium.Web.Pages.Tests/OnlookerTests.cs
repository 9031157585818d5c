using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Storage;
using Animarium.Web.Queue;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Animarium.Web.Pages.Tests;

/// <summary>Pages before the board.</summary>
public sealed class OnlookerTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("animarium-board-").FullName;
    private readonly FakeTimeProvider time = new();
    private readonly StudioDatabase database;
    private readonly JobQueue queue;
    private readonly JobBoard board;

    public OnlookerTests()
    {
        var home = new StudioHome(folder);
        home.Prepare();
        database = StudioDatabase.Open(home, time, patience: 1);
        queue = new(database, new(), time);
        board = new(queue, time);
    }

    public async ValueTask InitializeAsync() => await board.StartAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Who_does_something_sees_it_at_once_and_the_others_when_the_board_tells_them()
    {
        using Seat actor = new(board), other = new(board);
        Order();
        await Until(() => actor.Told > 0 && other.Told > 0); // the board was still, and tells at once
        var (own, theirs) = (actor.Told, other.Told);
        Order();
        actor.Page.Look();
        Assert.Equal(own + 1, actor.Told);
        Assert.Equal(2, board.Jobs.Count);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(theirs, other.Told); // the clock stands
        await Until(() => other.Told > theirs, move: true);
    }

    [Fact]
    public async Task Out_of_sight_a_page_is_told_nothing_and_then_what_it_missed()
    {
        using Seat seen = new(board), hidden = new(board);
        hidden.Page.Watches = false;
        int before = hidden.Told;
        Order();
        await Until(() => seen.Told > 0, move: true);
        Assert.Equal(before, hidden.Told);
        hidden.Page.Watches = true;
        Assert.Equal(before + 1, hidden.Told);
    }

    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(3, 0.5)]
    [InlineData(8, 1.2)]
    public void The_more_look_on_the_more_seldom_each_is_told(int pages, double seconds) => Assert.Equal(seconds, JobBoard.Pause(pages).TotalSeconds);

    private void Order() => queue.Add(DrawOrder.Of(Settings.Empty.With("prompt", "1girl"), new Random(1)));

    private async Task Until(Func<bool> come, bool move = false)
    {
        while (!come())
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            if (move) time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await board.StopAsync(CancellationToken.None);
        board.Dispose();
        database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A page that is looked at, and how often it was told.</summary>
    private sealed class Seat : IDisposable
    {
        private int told;

        public Seat(JobBoard board)
        {
            Page = new(board) { Watches = true };
            Page.Changed += () => Interlocked.Increment(ref told);
        }

        public Onlooker Page { get; }

        public int Told => Volatile.Read(ref told);

        public void Dispose() => Page.Watches = false;
    }
}
