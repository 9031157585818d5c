using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets;

/// <summary>Something that stands in the way of training on one file.</summary>
/// <param name="Code">For programs: <c>unreadable</c>, <c>too-small</c>, <c>long-caption</c>, <c>encoding</c>, <c>missing</c>, <c>metadata</c> or <c>refused</c>.</param>
/// <param name="Path">The picture, caption or metadata file.</param>
/// <param name="Message">What is wrong with it and what to do, in words; names the file.</param>
public sealed record DatasetProblem(string Code, string Path, string Message)
{
    /// <summary>Whether the file may be left out on request; a refused caption may not.</summary>
    public bool CanBeSkipped => Code is not ("refused" or "metadata");
}

/// <summary>A dataset cannot be trained on; the message says which files or settings are in the way and what to do.</summary>
public sealed class DatasetException : Exception
{
    private const int MostListed = 20;

    /// <summary>Without a reason.</summary>
    public DatasetException() { }

    /// <summary>With the reason in words.</summary>
    public DatasetException(string message) : base(message) { }

    /// <summary>With the reason in words and its cause.</summary>
    public DatasetException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Names every problem, at most 20 in the message.</summary>
    public DatasetException(IReadOnlyList<DatasetProblem> problems) : base(Listed(problems)) => Problems = problems;

    /// <summary>The files in the way; empty if it is something else.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; } = [];

    /// <summary>Whether the conduct check refuses a caption.</summary>
    public bool IsRefusal => Problems.Any(problem => problem.Code == "refused");

    private static string Listed(IReadOnlyList<DatasetProblem> problems)
    {
        var lines = problems.Take(MostListed).Select(problem => problem.Message).ToList();
        if (problems.Count > MostListed) lines.Add(Words.Say("dataset.more", problems.Count - MostListed));
        if (problems.Any(problem => problem.CanBeSkipped)) lines.Add(Words.Say("dataset.skip"));
        return string.Join('\n', lines);
    }
}
