namespace Animarium.Web.Machine;

/// <summary>Stands for the texts of the page of the machine.</summary>
public sealed class MachineText;
