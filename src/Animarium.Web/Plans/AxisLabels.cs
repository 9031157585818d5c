using Animarium.Studio.Generation;
using Animarium.Web.Draw;
using Microsoft.Extensions.Localization;

namespace Animarium.Web.Plans;

/// <summary>What pages call the axes of a plan.</summary>
internal static class AxisLabels
{
    /// <summary>An axis in the words of the page to draw.</summary>
    /// <param name="axis">As <see cref="Animarium.Studio.Plans.PlanAxis.Name"/>.</param>
    /// <param name="text">The words of plans.</param>
    /// <param name="labels">The words of settings.</param>
    public static string Of(string axis, IStringLocalizer<PlansText> text, IStringLocalizer<DrawText> labels) => axis switch
    {
        "size" or "replace" => text[$"axis.{axis}"],
        ['l', 'o', 'r', 'a', ':', .. var lora] => text["StrengthOf", lora],
        _ => labels[$"knob.{Knobs.Find(axis)!.Key}"],
    };
}
