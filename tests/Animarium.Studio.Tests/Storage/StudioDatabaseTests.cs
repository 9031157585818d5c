using Animarium.Studio.Storage;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Animarium.Studio.Tests.Storage;

/// <summary>A folder that is in use, files that are damaged, locked, too new.</summary>
public sealed class StudioDatabaseTests : IDisposable
{
    private readonly StudioHome home = new(Directory.CreateTempSubdirectory("animarium-home-").FullName);

    public StudioDatabaseTests() => home.Prepare();

    public void Dispose() => Directory.Delete(home.Folder, recursive: true);

    [Fact]
    public void A_second_server_is_told_where_the_first_is()
    {
        using (var first = StudioLock.Take(home))
        {
            first.Announce("http://127.0.0.1:7680");
            var refused = Assert.Throws<StorageException>(() => StudioLock.Take(home));
            Assert.Equal(StorageProblem.InUse, refused.Problem);
            Assert.Contains("http://127.0.0.1:7680", refused.Message, StringComparison.Ordinal);
        }
        using var next = StudioLock.Take(home);
        Assert.Null(StudioLock.AddressOf(home));
    }

    [Theory, InlineData("this is no database, though it is long enough to be one, and then some more of it"), InlineData("SQLite format 3\0 and then nothing that fits")]
    public void A_damaged_file_is_kept_and_an_empty_one_begun(string content)
    {
        File.WriteAllText(home.Database, string.Concat(Enumerable.Repeat(content, 100)));
        using var database = StudioDatabase.Open(home, TimeProvider.System);
        Assert.StartsWith(home.Database + ".damaged-", database.Damaged, StringComparison.Ordinal);
        Assert.StartsWith(content, File.ReadAllText(database.Damaged!), StringComparison.Ordinal);
        Assert.Equal(0, database.Read(opened => opened.ExecuteScalar<int>("SELECT count(*) FROM jobs")));
    }

    [Fact]
    public void A_page_that_was_overwritten_is_noticed()
    {
        using (var database = StudioDatabase.Open(home, TimeProvider.System))
        {
            database.Write(opened => { opened.Execute("CREATE TABLE filler (text TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO filler SELECT printf('%0200d', i) FROM n"); });
            database.Read(opened => opened.Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        }
        using (var file = File.OpenWrite(home.Database))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 8192).ToArray());
        }
        using var opened = StudioDatabase.Open(home, TimeProvider.System);
        Assert.NotNull(opened.Damaged);
    }

    [Fact]
    public void A_locked_file_and_one_of_a_newer_program_are_left_alone()
    {
        using (var database = StudioDatabase.Open(home, TimeProvider.System, patience: 1))
        {
            using var other = new SqliteConnection($"Data Source={home.Database};Pooling=False");
            other.Open();
            other.Execute("BEGIN EXCLUSIVE");
            var locked = Assert.Throws<StorageException>(() => database.Write(opened => { opened.Execute("DELETE FROM jobs"); }));
            Assert.True(locked is { Problem: StorageProblem.Locked, IsPassing: true });
            other.Execute("ROLLBACK");
            database.Write(opened => { opened.Execute("INSERT INTO schema_steps VALUES ('9999-later.sql')"); });
        }
        Assert.Equal(StorageProblem.Newer, Assert.Throws<StorageException>(() => StudioDatabase.Open(home, TimeProvider.System)).Problem);
        Assert.Single(Directory.GetFiles(home.Folder, "animarium.db*damaged*").Prepend(home.Database));
    }

    [Fact]
    public void A_full_disk_is_said_and_what_was_stored_stays()
    {
        using var database = StudioDatabase.Open(home, TimeProvider.System);
        var full = Assert.Throws<StorageException>(() => database.Write(opened =>
        {
            opened.Execute($"PRAGMA max_page_count = {opened.ExecuteScalar<int>("PRAGMA page_count")}"); // what a disk without room answers
            opened.Execute("CREATE TABLE filler (text TEXT)");
            opened.Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO filler SELECT printf('%0200d', i) FROM n");
        }));
        Assert.True(full is { Problem: StorageProblem.Full, IsPassing: true });
        Assert.Equal(0, database.Read(opened => opened.ExecuteScalar<int>("SELECT count(*) FROM sqlite_schema WHERE name = 'filler'")));
    }
}
