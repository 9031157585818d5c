using System.Globalization;
using System.Text.RegularExpressions;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Generation;

/// <summary>Where the pictures of a request go. <see cref="GenerationRequest.Out"/> is a file, a folder, or a pattern of either with placeholders.</summary>
/// <remarks>
/// A placeholder is <c>{seed}</c>, <c>{index}</c>, <c>{date}</c>, <c>{time}</c> or any knob's name; <c>{prompt:40}</c> takes at most 40
/// characters, <c>{index:4}</c> at least 4 digits; <c>{{</c> is a bracket. What is filled in never makes folders of its own.
/// </remarks>
public sealed partial class OutputNames
{
    private const string DefaultName = "{date}-{time}-{seed}";
    private const int LongestValue = 80; // characters of a placeholder without a number of its own

    private static readonly string[] NeverWritten = [".gif", ".bmp", ".tif", ".tiff", ".jxl", ".heic", ".heif", ".svg", ".psd", ".qoi"];

    private readonly string[] segments;

    /// <summary>Reads where a request's pictures go.</summary>
    /// <exception cref="SettingException">An unknown placeholder, or the extension of a format that is not written.</exception>
    public OutputNames(GenerationRequest request)
    {
        Format = FormatOf(request);
        string extension = Path.GetExtension(request.Out).ToLowerInvariant();
        if (NeverWritten.Contains(extension)) throw new SettingException("out", Words.Say("out.extension", extension));
        string path = IsFolder(request.Out) ? Path.Combine(request.Out, DefaultName) : PictureFormats.OfName(request.Out) is null ? request.Out : Path.ChangeExtension(request.Out, null);
        segments = path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]);
        foreach (Match placeholder in segments.SelectMany(segment => Placeholder().Matches(segment)))
            if (placeholder.Groups["name"] is { Success: true } name && !IsKnown(name.Value)) throw new SettingException("out", Words.Say("out.placeholder", name.Value));
    }

    /// <summary>The format the pictures are kept in.</summary>
    public PictureFormat Format { get; }

    /// <summary>The format of a request's pictures: what was given, else by the name of the output, else PNG.</summary>
    public static PictureFormat FormatOf(GenerationRequest request) => request.Format ?? PictureFormats.OfName(request.Out) ?? PictureFormat.Png;

    /// <summary>Makes the folder as far as it is known before the first picture, and tries whether it can be written to: better now than after the drawing.</summary>
    /// <exception cref="PictureException">It cannot.</exception>
    public void Prepare()
    {
        var known = segments[..^1].TakeWhile(segment => !segment.Contains('{', StringComparison.Ordinal)).Select(segment => segment + Path.DirectorySeparatorChar);
        string folder = Path.GetFullPath(string.Concat(known) is { Length: > 0 } given ? given : ".");
        string probe = Path.Combine(folder, $".{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(folder);
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PictureException(Words.Say("out.folder", folder, e.Message), e) { IsAboutWriting = true };
        }
    }

    /// <summary>The name of a picture, and then the same with -2, -3, … without end, for <see cref="PictureFile.SaveNew"/>.</summary>
    /// <param name="picture">The request of this one picture, with its seed.</param>
    /// <param name="index">Its number, from 1.</param>
    /// <param name="time">When it was drawn.</param>
    public IEnumerable<string> Of(GenerationRequest picture, int index, DateTimeOffset time)
    {
        string path = Path.GetFullPath(string.Join(Path.DirectorySeparatorChar, segments.Select(segment => Filled(segment, picture, index, time))));
        return Numbered(path + Format.Extension());
    }

    /// <summary>A name, and then the same with -2, -3, … without end.</summary>
    internal static IEnumerable<string> Numbered(string path)
    {
        yield return path;
        string extension = Path.GetExtension(path);
        for (int number = 2; ; number++) yield return $"{path[..^extension.Length]}-{number}{extension}";
    }

    /// <summary>A file has a picture's extension or a placeholder in its name; everything else is a folder.</summary>
    private static bool IsFolder(string path) =>
        Directory.Exists(path) || Path.EndsInDirectorySeparator(path) || PictureFormats.OfName(path) is null && !Path.GetFileName(path).Contains('{', StringComparison.Ordinal);

    private static string Filled(string segment, GenerationRequest picture, int index, DateTimeOffset time)
    {
        if (!segment.Contains('{', StringComparison.Ordinal)) return segment; // the person's own folders: .., ~, drives
        return SafeFileName.Of(Placeholder().Replace(segment, match =>
        {
            if (!match.Groups["name"].Success) return match.Value[..1];
            string value = match.Groups["name"].Value switch
            {
                "index" => index.ToString(CultureInfo.InvariantCulture),
                "date" => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                "time" => time.ToString("HHmmss", CultureInfo.InvariantCulture),
                var name when Knobs.Find(name) is { } knob => knob.Format(knob.Get(picture)),
                _ => "",
            };
            int? number = match.Groups["number"] is { Success: true } given ? int.Parse(given.ValueSpan, CultureInfo.InvariantCulture) : null;
            return value.Length > 0 && value.All(char.IsAsciiDigit) ? value.PadLeft(number ?? 0, '0') : SafeFileName.Of(value, number ?? LongestValue);
        }));
    }

    private static bool IsKnown(string name) => name is "index" or "date" or "time" || Knobs.Find(name) is not null;

    [GeneratedRegex(@"\{\{|\}\}|\{(?<name>[A-Za-z][A-Za-z-]*)(:(?<number>\d{1,3}))?\}")]
    private static partial Regex Placeholder();
}
