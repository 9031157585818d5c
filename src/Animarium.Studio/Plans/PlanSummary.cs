using Animarium.Diffusion.Sampling;
using Animarium.Studio.Generation;

namespace Animarium.Studio.Plans;

/// <summary>How long a step took somewhere: what an estimate goes by.</summary>
/// <param name="Seconds">The step of one picture.</param>
/// <param name="Request">What was drawn then: its size, sampler and guidance count.</param>
public sealed record MeasuredStep(double Seconds, GenerationRequest Request);

/// <summary>What a plan amounts to.</summary>
/// <param name="Pictures">Pictures to draw.</param>
/// <param name="Megapixels">Of all pictures together, as they are kept.</param>
/// <param name="Steps">Sampler steps in all, those of second passes included.</param>
/// <param name="Time">How long it takes by a measured step; null where none was given. Reading models, encoding and decoding come on top.</param>
public sealed record PlanSummary(int Pictures, double Megapixels, long Steps, TimeSpan? Time)
{
    private static readonly string[] Deciding =
        ["width", "height", "steps", "sampler", "cfg", "guidanceStart", "guidanceEnd", "init", "denoise", "hires", "hiresDenoise", "hiresSteps"];

    /// <summary>Adds up a plan; pictures that cost the same are looked at once.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="defaults">What the model asks for where the plan says nothing.</param>
    /// <param name="measured">A step that was timed, or null.</param>
    /// <exception cref="SettingException">Two settings contradict each other in one of the pictures.</exception>
    public static PlanSummary Of(DrawPlan plan, Settings defaults, MeasuredStep? measured = null)
    {
        // What an axis or prompt does not say of these is the same along it.
        bool[] axes = [.. plan.Axes.Select(axis => AxisKind.Find(axis.Name).Sets.Intersect(Deciding).Any())];
        var prompts = plan.Prompts.Select(prompt => string.Join('\n', Deciding.Where(prompt.Has).Select(key => $"{key} {Knobs.Of(key).Get(prompt.Complete())}"))).ToList();
        var groups = new Dictionary<string, (int Index, int Count)>(StringComparer.Ordinal);
        for (int index = 0; index < plan.Count; index++)
        {
            if (!plan.Includes(index)) continue;
            var cell = plan.Cell(index);
            string key = string.Join('\n', cell.Labels.Where((_, axis) => axes[axis]).Append(prompts.Count > 0 ? prompts[cell.Prompt] : ""));
            groups[key] = groups.TryGetValue(key, out var same) ? (same.Index, same.Count + 1) : (index, 1);
        }
        double megapixels = 0, work = 0;
        long steps = 0;
        foreach (var (index, count) in groups.Values)
        {
            var request = plan.At(index).Over(defaults).Complete().Checked([]);
            var (width, height) = request.FinalSize;
            megapixels += count * (width * (double)height / 1e6);
            steps += count * (long)(request.Steps + SecondSteps(request));
            work += count * Work(request);
        }
        TimeSpan? time = measured is { Seconds: > 0 } ? TimeSpan.FromSeconds(Math.Min(measured.Seconds * work / StepWork(measured.Request), TimeSpan.MaxValue.TotalSeconds / 2)) : null;
        return new(plan.Pictures, megapixels, steps, time);
    }

    /// <summary>Pixels that the transformer sees in the course of a picture.</summary>
    private static double Work(GenerationRequest request)
    {
        var (width, height) = request.FinalSize;
        return request.Steps * StepWork(request) + SecondSteps(request) * StepWork(request with { Width = width, Height = height, Hires = 1 });
    }

    private static double StepWork(GenerationRequest request)
    {
        double guided = request.Cfg == 1 ? 0 : Math.Clamp(request.GuidanceEnd - request.GuidanceStart, 0, 1);
        return (double)request.Width * request.Height * (1 + guided) * (Sampler.Find(request.Sampler).CallsPerStep ?? 1);
    }

    private static int SecondSteps(GenerationRequest request) => request.Hires <= 1 ? 0 : request.HiresSteps > 0 ? request.HiresSteps : request.Steps;
}
