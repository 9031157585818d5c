using System.Runtime.InteropServices;

namespace Animarium.Studio.Hardware;

/// <summary>
/// How long libtorch's threads spin while they wait for each other before they go to sleep. OpenMP lets them spin for milliseconds: on a machine that does
/// something else besides, the thread that is waited for cannot run as long as the others spin. Three pictures of the small model on 2 cores under a
/// load of 14 took 3.4 to 69 s that way, and 3.5 to 9 s with a thousand turns; alone on the machine, one picture took 1.3 and 1.4 s (asleep at once: 1.6 s).
/// </summary>
public static partial class WaitingThreads
{
    private const string SpinCount = "GOMP_SPINCOUNT", Turns = "1000";

    /// <summary>Shortens the wait, unless the environment decides. To be called before anything of libtorch is: its OpenMP reads the environment once, while it loads.</summary>
    public static void SpinBriefly()
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(SpinCount) is null && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetVariable(SpinCount, Turns, overwrite: 0);
    }

    /// <summary>.NET keeps its own copy of the environment; native libraries read the C library's.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
