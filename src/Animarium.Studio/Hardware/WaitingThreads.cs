using System.Runtime.InteropServices;

namespace Animarium.Studio.Hardware;

/// <summary>
/// How libtorch's threads wait for each other. OpenMP lets them spin by default: on a machine that does something else besides, the thread that is
/// waited for cannot run while the others spin. Three pictures of the small model on 2 cores with a load of 14 took 3 to 69 s spinning and 2.4 to 6 s asleep.
/// </summary>
public static partial class WaitingThreads
{
    private static readonly string[] Choices = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"];

    /// <summary>Lets them sleep, unless the environment says otherwise. To be called before anything of libtorch is: it reads the environment once, while it loads.</summary>
    public static void Sleep()
    {
        if (OperatingSystem.IsWindows() || Choices.Any(name => Environment.GetEnvironmentVariable(name) is not null)) return;
        _ = SetVariable(Choices[0], "passive", overwrite: 0);
    }

    /// <summary>.NET keeps its own copy of the environment; native libraries read the C library's.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
