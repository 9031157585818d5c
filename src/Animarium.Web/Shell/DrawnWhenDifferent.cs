using Microsoft.AspNetCore.Components;

namespace Animarium.Web.Shell;

/// <summary>One of many alike, such as a row of the queue: drawn anew only when what is seen of it is different, however often those around it are.</summary>
public abstract class DrawnWhenDifferent : ComponentBase
{
    private object? drawn;

    /// <summary>All that its picture depends on, compared by value.</summary>
    protected abstract object Seen { get; }

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        object seen = Seen;
        if (seen.Equals(drawn)) return false;
        drawn = seen;
        return true;
    }
}
