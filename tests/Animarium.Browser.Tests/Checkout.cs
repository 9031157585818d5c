namespace Animarium.Browser.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    /// <summary>Where pictures of failed journeys are kept.</summary>
    public static string Screenshots { get; } = Path.Combine(Root, "artifacts", "screenshots");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Animarium.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
