using System.Text;
using System.Text.RegularExpressions;
using Animarium.Diffusion.Tokenizers;

namespace Animarium.Studio.Datasets.Check;

/// <summary>What the captions say.</summary>
internal static partial class CaptionFindings
{
    private const int MostTokens = 512; // what trainers pad to; longer captions are cut by most
    private const int MostWords = 8; // named in a sentence
    private const string Unknown = "<unk>";

    public static IEnumerable<Finding> Of(IReadOnlyList<TrainingPicture> pictures, CheckOptions options)
    {
        string[] none = Files(picture => picture.Found.CaptionSource == CaptionSource.None && picture.Found.Caption.Length == 0);
        if (none.Length > 0) yield return Finding.Of("no-caption", FindingSeverity.Warning, none);
        string[] byClass = Files(picture => picture.Found.CaptionSource == CaptionSource.ClassTokens && !picture.Subset.IsRegularisation);
        if (byClass.Length > 0) yield return Finding.Of("class-caption", FindingSeverity.Hint, byClass, pictures.First(picture => picture.Path == byClass[0]).Found.Caption);
        string[] empty = Files(picture => picture.Found.CaptionSource is CaptionSource.File or CaptionSource.Metadata && picture.Found.Caption.Length == 0);
        if (empty.Length > 0) yield return Finding.Of("empty-caption", FindingSeverity.Warning, empty);
        foreach (var encoding in pictures.Where(picture => picture.Found.CaptionEncoding is not (null or "UTF-8")).GroupBy(picture => picture.Found.CaptionEncoding))
            yield return Finding.Of("other-encoding", FindingSeverity.Hint, [.. encoding.Select(picture => picture.Found.CaptionFile!)], encoding.Key);

        string[] longCaptions = Files(picture => IsLong(picture.Found.Caption, options.Tokenizers));
        if (longCaptions.Length > 0) yield return Finding.Of("long", FindingSeverity.Warning, longCaptions, MostTokens);

        var tags = pictures.Select(picture => (picture.Path, Tags: Tags(picture))).ToArray();
        var unknown = tags.SelectMany(picture => picture.Tags).Distinct().ToDictionary(tag => tag, tag => options.Tokenizers.T5.Encode(tag).Any(id => options.Tokenizers.T5.Piece(id) == Unknown));
        if (WithTags("unknown", FindingSeverity.Warning, tag => unknown[tag]) is { } unspelled) yield return unspelled;
        if (WithTags("emphasis", FindingSeverity.Warning, Emphasis().IsMatch) is { } emphasis) yield return emphasis;
        if (WithTags("underscore", FindingSeverity.Hint, tag => Underscore().IsMatch(tag) && !tag.StartsWith("score_", StringComparison.OrdinalIgnoreCase)) is { } underscore) yield return underscore;
        if (WithTags("artist", FindingSeverity.Hint, Artist().IsMatch) is { } artist) yield return artist;

        foreach (var conflict in tags.SelectMany(picture => ConflictingTags.Of(picture.Tags).Select(pair => (picture.Path, pair))).GroupBy(found => found.pair, found => found.Path))
            yield return Finding.Of("conflict", FindingSeverity.Warning, [.. conflict], conflict.Key.First, conflict.Key.Second);

        string[] Files(Func<TrainingPicture, bool> which) => [.. pictures.Where(which).Select(picture => picture.Path)];

        Finding? WithTags(string code, FindingSeverity severity, Func<string, bool> which)
        {
            var found = tags.Select(picture => (picture.Path, Tags: picture.Tags.Where(which).ToArray())).Where(picture => picture.Tags.Length > 0).ToArray();
            string[] words = [.. found.SelectMany(picture => picture.Tags).Distinct()];
            return found.Length == 0 ? null : Finding.Of(code, severity, [.. found.Select(picture => picture.Path)], string.Join(", ", words.Take(MostWords)) + (words.Length > MostWords ? ", …" : ""));
        }
    }

    private static string[] Tags(TrainingPicture picture) => picture.Found.Caption.Split([picture.Subset.Caption.Separator, "\n"], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A token is at least one byte, so that short captions need no tokenizer.</summary>
    private static bool IsLong(string caption, PromptTokenizers tokenizers) =>
        Encoding.UTF8.GetByteCount(caption) >= MostTokens && (tokenizers.Qwen.Encode(caption).Count > MostTokens || tokenizers.T5.Encode(caption).Count > MostTokens);

    // (blue hair:1.2)
    [GeneratedRegex(@"\([^()]+:\s*\d+(\.\d+)?\s*\)")]
    private static partial Regex Emphasis();

    // long_hair, but not ^_^ or o_o
    [GeneratedRegex(@"[\p{L}\p{N})]{2}_[\p{L}\p{N}(]{2}")]
    private static partial Regex Underscore();

    // artist:wlop, by wlop, art by wlop
    [GeneratedRegex(@"^(artist\s*:|(art |drawn |illustration )?by )\s*\S", RegexOptions.IgnoreCase)]
    private static partial Regex Artist();
}
