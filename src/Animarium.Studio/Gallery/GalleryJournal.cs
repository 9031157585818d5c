using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Images;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Gallery;

/// <summary>
/// What a person decided, outside the database, one JSON object a line: whatever becomes of the database, ratings, notes and collections are found again by the
/// hashes of the files (docs/decisions/0014). A later line about a picture replaces the earlier ones; half a line, as a power cut leaves it, is passed over.
/// </summary>
/// <param name="path">The file, <c>gallery.jsonl</c>.</param>
internal sealed class GalleryJournal(string path)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A picture's file and what was decided about it; with the path it is found again though it lies in no folder of the gallery.</summary>
    public static JsonObject Line(string hash, string file, PictureState state)
    {
        var line = new JsonObject { ["hash"] = hash, ["path"] = file };
        if (!state.IsPlain) line["state"] = JsonNode.Parse(state.ToJson());
        return line;
    }

    /// <summary>A picture is no more.</summary>
    public static JsonObject Forgotten(string hash) => new() { ["hash"] = hash, ["forgotten"] = true };

    /// <summary>A folder belongs to the gallery.</summary>
    public static JsonObject Folder(string folder) => new() { ["folder"] = folder };

    /// <summary>Adds lines; they are on the disk when this returns.</summary>
    /// <exception cref="GalleryException">They cannot be written.</exception>
    public void Append(IReadOnlyCollection<JsonObject> lines)
    {
        if (lines.Count == 0) return;
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            long end = file.Length;
            file.Position = Math.Max(0, end - 1);
            bool torn = end > 0 && file.ReadByte() != '\n';
            try
            {
                file.Write(Encoding.UTF8.GetBytes((torn ? "\n" : "") + Text(lines)));
                file.Flush(flushToDisk: true);
            }
            catch
            {
                file.SetLength(end);
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Replaces everything by these lines.</summary>
    /// <exception cref="GalleryException">They cannot be written; the journal is as it was.</exception>
    public void Rewrite(IReadOnlyCollection<JsonObject> lines)
    {
        try
        {
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(Text(lines)));
        }
        catch (PictureException e)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>What stands in it.</summary>
    /// <exception cref="GalleryException">It is there and cannot be read.</exception>
    public JournalContent Read()
    {
        var content = new JournalContent([], []);
        try
        {
            if (!File.Exists(path)) return content;
            foreach (string line in File.ReadLines(path)) content.Take(line);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GalleryException(GalleryProblem.Unreadable, Words.Say("gallery.journal.read", path, e.Message), e);
        }
    }

    private static string Text(IEnumerable<JsonObject> lines) => string.Concat(lines.Select(line => line.ToJsonString(Readable) + "\n"));

    private GalleryException Unwritable(Exception e) => new(GalleryProblem.Unwritable, Words.Say("gallery.journal.write", path, e.Message), e);
}

/// <summary>What the journal says in the end.</summary>
/// <param name="Pictures">By hash.</param>
/// <param name="Folders">Full paths.</param>
internal sealed record JournalContent(Dictionary<string, (string Path, PictureState State)> Pictures, HashSet<string> Folders)
{
    internal void Take(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject json) return;
            if ((string?)json["folder"] is { } folder) Folders.Add(folder);
            else if ((string?)json["hash"] is { } hash)
            {
                if (json["forgotten"] is not null) Pictures.Remove(hash);
                else Pictures[hash] = ((string?)json["path"] ?? "", json["state"] is { } state ? PictureState.FromJson(state.ToJsonString()) : new());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // A line that was cut off, or that a person wrote.
        }
    }
}
