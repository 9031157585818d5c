using System.Text.Json;

namespace Animarium.Parity.Training;

/// <summary>The cases of a part of the training area, from its index; those whose files the folder doesn't hold (the repository's copy has a part) are left out.</summary>
internal static class Cases
{
    /// <param name="part">Folder, e.g. <c>gradients</c>.</param>
    /// <param name="file">The property that names the golden file, relative to the area.</param>
    public static Dictionary<string, JsonElement> Of(string part, string file) => File.ReadLines(Reference.At("training", part, "cases.jsonl")).Where(line => line.Length > 0)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(c => File.Exists(Reference.At("training", c.GetProperty(file).GetString()!)))
        .ToDictionary(c => c.GetProperty("name").GetString()!);
}
