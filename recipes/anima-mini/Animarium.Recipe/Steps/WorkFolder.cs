using Animarium.Recipe.Data;
using Animarium.Recipe.Model;

namespace Animarium.Recipe.Steps;

/// <summary>Where a model grows: the model itself, states of unfinished steps, latents.</summary>
internal sealed class WorkFolder(string path)
{
    public ModelFolder Model { get; } = new(Path.Combine(path, "model"));

    /// <summary>The latents of a folder of pictures, named like it.</summary>
    public string Latents(DrawnPictures pictures) => Path.Combine(path, $"latents-{pictures.Name}.safetensors");

    /// <summary>How the transformer learns, over all rounds.</summary>
    public LossCurve Curve { get; } = new(Path.Combine(path, "curve.csv"));

    /// <summary>From which a step goes on.</summary>
    public string State(string step) => Path.Combine(path, step + ".state.safetensors");
}
