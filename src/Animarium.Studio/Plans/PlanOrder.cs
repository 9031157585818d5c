using Animarium.Studio.Generation;
using Animarium.Studio.Prompts;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Plans;

/// <summary>
/// The one order of a plan's pictures, which is also their numbering: like an odometer whose slowest wheels are those that load a model or LoRAs anew.
/// Extensions are whole turns of their own at the end, so that no number ever changes.
/// </summary>
internal sealed class PlanOrder
{
    /// <summary>What a wheel costs when it turns; slower wheels stand further left.</summary>
    private enum Load { Model, Loras, Nothing }

    private readonly IReadOnlyList<PlanAxis> axes;
    private readonly IReadOnlyList<int> rounds;
    private readonly IReadOnlyList<Wheel> slow, fast;
    private readonly int cells;

    /// <summary>A wheel: axis n, or the prompts (n = number of axes), and its values in the order in which they come.</summary>
    private sealed record Wheel(int Dimension, Load Load, IReadOnlyList<int> Values);

    /// <param name="axes">X, Y, Z.</param>
    /// <param name="prompts">Settings of each prompt, at least one.</param>
    /// <param name="rounds">Pictures of every cell, by extension.</param>
    /// <param name="common">What holds for all.</param>
    /// <exception cref="SettingException">There are too many pictures.</exception>
    public PlanOrder(IReadOnlyList<PlanAxis> axes, IReadOnlyList<Settings> prompts, IReadOnlyList<int> rounds, Settings common)
    {
        (this.axes, this.rounds) = (axes, rounds);
        var first = prompts[0].Over(common);
        var wheels = new List<Wheel> { Of(axes.Count, [.. prompts.Select(prompt => prompt.Over(common))]) };
        for (int axis = axes.Count - 1; axis >= 0; axis--)
        {
            var kind = AxisKind.Find(axes[axis].Name);
            string search = axes[axis].Values[0];
            wheels.Add(Of(axis, [.. axes[axis].Values.Select(value => kind is ReplaceAxis ? DrawPlan.Replaced(first, [(search, value)]) : kind.Apply(first, value))]));
        }
        slow = [.. wheels.Where(wheel => wheel.Load != Load.Nothing).OrderBy(wheel => wheel.Load)];
        fast = [.. wheels.Where(wheel => wheel.Load == Load.Nothing)];
        var turns = wheels.Aggregate((Int128)1, (product, wheel) => product * wheel.Values.Count); // beyond 64 bits where everything is as long as allowed
        var all = turns * rounds.Sum(round => (long)round);
        if (all > DrawPlan.MostPictures) throw new SettingException("count", Words.Say("plan.large", all, DrawPlan.MostPictures));
        (cells, Count) = ((int)turns, (int)all);
    }

    /// <summary>How many places there are.</summary>
    public int Count { get; }

    /// <summary>The place of a picture.</summary>
    public PlanCell Cell(int index)
    {
        int rest = index;
        int number = 0, round = 0;
        for (; rest >= cells * rounds[round]; round++)
        {
            rest -= cells * rounds[round];
            number += rounds[round];
        }
        var places = new int[axes.Count + 1];
        Turn(fast);
        number += rest % rounds[round];
        rest /= rounds[round];
        Turn(slow);
        int[] values = places[..^1];
        return new(index, values, places[^1], number, [.. axes.Zip(values, (axis, value) => axis.Values[value])]);

        void Turn(IReadOnlyList<Wheel> wheels)
        {
            for (int wheel = wheels.Count - 1; wheel >= 0; wheel--)
            {
                places[wheels[wheel].Dimension] = wheels[wheel].Values[rest % wheels[wheel].Values.Count];
                rest /= wheels[wheel].Values.Count;
            }
        }
    }

    /// <summary>A wheel of settings: those with the same model come together, and among them those with the same LoRAs.</summary>
    private static Wheel Of(int dimension, IReadOnlyList<Settings> values)
    {
        var requests = values.Select(value => value.Complete()).ToList();
        var models = requests.Select(r => (r.Model, r.Vae, r.TextEncoder, r.Device, r.Precision, r.Threads, r.MemoryLimit)).ToList();
        var loras = requests.Select(r => string.Join('\n', r.Loras) + '\n' + string.Join('\n', ExtraNetworks.Extract(r.Prompt).Tags.Select(tag => string.Join(':', tag.Arguments)))).ToList();
        var load = models.Distinct().Count() > 1 ? Load.Model : loras.Distinct(StringComparer.Ordinal).Count() > 1 ? Load.Loras : Load.Nothing;
        var order = Enumerable.Range(0, values.Count).GroupBy(n => models[n]).SelectMany(model => model.GroupBy(n => loras[n], StringComparer.Ordinal)).SelectMany(same => same);
        return new(dimension, load, [.. order]);
    }
}
