namespace Animarium.Web.Draw;

/// <summary>Stands for the texts of the page to draw.</summary>
public sealed class DrawText;
