namespace Animarium.Studio.Plans;

/// <summary>Pictures that were taken out of a plan. The others keep their numbers.</summary>
public abstract record PlanCut;

/// <summary>Some that follow each other.</summary>
/// <param name="First">Number of the first, from 0.</param>
/// <param name="Last">Number of the last.</param>
public sealed record IndexCut(int First, int Last) : PlanCut;

/// <summary>All with one value of an axis.</summary>
/// <param name="Axis">The axis's name.</param>
/// <param name="Value">The value as the axis writes it.</param>
public sealed record ValueCut(string Axis, string Value) : PlanCut;
