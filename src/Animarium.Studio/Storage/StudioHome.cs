using Animarium.Studio.Texts;

namespace Animarium.Studio.Storage;

/// <summary>The folder in which the studio keeps everything of its own.</summary>
/// <param name="Folder">Its full path.</param>
public sealed record StudioHome(string Folder)
{
    /// <summary>The variable that names the folder.</summary>
    public const string Variable = "ANIMARIUM_DATA";

    private const string Product = "animarium";

    /// <summary>Jobs, gallery, prompts: one SQLite file.</summary>
    public string Database => At("animarium.db");

    /// <summary>What a person decided about pictures: outlives the database.</summary>
    public string Journal => At("gallery.jsonl");

    /// <summary>Tag lists of the person.</summary>
    public string Tags => At("tags");

    /// <summary>Styles of the person.</summary>
    public string Styles => At("styles.json");

    /// <summary>The settings of the studio.</summary>
    public string Settings => At("settings.toml");

    /// <summary>Where pictures go; the settings may name another folder.</summary>
    public string Pictures { get; init; } = Path.Combine(Folder, "pictures");

    /// <summary>Runs of trainings.</summary>
    public string Runs => At("runs");

    /// <summary>Deleted pictures until the trash is emptied.</summary>
    public string Trash => At("trash");

    /// <summary>Small pictures; may be deleted at any time.</summary>
    public string Thumbnails => At("thumbnails");

    /// <summary>Pictures that came from browsers.</summary>
    public string Uploads => At("uploads");

    /// <summary>Logs.</summary>
    public string Logs => At("logs");

    /// <summary>Held by the one server of the folder (<see cref="StudioLock"/>).</summary>
    public string ServerLock => At("server.lock");

    /// <summary>Held by the one process that draws or trains for the folder.</summary>
    public string WorkerLock => At("worker.lock");

    /// <summary>The folder that was asked for: an option over the variable over the person's folder for application data.</summary>
    /// <param name="option">What the command line says, or null.</param>
    /// <param name="environment">Reads a variable.</param>
    /// <exception cref="StorageException">Nothing was said, and this machine has no such folder.</exception>
    public static StudioHome Of(string? option, Func<string, string?> environment)
    {
        if ((option ?? environment(Variable)) is { Length: > 0 } said) return new(Path.GetFullPath(said));
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length > 0 ? new(Path.Combine(data, Product)) : throw new StorageException(StorageProblem.Unreachable, Words.Say("home.none", Variable));
    }

    /// <summary>Makes the folder and those in it that are not there yet. Others on the machine cannot look into it.</summary>
    /// <exception cref="StorageException">It cannot be made.</exception>
    public void Prepare()
    {
        try
        {
            if (!Directory.Exists(Folder))
            {
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
                else Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
            foreach (string folder in new[] { Pictures, Runs, Trash, Thumbnails, Uploads, Logs }) Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.Unreachable, Words.Say("home.unreachable", Folder, e.Message), e);
        }
    }

    private string At(string name) => Path.Combine(Folder, name);
}
