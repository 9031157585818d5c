namespace Animarium.Web.Plans;

/// <summary>Stands for the texts about plans.</summary>
public sealed class PlansText;
