using Animarium.Studio.Texts;

namespace Animarium.Studio.Storage;

/// <summary>
/// Says that a folder has its server. The operating system lets go of it when the process ends, however it ends: a lock that stays behind does not exist.
/// </summary>
public sealed class StudioLock : IDisposable
{
    private readonly FileStream held;
    private readonly string note;

    private StudioLock(FileStream held, string note) => (this.held, this.note) = (held, note);

    /// <summary>Takes the folder, which must have been prepared.</summary>
    /// <exception cref="StorageException">Another server has it; the message says where that one is to be found.</exception>
    public static StudioLock Take(StudioHome home)
    {
        string note = NoteOf(home);
        try
        {
            return new(Open(home.ServerLock), note);
        }
        catch (IOException e) when (File.Exists(home.ServerLock))
        {
            string where = AddressOf(home) is { } address ? Words.Say("lock.address", address) : "";
            throw new StorageException(StorageProblem.InUse, Words.Say("lock.taken", home.Folder, where), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.Unreachable, Words.Say("home.unreachable", home.Folder, e.Message), e);
        }
    }

    /// <summary>The address at which the folder's server answers; null if it said none.</summary>
    public static string? AddressOf(StudioHome home)
    {
        try
        {
            return File.ReadAllText(NoteOf(home)).Trim() is { Length: > 0 } address ? address : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Tells the next one who wants the folder where this server answers.</summary>
    public void Announce(string address)
    {
        try
        {
            File.WriteAllText(note, address + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a courtesy: a full disk must not keep the server from starting
        }
    }

    /// <summary>Opens a file that nobody else can open so at the same time.</summary>
    internal static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        File.Delete(note);
        held.Dispose();
    }

    // Beside the lock, which nobody can read while it is held.
    private static string NoteOf(StudioHome home) => Path.Combine(home.Folder, "server.address");
}
