namespace Animarium.Web.Shell;

/// <summary>Shows what changes a hundred times a second as often as an eye wants it: the first change at once, then one at a time, and the last one always.</summary>
public sealed class Pace : IDisposable
{
    /// <summary>The shortest time between two showings.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private readonly Lock access = new();
    private readonly Action show;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long? last;
    private bool waiting;

    /// <summary>Nothing is shown until <see cref="Soon"/> asks for it.</summary>
    /// <param name="show">Shows; called on any thread, for a component <c>() =&gt; InvokeAsync(StateHasChanged)</c>.</param>
    /// <param name="time">Measures.</param>
    public Pace(Action show, TimeProvider time)
    {
        (this.show, this.time) = (show, time);
        timer = time.CreateTimer(_ => Show(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something is different: it is shown at once, or when the time since the last showing is over.</summary>
    public void Soon()
    {
        TimeSpan wait;
        lock (access)
        {
            if (waiting) return;
            waiting = true;
            wait = last is { } then && Every - time.GetElapsedTime(then) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;
        }
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Shows nothing any more.</summary>
    public void Dispose() => timer.Dispose();

    private void Show()
    {
        lock (access) (waiting, last) = (false, time.GetTimestamp());
        show();
    }
}
