namespace Animarium.Studio.Tests.Tagging;

/// <summary>models/anima-mini of the checkout that these tests were built in.</summary>
internal static class ShippedModel
{
    public static string Folder { get; } = Find();

    public static string Tagger => Path.Combine(Folder, "tagger");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "models", "anima-mini") is var model && Directory.Exists(model)) return model;
        throw new DirectoryNotFoundException("The tests run from a build inside the checkout.");
    }
}
