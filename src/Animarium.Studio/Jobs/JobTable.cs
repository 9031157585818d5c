using System.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Animarium.Studio.Jobs;

/// <summary>Jobs as rows.</summary>
internal static class JobTable
{
    private const string Columns = "id, kind, state, priority, position, title, total, done, failed, folder, message, created, started, ended";

    /// <summary>One job; null if there is none.</summary>
    public static Job? Find(SqliteConnection opened, long id) => Query(opened, "WHERE id = @id", new { id }) is [var job] ? job : null;

    /// <summary>Some jobs.</summary>
    /// <param name="opened">The database.</param>
    /// <param name="clauses">From WHERE on.</param>
    /// <param name="values">Of the clauses.</param>
    public static IReadOnlyList<Job> Query(SqliteConnection opened, string clauses, object? values = null)
    {
        var jobs = new List<Job>();
        using var rows = opened.ExecuteReader($"SELECT {Columns} FROM jobs {clauses}", values);
        while (rows.Read()) jobs.Add(Read(rows));
        return jobs;
    }

    /// <summary>What was ordered.</summary>
    public static JobOrder? Order(SqliteConnection opened, long id) => opened.QuerySingleOrDefault<(string Kind, string Work)>("SELECT kind, work FROM jobs WHERE id = @id", new { id }) is { Kind: not null } row
        ? JobOrder.Read(Enum.Parse<JobKind>(row.Kind), row.Work) : null;

    private static Job Read(IDataRecord row) => new(
        row.GetInt64(0), Enum.Parse<JobKind>(row.GetString(1)), row.GetString(5), Enum.Parse<JobState>(row.GetString(2)), row.GetInt32(3), row.GetInt64(4),
        row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), Text(row, 9), Text(row, 10), Date(row, 11)!.Value, Date(row, 12), Date(row, 13));

    private static string? Text(IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? Date(IDataRecord row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
