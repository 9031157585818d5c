using Animarium.Diffusion.Conduct;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.Plans;
using Animarium.Studio.Preferences;
using Animarium.Studio.Prompts;

namespace Animarium.Web.Security;

/// <summary>Stands before the queue: what is refused never becomes a job. Whoever draws checks again, when wildcards have become words.</summary>
/// <param name="folders">Out of which an order may name files.</param>
/// <param name="preferences">Whose rating holds where an order names none.</param>
public sealed class OrderScreen(NamedFolders folders, PreferencesFile preferences)
{
    /// <summary>Looks at an order.</summary>
    /// <exception cref="ConductException">Something of it is not drawn.</exception>
    /// <exception cref="RatingException">A prompt asks for more than the order's rating allows.</exception>
    /// <exception cref="Api.RefusedException">It names a file that requests may not name.</exception>
    /// <exception cref="SettingException">A picture's settings contradict each other.</exception>
    public void Require(JobOrder order, CancellationToken cancellation = default)
    {
        switch (order)
        {
            case DrawOrder { Plan: var plan }:
                foreach (var settings in Different(plan)) Require(settings, cancellation);
                break;
            case TrainOrder train:
                folders.Require("source", train.Source);
                if (train.Resume is { } run) folders.Require("resume", run);
                foreach (string assignment in train.Set)
                    if (assignment.Split('=', 2) is [var key, var value]) RequireNamed(key.Trim(), value.Trim().Trim('"', '\''));
                break;
            case EvaluateOrder evaluation:
                folders.Require("run", evaluation.Run);
                break;
            case ImportOrder import:
                folders.Require("folder", import.Folder);
                break;
        }
    }

    private void Require(Settings settings, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var request = settings.Complete().Checked([]);
        ConductRule.Require(request.Prompt, request.Cfg >= 1 ? null : request.Negative);
        RatingFilter.Require(request.Prompt, settings.Over(preferences.Current.Drawing).Complete().Rating);
        foreach (var knob in settings.Given.Where(knob => knob.Values.IsPath && knob.Group != KnobGroup.Output)) // pictures are always written within their own folder
            if (knob.Get(request) is string { Length: > 0 } path)
            {
                if (knob.Group == KnobGroup.Source) folders.Require(knob.Name, path);
                else RequireNamed(knob.Name, path);
            }
        foreach (var lora in request.Loras) RequireNamed("lora", lora.Name);
        foreach (var tag in ExtraNetworks.Extract(request.Prompt).Tags.Concat(ExtraNetworks.Extract(request.Negative).Tags)) RequireNamed("prompt", tag.Arguments[0].Trim());
    }

    /// <summary>Models and LoRAs are called by name, and names may have folders; what leads anywhere by itself is a path.</summary>
    private void RequireNamed(string field, string name)
    {
        if (name.Length == 0) return;
        bool leads = Path.IsPathRooted(name) || name.AsSpan().IndexOfAny("\\:\0") >= 0 || name[0] == '~' || name.Split('/').Any(part => part.Trim() is "." or "..");
        if (leads) folders.Require(field, name);
        else if (Path.Exists(name)) folders.Require(field, Path.GetFullPath(name)); // relative to where the server happens to run
    }

    /// <summary>One picture of each cell: those that differ by their seed alone are checked once.</summary>
    private static IEnumerable<Settings> Different(DrawPlan plan)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < plan.Count; index++)
            if (seen.Add(plan.Cell(index) is var cell ? $"{cell.Prompt}\0{string.Join('\0', cell.Labels)}" : "")) yield return plan.At(index);
    }
}
