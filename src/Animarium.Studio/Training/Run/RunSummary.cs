using Animarium.Diffusion.Training;
using Animarium.Diffusion.Weights;

namespace Animarium.Studio.Training.Run;

/// <summary>A run that lies in a folder of runs, whoever started it.</summary>
/// <param name="Name">Its folder's name.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="Changed">When something of it was last written.</param>
/// <param name="StepsDone">Steps that its state has; null: there is no state to go on from.</param>
/// <param name="Files">The trained files, latest first: the result, then the checkpoints. Each with its steps, null for the result.</param>
/// <param name="HasResult">Whether it came to its end.</param>
public sealed record RunSummary(string Name, string Folder, DateTimeOffset Changed, long? StepsDone, IReadOnlyList<(string Path, long? Step)> Files, bool HasResult)
{
    private const int MostRuns = 500;

    /// <summary>All runs of a folder, latest first. Folders that are no runs are passed over.</summary>
    public static IReadOnlyList<RunSummary> In(string runs)
    {
        try
        {
            return [.. new DirectoryInfo(runs).EnumerateDirectories().Take(MostRuns).Select(folder => Of(folder.FullName)).OfType<RunSummary>().OrderByDescending(run => run.Changed)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The run of a folder; null: it is none, or cannot be read.</summary>
    public static RunSummary? Of(string folder)
    {
        try
        {
            var any = new RunFolder(folder, "");
            if (!File.Exists(any.Settings)) return null;
            var written = new[] { any.Settings, any.Metrics, any.State }.Where(File.Exists).Max(File.GetLastWriteTimeUtc);
            var weights = Directory.EnumerateFiles(folder, "*.safetensors").Where(path => !IsBeside(Path.GetFileName(path))).ToList();
            // The name of the LoRA is the part of a checkpoint's name before its steps; without checkpoints the only other file is the result.
            var files = weights.Select(path => (Path: path, Step: RunFolder.StepOf(path))).OrderBy(file => file.Step is not null).ThenByDescending(file => file.Step).ToList();
            return new(Path.GetFileName(folder), folder, new(written, TimeSpan.Zero), StepsOf(any.State), files, files.Exists(file => file.Step is null));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsBeside(string name) => name.StartsWith("state", StringComparison.Ordinal) || name.EndsWith(".text_encoder.safetensors", StringComparison.Ordinal);

    private static long? StepsOf(string state)
    {
        try
        {
            return File.Exists(state) ? TrainingState.Describe(state).StepsDone : null;
        }
        catch (Exception e) when (e is SafeTensorsException or InvalidDataException)
        {
            return null; // whoever goes on with it says what is wrong
        }
    }
}
