using System.Text.Json;
using Animarium.Diffusion.Tensors;
using Animarium.Studio.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Recipe.Data;

/// <summary>A drawn picture and what is true of it, by role: a line of <c>pictures.jsonl</c>.</summary>
internal sealed record DrawnPicture(string File, IReadOnlyList<string> Quality, IReadOnlyList<string> Count, string Artist, IReadOnlyList<string> Tags, IReadOnlyList<string> Background)
{
    /// <summary>Everything, in the order of captions.</summary>
    public IEnumerable<string> All => [.. Quality, .. Count, Artist, .. Tags, .. Background];

    /// <summary>All of it as a caption.</summary>
    public string Caption => string.Join(", ", All);
}

/// <summary>The pictures that <c>draw.js</c> drew into a folder, in the order of its list.</summary>
internal sealed class DrawnPictures
{
    readonly string folder;

    /// <param name="folder">Holds <c>pictures.jsonl</c>.</param>
    public DrawnPictures(string folder)
    {
        this.folder = folder;
        string list = Path.Combine(folder, "pictures.jsonl");
        if (!File.Exists(list)) throw new FileNotFoundException($"{folder} has no pictures.jsonl: draw pictures into it with recipes/anima-mini/data/draw.js.", list);
        All = [.. File.ReadLines(list).Select(line => JsonSerializer.Deserialize<DrawnPicture>(line, JsonSerializerOptions.Web)!)];
    }

    /// <summary>The name of their folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    public IReadOnlyList<DrawnPicture> All { get; }

    /// <summary>Every tag of every picture.</summary>
    public IReadOnlyCollection<string> Vocabulary => [.. All.SelectMany(picture => picture.All).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>At most so many of some pictures, spread evenly: they are ordered by style, and the first would all be of one.</summary>
    public static int[] Spread(IReadOnlyList<int> numbers, int most) =>
        [.. Enumerable.Range(0, Math.Min(most, numbers.Count)).Select(n => numbers[(int)((long)n * numbers.Count / Math.Min(most, numbers.Count))])];

    /// <summary>A picture's pixels as the VAE sees them.</summary>
    /// <returns>(1, 3, h, w), −1 … 1, fp32</returns>
    public Tensor Pixels(int number)
    {
        using var scope = NewDisposeScope();
        return PictureFile.Load(Path.Combine(folder, All[number].File)).ToTensor().Times(2).Minus(1).MoveToOuterDisposeScope();
    }
}
