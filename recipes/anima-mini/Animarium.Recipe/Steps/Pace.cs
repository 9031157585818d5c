using System.Diagnostics;

namespace Animarium.Recipe.Steps;

/// <summary>Pictures a second since the last report.</summary>
internal sealed class Pace(int batch)
{
    long? last;
    long time = Stopwatch.GetTimestamp();

    public double At(long step)
    {
        double seconds = Stopwatch.GetElapsedTime(time).TotalSeconds, steps = step - (last ?? 0);
        (last, time) = (step, Stopwatch.GetTimestamp());
        return steps * batch / seconds;
    }
}
