using Animarium.Studio.Storage;
using Dapper;

namespace Animarium.Studio.Prompts.History;

/// <summary>A prompt that was drawn.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Negative">The negative prompt.</param>
/// <param name="Used">When last.</param>
/// <param name="Times">How often.</param>
public sealed record PastPrompt(long Id, string Prompt, string Negative, DateTimeOffset Used, long Times);

/// <summary>The prompts that were drawn, each once, the latest first.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="time">Says when.</param>
public sealed class PromptHistory(StudioDatabase database, TimeProvider time)
{
    private const int LongestKept = 100_000; // characters
    private const int ShortestIndexed = 3; // characters that the index can find

    private sealed record Row(long Id, string Prompt, string Negative, long Used, long Times);

    /// <summary>Keeps a prompt, or moves it to the front if it is known. Empty and endless ones are not kept.</summary>
    /// <exception cref="StorageException">It cannot be stored.</exception>
    public void Add(string prompt, string negative)
    {
        if (string.IsNullOrWhiteSpace(prompt) || prompt.Length + negative.Length > LongestKept) return;
        database.Write(connection => connection.Execute(
            "INSERT INTO prompts (prompt, negative, used) VALUES (@prompt, @negative, @used) ON CONFLICT (prompt, negative) DO UPDATE SET used = max(used, excluded.used), times = times + 1",
            new { prompt, negative, used = time.GetUtcNow().ToUnixTimeMilliseconds() }));
    }

    /// <summary>Prompts that hold all the words of a text, in the prompt or its negative; every prompt for an empty text. The latest first.</summary>
    /// <param name="text">Words or parts of words, with blanks between.</param>
    /// <param name="offset">How many to pass over.</param>
    /// <param name="take">How many at most.</param>
    /// <exception cref="StorageException">It cannot be read.</exception>
    public IReadOnlyList<PastPrompt> Search(string text, int offset = 0, int take = 50)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(16).ToList();
        var indexed = words.Where(word => word.EnumerateRunes().Count() >= ShortestIndexed).ToList();
        var values = new DynamicParameters(new { offset, take, match = string.Join(' ', indexed.Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")) });
        var conditions = words.Except(indexed).Select((word, n) =>
        {
            values.Add($"word{n}", word);
            return $"(instr(lower(prompt), lower(@word{n})) > 0 OR instr(lower(negative), lower(@word{n})) > 0)";
        }).ToList();
        if (indexed.Count > 0) conditions.Add("id IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH @match)");
        string where = conditions.Count > 0 ? "WHERE " + string.Join(" AND ", conditions) : "";
        return database.Read(connection => connection.Query<Row>($"SELECT id, prompt, negative, used, times FROM prompts {where} ORDER BY used DESC, id DESC LIMIT @take OFFSET @offset", values)
            .Select(row => new PastPrompt(row.Id, row.Prompt, row.Negative, DateTimeOffset.FromUnixTimeMilliseconds(row.Used), row.Times)).ToList());
    }

    /// <summary>Forgets a prompt.</summary>
    /// <returns>False if it was not there.</returns>
    /// <exception cref="StorageException">It cannot be stored.</exception>
    public bool Remove(long id) => database.Write(connection => connection.Execute("DELETE FROM prompts WHERE id = @id", new { id })) > 0;

    /// <summary>Forgets everything.</summary>
    /// <exception cref="StorageException">It cannot be stored.</exception>
    public void Clear() => database.Write(connection => connection.Execute("DELETE FROM prompts"));
}
