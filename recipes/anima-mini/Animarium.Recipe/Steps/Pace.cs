using System.Diagnostics;

namespace Animarium.Recipe.Steps;

/// <summary>Pictures a second while training, without the time of measuring and saving between.</summary>
internal sealed class Pace(int batch)
{
    long since = Stopwatch.GetTimestamp();

    /// <summary>Steps since the beginning.</summary>
    public long Steps { get; private set; }

    /// <summary>A step was made.</summary>
    public void Step() => Steps++;

    /// <summary>The pace so far.</summary>
    public double Now() => Steps * batch / Stopwatch.GetElapsedTime(since).TotalSeconds;

    /// <summary>Begins anew.</summary>
    public void Restart() => (Steps, since) = (0, Stopwatch.GetTimestamp());
}
