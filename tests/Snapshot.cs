using System.Runtime.CompilerServices;
using Xunit;

namespace Animarium.Tests;

/// <summary>Texts that lie beside the tests as files. ANIMARIUM_UPDATE_SNAPSHOTS=1 writes them anew; the difference is then reviewed like code.</summary>
internal static class Snapshot
{
    public static void Matches(string name, string text, [CallerFilePath] string test = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(test)!, "Snapshots", name);
        text = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("ANIMARIUM_UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        Assert.True(File.Exists(path), $"There is no {path}. Run with ANIMARIUM_UPDATE_SNAPSHOTS=1 and review it.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n') + "\n", text);
    }
}
