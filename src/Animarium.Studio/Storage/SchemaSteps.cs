using Animarium.Studio.Texts;
using Dapper;

namespace Animarium.Studio.Storage;

/// <summary>
/// The tables as numbered files, Schema/0001-jobs.sql and so on: each is applied once, in the order of the names, in a transaction of its own. A file that was
/// released is never changed; what changes is a new file.
/// </summary>
internal static class SchemaSteps
{
    private const string Prefix = "Schema/";

    /// <summary>Applies what is not applied yet.</summary>
    /// <exception cref="StorageException">The database knows steps that this program does not.</exception>
    public static void Apply(StudioDatabase database, string path)
    {
        database.Write(opened => { opened.Execute("CREATE TABLE IF NOT EXISTS schema_steps (name TEXT PRIMARY KEY) WITHOUT ROWID"); });
        var done = database.Read(opened => opened.Query<string>("SELECT name FROM schema_steps").ToHashSet());
        var assembly = typeof(SchemaSteps).Assembly;
        var known = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        if (done.FirstOrDefault(name => !known.Contains(Prefix + name)) is { } newer) throw new StorageException(StorageProblem.Newer, Words.Say("database.newer", path, newer));
        foreach (string resource in known.Where(name => !done.Contains(name[Prefix.Length..])))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            string sql = text.ReadToEnd();
            database.Write(opened =>
            {
                opened.Execute(sql);
                opened.Execute("INSERT INTO schema_steps (name) VALUES (@name)", new { name = resource[Prefix.Length..] });
            });
        }
    }
}
