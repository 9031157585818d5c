namespace Animarium.Diffusion.Tests.Conduct;

/// <summary>Cases in a file of tab-separated lines; lines with # in front are comments.</summary>
internal static class Table
{
    public static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conduct", file)).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t'));
}
