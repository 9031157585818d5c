namespace Animarium.Parity;

/// <summary>The golden files: the folder named by <c>ANIMARIUM_REFERENCE</c>, else the copy under <c>tests/reference</c>.</summary>
public static class Reference
{
    /// <summary>The folder whose subfolders are the areas (tokenizers, models, …).</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("ANIMARIUM_REFERENCE") is { Length: > 0 } named
        ? Directory.Exists(named) ? Path.GetFullPath(named) : throw new DirectoryNotFoundException($"ANIMARIUM_REFERENCE names '{named}', which is not a folder.")
        : Path.Combine(Repository, "tests", "reference");

    /// <summary>The checkout, found by walking up from the test binaries.</summary>
    public static string Repository
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) return folder.FullName;
            throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
        }
    }

    /// <summary>A file or folder below <see cref="Root"/>.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);
}
