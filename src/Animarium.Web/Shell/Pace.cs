namespace Animarium.Web.Shell;

/// <summary>
/// Shows what changes often no oftener than the eye wants: at once after a rest, then once an interval, and always the last change.
/// A small model makes a hundred steps a second, and each showing costs every browser that looks on.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="show">Shows the present state; called on any thread.</param>
public sealed class Pace(TimeProvider time, Action show) : IDisposable
{
    /// <summary>The time between two showings at least.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock access = new();
    private ITimer? resting;
    private bool waits, over;

    /// <summary>Something is different.</summary>
    public void Show()
    {
        lock (access)
        {
            if (over) return;
            waits = resting is not null;
            if (waits) return;
            resting = time.CreateTimer(_ => Rested(), null, Interval, Timeout.InfiniteTimeSpan);
        }
        show();
    }

    /// <summary>Shows nothing any more.</summary>
    public void Dispose()
    {
        lock (access)
        {
            over = true;
            resting?.Dispose();
        }
    }

    private void Rested()
    {
        bool again;
        lock (access)
        {
            resting?.Dispose();
            resting = null;
            (again, waits) = (waits, false);
        }
        if (again) Show();
    }
}
