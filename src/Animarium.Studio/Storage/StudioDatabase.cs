using Animarium.Studio.Texts;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Storage;

/// <summary>
/// The studio's one SQLite file. Readers and the one writer do not wait for each other (write-ahead log); what was committed survives the power. Only the
/// process that holds the <see cref="StudioLock"/> opens it.
/// </summary>
public sealed class StudioDatabase : IDisposable
{
    private const int Patience = 10; // seconds

    private readonly string path, connection;
    private readonly Lock writing = new();

    private StudioDatabase(string path, int patience)
    {
        this.path = path;
        connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = patience }.ToString();
    }

    /// <summary>Where a damaged file was put when this one was begun in its place; null: nothing was damaged.</summary>
    public string? Damaged { get; private init; }

    /// <summary>The steps that its tables went through, in order (Schema/).</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public IReadOnlyList<string> Schema => Read(opened => opened.Query<string>("SELECT name FROM schema_steps ORDER BY name").ToList());

    /// <summary>Opens the database of a prepared folder and brings its tables up to date. A damaged file is kept under another name, and an empty one begun.</summary>
    /// <param name="home">The folder.</param>
    /// <param name="time">Names a damaged file.</param>
    /// <param name="patience">Seconds after which a file that another program holds counts as locked.</param>
    /// <exception cref="StorageException">It is locked, the disk is full, a newer program made it, …</exception>
    public static StudioDatabase Open(StudioHome home, TimeProvider time, int patience = Patience)
    {
        try
        {
            return Opened(home.Database, patience, null);
        }
        catch (StorageException e) when (e.Problem == StorageProblem.Damaged)
        {
            return Opened(home.Database, patience, KeepAside(home.Database, time.GetLocalNow()));
        }
    }

    /// <summary>An open connection; its owner disposes it, and gives way to other writers by keeping transactions short.</summary>
    /// <exception cref="StorageException">The file cannot be opened.</exception>
    public SqliteConnection Connect()
    {
        var opened = new SqliteConnection(connection);
        try
        {
            opened.Open();
            opened.Execute("PRAGMA synchronous = FULL");
            return opened;
        }
        catch (SqliteException e)
        {
            opened.Dispose();
            throw Said(e);
        }
    }

    /// <summary>Reads.</summary>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        using var opened = Connect();
        try
        {
            return query(opened);
        }
        catch (SqliteException e)
        {
            throw Said(e);
        }
    }

    /// <summary>Changes something in one transaction: all of it is stored when this returns, or nothing.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public T Write<T>(Func<SqliteConnection, T> change)
    {
        // Threads of this process queue up here: SQLite itself lets writers try again and again, and some would starve.
        lock (writing)
        {
            using var opened = Connect();
            try
            {
                using var transaction = opened.BeginTransaction(deferred: false);
                var result = change(opened);
                transaction.Commit();
                return result;
            }
            catch (SqliteException e)
            {
                throw Said(e);
            }
        }
    }

    /// <summary>Changes something in one transaction.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public void Write(Action<SqliteConnection> change) => Write(opened =>
    {
        change(opened);
        return 0;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        using var opened = new SqliteConnection(connection);
        SqliteConnection.ClearPool(opened);
    }

    private static StudioDatabase Opened(string path, int patience, string? damaged)
    {
        var database = new StudioDatabase(path, patience) { Damaged = damaged };
        try
        {
            database.Read(opened => opened.Execute("PRAGMA journal_mode = WAL"));
            if (database.Read(opened => opened.ExecuteScalar<string>("PRAGMA quick_check(1)")) is not "ok" and var reason) throw new StorageException(StorageProblem.Damaged, Words.Say("database.damaged", path, reason));
            SchemaSteps.Apply(database, path);
            return database;
        }
        catch (StorageException)
        {
            database.Dispose(); // a damaged file is about to be moved
            throw;
        }
    }

    private static string KeepAside(string path, DateTimeOffset now)
    {
        string kept = Numbered($"{path}.damaged-{now:yyyyMMdd-HHmmss}").First(name => !File.Exists(name));
        try
        {
            File.Move(path, kept);
            foreach (string part in new[] { "-wal", "-shm" })
                if (File.Exists(path + part)) File.Move(path + part, kept + part);
            return kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageProblem.Unreachable, Words.Say("home.unreachable", path, e.Message), e);
        }

        static IEnumerable<string> Numbered(string name)
        {
            yield return name;
            for (int number = 2; ; number++) yield return $"{name}-{number}";
        }
    }

    private StorageException Said(SqliteException e) => e.SqliteErrorCode switch
    {
        5 or 6 => new(StorageProblem.Locked, Words.Say("database.locked", path), e), // SQLITE_BUSY, SQLITE_LOCKED
        13 => new(StorageProblem.Full, Words.Say("database.full", path), e), // SQLITE_FULL
        11 or 26 => new(StorageProblem.Damaged, Words.Say("database.damaged", path, e.Message), e), // SQLITE_CORRUPT, SQLITE_NOTADB
        _ => new(StorageProblem.Unreachable, Words.Say("database.unreachable", path, e.Message), e),
    };
}
