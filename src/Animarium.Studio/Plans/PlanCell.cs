namespace Animarium.Studio.Plans;

/// <summary>Where a picture stands in its plan.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="Values">Which value it has on each axis, from 0.</param>
/// <param name="Prompt">Which of the plan's prompts it has, from 0.</param>
/// <param name="Number">Its number among the pictures of its cell, from 0.</param>
/// <param name="Labels">The values in words, in the order of the axes.</param>
public sealed record PlanCell(int Index, IReadOnlyList<int> Values, int Prompt, int Number, IReadOnlyList<string> Labels);
