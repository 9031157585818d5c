using Animarium.Recipe.Model;

namespace Animarium.Recipe.Steps;

/// <summary>Where a model grows: the model itself, states of unfinished steps, latents.</summary>
internal sealed class WorkFolder(string path)
{
    public ModelFolder Model { get; } = new(Path.Combine(path, "model"));

    public string Latents => Path.Combine(path, "latents.safetensors");

    /// <summary>From which a step goes on.</summary>
    public string State(string step) => Path.Combine(path, step + ".state.safetensors");
}
