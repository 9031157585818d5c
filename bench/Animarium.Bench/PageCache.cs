using System.Runtime.InteropServices;

namespace Animarium.Bench;

/// <summary>The part of memory in which the system keeps what it read from files.</summary>
static partial class PageCache
{
    const int DontNeed = 4;

    /// <summary>Whether this system can be asked to forget a file.</summary>
    public static bool CanEvict => OperatingSystem.IsLinux();

    /// <summary>Makes the next reading of these files come from the disk.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Evict(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            using var file = File.OpenHandle(path);
            bool added = false;
            file.DangerousAddRef(ref added);
            int error = Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed);
            file.DangerousRelease();
            if (error != 0) throw new IOException($"{path}: the system would not forget it (error {error}), so a cold start can't be measured here.");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
