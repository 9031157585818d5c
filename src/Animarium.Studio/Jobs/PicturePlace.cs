using Animarium.Studio.Generation;
using Animarium.Studio.Generation.Descriptions;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Jobs;

/// <summary>Where the pictures of jobs lie: always within one folder, whatever an order says.</summary>
/// <param name="folder">A full path.</param>
internal sealed class PicturePlace(string folder)
{
    // A folder for each day: a hundred thousand files in one make every file manager slow.
    private const string Usual = "{date}/{date}-{time}-{seed}.png";

    /// <summary>Settings whose output is a full path; a relative one is meant within the folder.</summary>
    /// <param name="settings">What was said.</param>
    /// <param name="usual">What holds where nothing was said.</param>
    /// <exception cref="SettingException">It leads out of the folder.</exception>
    public Settings Within(Settings settings, Settings usual)
    {
        // Brackets in the folder's own name are no placeholders.
        string root = Path.TrimEndingDirectorySeparator(folder).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
        string wished = settings.Over(usual) is var said && said.Has("out") ? said.Complete().Out : Usual;
        string full = Path.GetFullPath(Path.Combine(root, wished));
        if (full != root && !full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new SettingException("out", Words.Say("out.outside", folder, wished));
        return settings.With(Knobs.Of("out"), full == root ? full + Path.DirectorySeparatorChar : full);
    }

    /// <summary>Whether a file is the finished picture that settings describe. Files of jobs appear whole or not at all.</summary>
    public static bool Holds(string path, Settings settings)
    {
        try
        {
            return File.Exists(path) && ImportedRequest.FromPicture(path)?.Settings.Complete().Seed is { } seed && seed == settings.Complete().Seed;
        }
        catch (PictureException)
        {
            return false;
        }
    }
}
