namespace Animarium.Web.Training;

/// <summary>Stands for the texts of the page of trainings.</summary>
public sealed class TrainingText;
