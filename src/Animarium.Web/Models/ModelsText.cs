namespace Animarium.Web.Models;

/// <summary>Stands for the texts of the page of models.</summary>
public sealed class ModelsText;
