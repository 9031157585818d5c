using System.Globalization;

namespace Animarium.Studio.Training.Run;

/// <summary>Where the files of a run lie. Everything a run makes is in its folder, so that it can be moved, kept or thrown away as one.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Name">Of the LoRA, without extension.</param>
public sealed record RunFolder(string Path, string Name)
{
    /// <summary>All settings as the run uses them.</summary>
    public string Settings => In("settings.toml");

    /// <summary>What happened, a JSON object a line.</summary>
    public string Metrics => In("metrics.jsonl");

    /// <summary>What a resumed run goes on from.</summary>
    public string State => In("state.safetensors");

    /// <summary>TensorBoard's files.</summary>
    public string TensorBoard => In("tensorboard");

    /// <summary>Pictures drawn on the way.</summary>
    public string Samples => In("samples");

    /// <summary>What an evaluation made.</summary>
    public string Evaluation => In("evaluation");

    /// <summary>All of <see cref="Samples"/> in one sheet.</summary>
    public string Overview => In("samples.png");

    /// <summary>The trained file.</summary>
    public string Result => In(Name + ".safetensors");

    /// <summary>The state beside a checkpoint, where it is kept.</summary>
    public string StateOf(long step) => In(string.Create(CultureInfo.InvariantCulture, $"state-step{step:00000000}.safetensors"));

    /// <summary>The file as it was after some steps.</summary>
    public string Checkpoint(long step) => In(string.Create(CultureInfo.InvariantCulture, $"{Name}-step{step:00000000}.safetensors"));

    /// <summary>The text encoder that is written beside a model, where it was trained along.</summary>
    public static string TextEncoderOf(string checkpoint) => System.IO.Path.ChangeExtension(checkpoint, ".text_encoder.safetensors");

    /// <summary>The checkpoints that are there with their steps, in their order.</summary>
    public IReadOnlyList<(string Path, long Step)> Checkpoints()
    {
        string prefix = Name + "-step";
        var found = Directory.Exists(Path)
            ? Directory.EnumerateFiles(Path, prefix + "*.safetensors").Select(path => (Path: path, Step: StepOf(path, prefix))).Where(c => c.Step is not null).Select(c => (c.Path, c.Step!.Value)).OrderBy(c => c.Value).ToList()
            : [];
        return found;
    }

    /// <summary>Makes the folder.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public void Make() => Directory.CreateDirectory(Path);

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private static long? StepOf(string path, string prefix) =>
        long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path)[prefix.Length..], CultureInfo.InvariantCulture, out long step) ? step : null;

    /// <summary>The steps in the name of a <see cref="Checkpoint"/>, whatever the LoRA is called; null: it is none.</summary>
    internal static long? StepOf(string path)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        int dash = name.LastIndexOf("-step", StringComparison.Ordinal);
        return dash >= 0 ? StepOf(path, name[..(dash + "-step".Length)]) : null;
    }
}
