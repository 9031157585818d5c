using Animarium.Studio.Texts;

namespace Animarium.Studio.Datasets.Check;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; often on purpose.</summary>
    Hint,

    /// <summary>The result will probably be worse for it.</summary>
    Warning,

    /// <summary>Nothing is trained until it is dealt with.</summary>
    Error,
}

/// <summary>Something about a dataset that a person should know before the first step.</summary>
/// <param name="Code">For programs: a stable word.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Files">All files concerned.</param>
/// <param name="Message">What it is, what it does to the training and what to do, in words; names some of the files.</param>
public sealed record Finding(string Code, FindingSeverity Severity, IReadOnlyList<string> Files, string Message)
{
    private const int MostNamed = 3;

    /// <summary>A finding whose sentence is <c>check.CODE</c>: {0} stands for the number of files, {1} for the first few of them, the values follow from {2} on.</summary>
    internal static Finding Of(string code, FindingSeverity severity, IReadOnlyList<string> files, params ReadOnlySpan<object?> values)
    {
        string named = string.Join(", ", files.Take(MostNamed).Select(file => Path.GetFileName(file))) + (files.Count > MostNamed ? ", …" : "");
        return new(code, severity, files, Words.Say("check." + code, [files.Count, named, .. values]));
    }
}

/// <summary>What the check of a dataset found.</summary>
/// <param name="Dataset">The readable part of the dataset.</param>
/// <param name="Findings">The gravest first.</param>
public sealed record CheckReport(Dataset Dataset, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether something must be dealt with first.</summary>
    public bool HasErrors => Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>Whether a caption is refused by the conduct check.</summary>
    public bool IsRefusal => Findings.Any(finding => finding.Code == "refused");
}
