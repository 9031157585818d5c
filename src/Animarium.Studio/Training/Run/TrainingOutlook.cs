using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;

namespace Animarium.Studio.Training.Run;

/// <summary>What a person should see before a run is started: nothing is loaded or written.</summary>
/// <param name="Plan">What would be trained.</param>
/// <param name="Notices">What was picked and why, and what has no effect.</param>
/// <param name="Findings">What the linter says about the pictures, the gravest first.</param>
public sealed record TrainingOutlook(TrainingPlan Plan, IReadOnlyList<Notice> Notices, IReadOnlyList<Finding> Findings)
{
    /// <summary>Plans a run and looks at its pictures: up to 500 of them are decoded, which takes seconds.</summary>
    /// <inheritdoc cref="TrainingStart.Of"/>
    public static TrainingOutlook Of(string source, TrainingWish wish, ModelCatalog library, CancellationToken cancel = default)
    {
        var notices = new List<Notice>();
        var plan = TrainingStart.Of(source, wish, library, notices.Add, cancel);
        return new(plan, [.. notices, .. plan.Notices], TrainingCheck.Report(plan, cancel).Findings);
    }
}
