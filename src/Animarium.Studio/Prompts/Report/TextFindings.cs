using System.Buffers;
using Animarium.Diffusion.Prompts;

namespace Animarium.Studio.Prompts.Report;

/// <summary>What is wrong with the writing, whatever the tags are: brackets, networks, wildcards, weights.</summary>
internal static class TextFindings
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create(",\n{}|$ ");

    private const double StrongestUseful = 3; // weights that Anima still draws cleanly

    public static IEnumerable<PromptFinding> Of(ReadPrompt read, PromptReportOptions options)
    {
        // Faces such as :) are tags of their own.
        foreach (int at in read.Scan.Unpaired.Where(at => !(at > 0 && read.Text[at - 1] is ':' or ';' or '=')).Take(8))
            yield return FindingWords.Of("bracket", PromptSeverity.Warning, at, 1, read.Text[at]) with { Fix = read.Text[at] is '(' or ')' ? new(at, 1, @"\" + read.Text[at]) : null };
        foreach (var finding in Networks(read, options).Concat(Wildcards(read, options))) yield return finding;

        if (options.Dialect != EmphasisDialect.A1111)
            foreach (int at in PythonSyntax.WholeWords(read.Text, "BREAK")) yield return FindingWords.Of("break", PromptSeverity.Warning, at, "BREAK".Length);
        if (options.Dialect is EmphasisDialect.Comfy or EmphasisDialect.A1111 && Emphasis.Parse(read.Text, options.Dialect).Where(segment => Math.Abs(segment.Weight) > StrongestUseful && !segment.IsBreak).OrderByDescending(segment => Math.Abs(segment.Weight)).FirstOrDefault() is { Text: { } strong } heavy)
            yield return FindingWords.Of("heavy", PromptSeverity.Warning, Math.Max(0, read.Text.IndexOf(strong, StringComparison.Ordinal)), read.Text.Contains(strong, StringComparison.Ordinal) ? strong.Length : 0, strong.Trim(), heavy.Weight, StrongestUseful);
        if (options.Dialect == EmphasisDialect.Comfy && read.Scan.Unpaired.Count == 0 && !Emphasis.Parse(read.Text, EmphasisDialect.Comfy).SequenceEqual(Emphasis.Parse(read.Text, EmphasisDialect.A1111).Where(segment => !segment.IsBreak)) && read.Text.AsSpan().IndexOfAny('(', '[') >= 0)
            yield return FindingWords.Of("dialects", PromptSeverity.Hint, 0, 0);
    }

    private static IEnumerable<PromptFinding> Networks(ReadPrompt read, PromptReportOptions options)
    {
        int from = 0;
        foreach (var tag in ExtraNetworks.Extract(read.Text).Tags)
        {
            string written = $"<{tag.Kind}:{string.Join(':', tag.Arguments)}>";
            int at = read.Text.IndexOf(written, from, StringComparison.Ordinal);
            from = at + written.Length;
            string? kind = null;
            try
            {
                if (ExtraNetworks.AsLora(tag) is not { } lora) kind = "network";
                else if (options.HasLora is { } has && !lora.Name.Contains("__", StringComparison.Ordinal) && !has(lora.Name)) kind = "no-lora";
            }
            catch (FormatException)
            {
                kind = "lora-form";
            }
            if (kind is not null) yield return FindingWords.Of(kind, kind == "network" ? PromptSeverity.Warning : PromptSeverity.Error, at, written.Length, written);
        }
    }

    private static IEnumerable<PromptFinding> Wildcards(ReadPrompt read, PromptReportOptions options)
    {
        if (options.Wildcards is not { } lists) yield break;
        for (int at = read.Text.IndexOf("__", StringComparison.Ordinal); at >= 0;)
        {
            int end = read.Text.IndexOf("__", at + 2, StringComparison.Ordinal);
            if (end < 0) yield break;
            string name = read.Text[(at + 2)..end];
            bool isName = name.Length > 0 && name.AsSpan().IndexOfAny(NotInNames) < 0;
            if (isName && !lists.Find(name.TrimStart('~', '!', '@')).Any()) yield return FindingWords.Of("no-wildcard", PromptSeverity.Error, at, end + 2 - at, name);
            at = isName ? read.Text.IndexOf("__", end + 2, StringComparison.Ordinal) : end;
        }
    }
}
