using System.Globalization;
using Animarium.Diffusion.Training.Optimizers;
using Animarium.Diffusion.Weights;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training;

/// <summary>
/// Everything that a run needs to go on as if it had never stopped, in one safetensors file: parameters, optimizer, moving average, and how far it was.
/// Order, noise and dropouts need no state: they follow from the seed and the step.
/// </summary>
public static class TrainingState
{
    const string Parameters = "parameter.", OptimizerPrefix = "optimizer.", AveragePrefix = "average.", Step = "step", Skipped = "skipped", Averaged = "averaged", Settings = "settings", Note = "note.";

    /// <summary>Writes the file, whole or not at all: an older one stays until then.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="trainer">How far it is.</param>
    /// <param name="optimizer">Set to train.</param>
    /// <param name="average">The moving average; null: none.</param>
    /// <param name="settings">The settings of the run, as text, to be compared when it is resumed.</param>
    /// <param name="notes">What else is to be known when it is resumed; null: nothing.</param>
    /// <exception cref="IOException">The disk is full, …; the older file is as it was.</exception>
    public static void Save(string path, Trainer trainer, Optimizer optimizer, WeightAverage? average, string settings, IReadOnlyDictionary<string, string>? notes = null) =>
        Save(path, (trainer.StepsDone, trainer.Skipped), optimizer, average, settings, notes);

    /// <inheritdoc cref="Save(string, Trainer, Optimizer, WeightAverage?, string, IReadOnlyDictionary{string, string})"/>
    /// <param name="path"></param>
    /// <param name="steps">Those done, and those among them that changed nothing, of a training loop of its own.</param>
    /// <param name="optimizer"></param><param name="average"></param><param name="settings"></param><param name="notes"></param>
    public static void Save(string path, (long Done, long Skipped) steps, Optimizer optimizer, WeightAverage? average, string settings, IReadOnlyDictionary<string, string>? notes = null)
    {
        using var scope = NewDisposeScope();
        var tensors = optimizer.Groups.SelectMany(group => group.Parameters).ToDictionary(p => Parameters + p.Name, p => p.Value.detach());
        foreach (var (name, value) in optimizer.Export()) tensors[OptimizerPrefix + name] = value;
        foreach (var (name, value) in average?.Tensors ?? new Dictionary<string, Tensor>()) tensors[AveragePrefix + name] = value;
        var entries = new Dictionary<string, string> { [Step] = Text(steps.Done), [Skipped] = Text(steps.Skipped), [Averaged] = Text(average?.Steps ?? 0), [Settings] = settings };
        foreach (var (name, text) in notes ?? new Dictionary<string, string>()) entries[Note + name] = text;
        SafeTensorsWriter.Write(path, tensors, entries);
    }

    /// <summary>The settings, the steps done and the notes of a state, without loading it.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">It is no training state.</exception>
    public static (string Settings, long StepsDone, IReadOnlyDictionary<string, string> Notes) Describe(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return (Entry(file, Settings), Number(file, Step), file.Metadata.Where(entry => entry.Key.StartsWith(Note, StringComparison.Ordinal)).ToDictionary(entry => entry.Key[Note.Length..], entry => entry.Value));
    }

    /// <summary>Puts a state back.</summary>
    /// <exception cref="SafeTensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">It is no training state, or one of other parameters.</exception>
    /// <exception cref="ArgumentException">It belongs to another optimizer.</exception>
    public static void Load(string path, Trainer trainer, Optimizer optimizer, WeightAverage? average)
    {
        var (done, skipped) = Load(path, optimizer, average);
        trainer.Resume(done, skipped);
    }

    /// <summary>Puts a state back into a training loop of its own.</summary>
    /// <returns>The steps done, and those among them that changed nothing.</returns>
    /// <inheritdoc cref="Load(string, Trainer, Optimizer, WeightAverage?)" path="/exception"/>
    public static (long Done, long Skipped) Load(string path, Optimizer optimizer, WeightAverage? average)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(path);
        var parameters = optimizer.Groups.SelectMany(group => group.Parameters).ToList();
        if (parameters.Find(p => !file.Entries.TryGetValue(Parameters + p.Name, out var entry) || !entry.Shape.AsSpan().SequenceEqual(p.Value.shape)) is { } other)
            throw new InvalidDataException($"{path} is the state of another training: it has no '{other.Name}' of this size. Resume with the settings it was saved with.");
        optimizer.Import(Under(file, OptimizerPrefix));
        average?.Restore(Under(file, AveragePrefix), Number(file, Averaged));
        foreach (var parameter in parameters) parameter.Value.copy_(file.Read(Parameters + parameter.Name));
        return (Number(file, Step), Number(file, Skipped));
    }

    static Dictionary<string, Tensor> Under(SafeTensorsFile file, string prefix) =>
        file.Entries.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(name => name[prefix.Length..], file.Read);

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Entry(SafeTensorsFile file, string key) => file.Metadata.TryGetValue(key, out var value) ? value
        : throw new InvalidDataException($"{file.Path} is no training state. Give the folder of a run, or the state.safetensors in it.");

    static long Number(SafeTensorsFile file, string key) => long.TryParse(Entry(file, key), CultureInfo.InvariantCulture, out long number) && number >= 0 ? number
        : throw new InvalidDataException($"{file.Path} says '{Entry(file, key)}' where it should say how many steps were done: it is damaged. Use another state.");
}
