using Animarium.Diffusion.Prompts;

namespace Animarium.Diffusion.Pipeline;

/// <summary>A text that takes part in a step, and its share in the guidance sum.</summary>
internal readonly record struct WeightedText(string Text, double Weight);

/// <summary>Which texts a prompt stands for at each step: first <c>AND</c>, then the schedule of each part. Emphasis is left in the texts.</summary>
internal sealed class PromptPlan
{
    readonly (IReadOnlyList<ScheduledPrompt> Schedule, double Weight)[] parts;

    PromptPlan(IEnumerable<ComposedPrompt> parts, int steps, int? hiresSteps, EmphasisDialect dialect) => this.parts =
        [.. parts.Select(part => (dialect == EmphasisDialect.None ? [new(int.MaxValue, part.Text)] : PromptSchedule.Of(part.Text, steps, hiresSteps), part.Weight))];

    /// <summary>The plan of a prompt that may be joined by <c>AND</c>.</summary>
    /// <param name="prompt">As the person wrote it, without LoRA tags and wildcards.</param>
    /// <param name="steps">Steps of the first pass.</param>
    /// <param name="hiresSteps">Steps of the second pass, to get its texts; null: the first pass.</param>
    /// <param name="dialect"><see cref="EmphasisDialect.None"/> takes the text as it stands.</param>
    public static PromptPlan Composed(string prompt, int steps, int? hiresSteps, EmphasisDialect dialect) =>
        new(dialect == EmphasisDialect.None ? [new(prompt, 1)] : PromptComposition.Parse(prompt), steps, hiresSteps, dialect);

    /// <summary>The plan of a negative prompt: one text a step.</summary>
    /// <inheritdoc cref="Composed"/>
    public static PromptPlan Single(string prompt, int steps, int? hiresSteps, EmphasisDialect dialect) => new([new(prompt, 1)], steps, hiresSteps, dialect);

    /// <summary>Whether the parts need the negative prompt's estimate to be added up.</summary>
    public bool IsComposed => parts.Length > 1 || parts[0].Weight != 1;

    /// <summary>The texts of a step.</summary>
    /// <param name="step">1-based.</param>
    public IEnumerable<WeightedText> At(int step) => parts.Select(part => new WeightedText(PromptSchedule.At(part.Schedule, step), part.Weight));

    /// <summary>Every text that some step needs.</summary>
    public IEnumerable<string> Texts => parts.SelectMany(part => part.Schedule.Select(entry => entry.Text)).Distinct();
}
