namespace Animarium.Web.Shell;

/// <summary>Stands for the texts of the frame around all pages.</summary>
public sealed class ShellText;
