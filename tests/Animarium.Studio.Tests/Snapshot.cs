using System.Runtime.CompilerServices;
using Xunit;

namespace Animarium.Studio.Tests;

/// <summary>Expected texts as files beside the tests. ANIMARIUM_SNAPSHOTS=write renews them; the difference is then read in the commit.</summary>
internal static class Snapshot
{
    /// <summary>Compares with Snapshots/<paramref name="name"/> beside the calling test.</summary>
    public static void Equals(string name, string actual, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("ANIMARIUM_SNAPSHOTS") == "write") File.WriteAllText(path, actual + "\n");
        Assert.True(File.Exists(path), $"{path} is missing: run once with ANIMARIUM_SNAPSHOTS=write and read what it holds.");
        Assert.Equal(File.ReadAllText(path).TrimEnd('\n'), actual);
    }
}
