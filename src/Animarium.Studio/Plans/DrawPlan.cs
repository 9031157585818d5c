using System.Collections.Immutable;
using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>
/// Many pictures from few words: common settings, up to three axes along which they differ, a list of prompts, and seeds. It never changes, and nothing of its
/// pictures is kept: each is worked out from its number, always the same, so that a run can stop anywhere, go on elsewhere, be cut and be extended.
/// </summary>
/// <remarks>Wildcards stay in the prompts and are drawn with each picture's seed; <see cref="PlanPrompts"/> draws all combinations beforehand.</remarks>
public sealed class DrawPlan
{
    /// <summary>A plan has at most this many pictures.</summary>
    public const int MostPictures = 1_000_000;

    private const int MostAxes = 3, MostCuts = 10_000, MostPrompts = 100_000;

    private readonly PlanOrder order;
    private readonly IReadOnlyList<AxisKind> kinds;
    private readonly IReadOnlyList<Settings> prompts;
    private readonly Lazy<int> included;

    private DrawPlan(Settings common, IReadOnlyList<PlanAxis> axes, IReadOnlyList<Settings> lines, PlanSeeds seeds, IReadOnlyList<PlanCut> cuts, Settings usual)
    {
        if (axes.Count > MostAxes) throw new SettingException("axis", Words.Say("plan.axes", MostAxes));
        if (lines.Count > MostPrompts) throw new SettingException("prompts", Words.Say("plan.prompts", MostPrompts));
        (Common, Axes, Prompts, Seeds, Cuts, Usual) = (common, [.. axes.Select(axis => axis.Checked())], lines, seeds.Checked(), cuts, usual);
        kinds = [.. Axes.Select(axis => AxisKind.Find(axis.Name))];
        prompts = lines.Count > 0 ? lines : [Settings.Empty];
        PlanChecks.Require(this, kinds);
        order = new(Axes, prompts, Seeds.Rounds, Common);
        Count = order.Count;
        PlanChecks.RequireCuts(this, MostCuts);
        included = new(() => Enumerable.Range(0, Count).Count(Includes));
    }

    /// <summary>What holds for every picture unless its prompt or an axis says otherwise.</summary>
    public Settings Common { get; }

    /// <summary>X, Y and Z, as far as there are any.</summary>
    public IReadOnlyList<PlanAxis> Axes { get; }

    /// <summary>Settings of single prompts, usually only the prompt itself; empty: the common one.</summary>
    public IReadOnlyList<Settings> Prompts { get; }

    /// <summary>The seeds.</summary>
    public PlanSeeds Seeds { get; }

    /// <summary>What holds where neither the plan nor a model says otherwise: the person's defaults when the plan was ordered. Not part of <see cref="At"/>.</summary>
    public Settings Usual { get; }

    /// <summary>What was taken out.</summary>
    public IReadOnlyList<PlanCut> Cuts { get; }

    /// <summary>How many numbers there are, those taken out included: pictures are numbered from 0.</summary>
    public int Count { get; }

    /// <summary>How many pictures are to be drawn.</summary>
    public int Pictures => Cuts.Count == 0 ? Count : included.Value;

    /// <summary>Makes a plan.</summary>
    /// <param name="common">What holds for every picture; its seed and count are not looked at.</param>
    /// <param name="axes">At most three.</param>
    /// <param name="prompts">Settings of single prompts, or none.</param>
    /// <param name="seeds">The seeds.</param>
    /// <exception cref="SettingException">The parts contradict each other, or there are too many pictures.</exception>
    public static DrawPlan Make(Settings common, IReadOnlyList<PlanAxis> axes, IReadOnlyList<Settings> prompts, PlanSeeds seeds) => new(common, axes, prompts, seeds, [], Settings.Empty);

    /// <summary>The plan without some pictures.</summary>
    /// <exception cref="SettingException">There are no such pictures, or too many cuts.</exception>
    public DrawPlan Without(params IReadOnlyList<PlanCut> cuts) => new(Common, Axes, Prompts, Seeds, [.. Cuts.Concat(cuts).Distinct()], Usual);

    /// <summary>The plan with more pictures of every cell, behind those it has.</summary>
    /// <param name="count">Of every cell.</param>
    /// <exception cref="SettingException">There are too many pictures then, or the seeds are an axis.</exception>
    public DrawPlan Extended(int count) => new(Common, Axes, Prompts, Seeds with { Rounds = [.. Seeds.Rounds, count] }, Cuts, Usual);

    /// <summary>The plan with settings below those of the models.</summary>
    /// <param name="usual">See <see cref="Usual"/>.</param>
    public DrawPlan Under(Settings usual) => new(Common, Axes, Prompts, Seeds, Cuts, usual);

    /// <summary>Whether a picture is to be drawn.</summary>
    /// <param name="index">Its number, from 0.</param>
    public bool Includes(int index)
    {
        if (Cuts.Count == 0) return true;
        var cell = Cell(index);
        return !Cuts.Any(cut => cut switch
        {
            IndexCut range => index >= range.First && index <= range.Last,
            ValueCut value => Axes.Zip(cell.Labels).Any(pair => pair.First.Name == value.Axis && pair.Second == value.Value),
            _ => false,
        });
    }

    /// <summary>Where a picture stands.</summary>
    /// <param name="index">Its number, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such picture.</exception>
    public PlanCell Cell(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return order.Cell(index);
    }

    /// <summary>What a picture is drawn with: one picture, its seed chosen, wildcards not yet.</summary>
    /// <param name="index">Its number, from 0; consecutive pictures load as little anew as possible.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such picture.</exception>
    /// <exception cref="SettingException">Replacing made a prompt too long.</exception>
    public Settings At(int index)
    {
        var cell = Cell(index);
        var settings = prompts[cell.Prompt].Over(Common);
        ulong seed = prompts[cell.Prompt].Has("seed") && settings.Complete().Seed is { } own ? unchecked(own + (ulong)cell.Number) : Seeds.Of(cell.Number, index);
        settings = settings.With(Knobs.Of("seed"), (ulong?)seed).With(Knobs.Of("count"), 1).With(Knobs.Of("batch"), 1);
        for (int axis = 0; axis < Axes.Count; axis++) settings = kinds[axis].Apply(settings, cell.Labels[axis]);
        return Replaced(settings, [.. Axes.Zip(cell.Labels).Where((_, axis) => kinds[axis] is ReplaceAxis).Select(pair => (pair.First.Values[0], pair.Second))]);
    }

    /// <summary>Settings with words of their prompts replaced.</summary>
    internal static Settings Replaced(Settings settings, IReadOnlyList<(string Search, string Value)> pairs)
    {
        if (pairs.Count == 0) return settings;
        var replacement = new Replacement(pairs);
        var request = settings.Complete();
        foreach (var (key, text) in new[] { ("prompt", request.Prompt), ("negative", request.Negative) })
            if (settings.Has(key)) settings = settings.With(key, replacement.In(text));
        return settings;
    }
}
