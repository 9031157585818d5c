using Animarium.Studio.Images;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>What is seen in the pictures of a checkpoint at a strength, by prompt.</summary>
internal sealed class CellSights
{
    private readonly IReadOnlyList<EvaluationPrompt> prompts;
    private readonly List<IReadOnlyList<Sight>> called = [], plain = [];
    private readonly IReadOnlyList<Sight> empty;

    /// <param name="eyes">Look.</param>
    /// <param name="files">All seeds of each called prompt, of each plain prompt, of the empty one.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="seeds">Pictures of a prompt.</param>
    public CellSights(Eyes eyes, IReadOnlyList<string> files, IReadOnlyList<EvaluationPrompt> prompts, int seeds)
    {
        this.prompts = prompts;
        // Decoded as they are looked at: all of them at once would fill the memory.
        var groups = new Queue<Sight[]>(eyes.At(files.Select(PictureFile.Load)).Chunk(seeds));
        foreach (var _ in prompts) called.Add(groups.Dequeue());
        foreach (var prompt in prompts) plain.Add(prompt.Plain is null ? [] : groups.Dequeue());
        empty = groups.Dequeue();
    }

    /// <summary>The pictures of the called prompts.</summary>
    public IReadOnlyList<Sight> Called => [.. called.SelectMany(seeds => seeds)];

    /// <summary>Measures; against itself, that is for the base model, "moved" is the distance of two seeds.</summary>
    public CellMeasures Measures(CellSights before, TrainingSights training, LearningAxis axis, Eyes eyes)
    {
        // To draw the very picture of a caption that was trained on is no fault where the caption tells all; where others were drawn, those tell what is remembered.
        bool unseen = prompts.Any(prompt => !prompt.IsTrained);
        var measures = prompts.Select((prompt, n) => PromptMeasures.Of(called[n], before.called[n], plain[n], before.plain[n], eyes.Visible(prompt.Plain ?? prompt.Called), training, axis))
            .Zip(prompts, (measured, prompt) => unseen && prompt.IsTrained ? measured with { Copies = double.NaN } : measured);
        if (before != this) return new([.. measures], PromptMeasures.MovedFrom(before.empty, empty));
        return new([.. measures.Select((measured, n) => measured with { Moved = PromptMeasures.SpreadOf(plain[n]) })], PromptMeasures.SpreadOf(empty));
    }
}
