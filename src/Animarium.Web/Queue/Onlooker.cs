using Animarium.Studio.Storage;

namespace Animarium.Web.Queue;

/// <summary>One open page before the <see cref="JobBoard"/>. What somebody does on it is seen on it at once, and on the others when the board tells them the next time: nobody waits until everybody is shown what only he did.</summary>
/// <param name="board">The board, one for all pages.</param>
public sealed class Onlooker(JobBoard board)
{
    private readonly Listeners<Action> changed = new();
    private bool watches;

    /// <summary>Something is different on the board.</summary>
    public event Action? Changed
    {
        add => changed.Add(value);
        remove => changed.Remove(value);
    }

    /// <summary>Whether the page is seen. Out of sight it is told nothing, and what it missed as soon as it is seen again. A page that goes is seen no more.</summary>
    public bool Watches
    {
        get => watches;
        set
        {
            if (value == watches) return;
            watches = value;
            if (!value)
            {
                board.Changed -= Tell;
                return;
            }
            board.Changed += Tell;
            Tell();
        }
    }

    /// <summary>Shows on this page what somebody has just done on it.</summary>
    /// <exception cref="StorageException">The jobs cannot be read.</exception>
    public void Look()
    {
        board.Look();
        Tell();
    }

    private void Tell() => changed.Tell(listener => listener());
}
