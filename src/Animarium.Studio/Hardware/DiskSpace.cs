using System.Runtime.InteropServices;

namespace Animarium.Studio.Hardware;

/// <summary>The room on the disk under a folder, which may be another machine's.</summary>
/// <param name="Free">Bytes that may still be written.</param>
/// <param name="Total">Bytes in all.</param>
public sealed partial record DiskSpace(long Free, long Total)
{
    /// <summary>That of a folder; null: it is not there, or nobody says.</summary>
    /// <param name="folder">A full path; on Windows also <c>\\server\share</c>, which has no letter.</param>
    public static DiskSpace? Of(string folder)
    {
        if (OperatingSystem.IsWindows())
            return GetDiskFreeSpaceEx(Path.TrimEndingDirectorySeparator(folder) + '\\', out ulong free, out ulong total, out _) ? new((long)free, (long)total) : null;
        try
        {
            var drive = new DriveInfo(folder);
            return new(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    // DriveInfo takes letters of drives alone.
    [LibraryImport("kernel32", EntryPoint = "GetDiskFreeSpaceExW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetDiskFreeSpaceEx(string folder, out ulong free, out ulong total, out ulong allFree);
}
