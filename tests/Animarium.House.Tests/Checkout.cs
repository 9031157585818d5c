namespace Animarium.House.Tests;

/// <summary>The sources as files: what these tests look at.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>Hand-written source files of a kind, without build outputs.</summary>
    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Where(f => !Relative(f).Split('/').Any(part => part is "artifacts" or "bin" or "obj" or ".git"));

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
