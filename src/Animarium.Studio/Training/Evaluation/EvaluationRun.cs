using System.Globalization;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Tensors;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Texts;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>Something that happened in an evaluation.</summary>
public abstract record EvaluationEvent;

/// <summary>Pictures were drawn.</summary>
/// <param name="Done">That are there.</param>
/// <param name="Total">That are needed.</param>
public sealed record EvaluationStep(int Done, int Total) : EvaluationEvent;

/// <summary>Something a person should know.</summary>
/// <param name="Notice">What.</param>
public sealed record EvaluationNotice(Notice Notice) : EvaluationEvent;

/// <summary>Everything is measured and written.</summary>
/// <param name="Evaluation">What came out.</param>
/// <param name="Files">What was written, the page for people first.</param>
public sealed record EvaluationDone(Evaluation Evaluation, IReadOnlyList<string> Files) : EvaluationEvent;

/// <summary>Draws the same prompts and seeds with every checkpoint of a run at some strengths, looks at the pictures, and says which checkpoint to use. Nothing is drawn before an event is asked for; ending early keeps every finished picture.</summary>
/// <param name="folder">The run.</param>
/// <param name="options">What is drawn, and who looks.</param>
/// <param name="library">Models.</param>
/// <param name="hashes">Of weights: pictures of unchanged weights are not drawn again.</param>
public sealed class EvaluationRun(string folder, EvaluationOptions options, ModelCatalog library, WeightHashes hashes)
{
    private const int MostTrainingPictures = 200;
    private const double FewTags = 0.5; // a tagger that knows less of the captions does not fit them

    /// <summary>Runs to the end.</summary>
    /// <param name="cancellation">Looked at between two steps of the sampler.</param>
    /// <exception cref="SettingException">An option is out of range, or the folder is no run.</exception>
    /// <exception cref="InvalidDataException">The run trained the model itself and no LoRA, there is no checkpoint, no caption that can be drawn, or a file of the options is not what it should be.</exception>
    /// <exception cref="ModelException">The run's model is not there any more.</exception>
    /// <exception cref="Datasets.DatasetException">The run's pictures are not there any more.</exception>
    /// <exception cref="PictureException">A picture cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the next time goes on from there.</exception>
    public IEnumerable<EvaluationEvent> Run(CancellationToken cancellation = default)
    {
        options.Check();
        var plan = TrainingStart.Reopen(folder, library, cancellation);
        if (plan.Settings.IsFullFineTuning) throw new InvalidDataException(Words.Say("evaluate.full", plan.Folder.Path));
        var checkpoints = Checkpoints(plan);
        using var eyes = new Eyes(TaggerFolder(plan), options.Features);

        var notices = new List<Notice>();
        var prompts = Drawable(plan, EvaluationPrompts.Of(plan, options.Prompts, eyes.Knows), notices);
        string[] tags = [.. prompts.SelectMany(prompt => EvaluationPrompts.Tags(prompt.Plain ?? prompt.Called)).Distinct()];
        int known = tags.Count(eyes.Knows);
        if (known < FewTags * tags.Length) notices.Add(Notice.Of("evaluate.few-tags", known, tags.Length));
        foreach (var notice in notices) yield return new EvaluationNotice(notice);

        // Called, then plain where there is one, then empty: each with all its seeds.
        string[] texts = [.. prompts.Select(prompt => prompt.Called), .. prompts.Where(prompt => prompt.Plain is not null).Select(prompt => prompt.Plain!), ""];
        using var pictures = new EvaluationPictures(plan, Path.Combine(plan.Folder.Evaluation, "pictures"), [.. texts.Select(text => EvaluationPictures.Plan(plan, options, library, text))], hashes);
        var cells = checkpoints.SelectMany(checkpoint => options.Strengths.Order(), (checkpoint, strength) => (checkpoint.Path, checkpoint.Step, Strength: strength)).ToList();
        var jobs = cells.Select(cell => ((string?)cell.Path, NameOf(cell.Step, cell.Strength), cell.Strength)).Prepend((null, "base", 0)).ToList();
        for (int job = 0; job < jobs.Count; job++)
        {
            var (lora, name, strength) = jobs[job];
            foreach (int done in pictures.Draw(lora, name, strength, cancellation)) yield return new EvaluationStep(job * pictures.Count + done, jobs.Count * pictures.Count);
        }

        var training = Trained(plan, eyes);
        var looks = jobs.Select(job => new CellSights(eyes, pictures.Files(job.Item1, job.Item2, job.Strength), prompts, options.Seeds)).ToList();
        var axis = training.From(looks[0].Called);
        var before = looks[0].Measures(looks[0], training, axis, eyes);
        var scored = Recommendation.Score([.. cells.Zip(looks.Skip(1), (cell, look) => (cell.Path, cell.Step, cell.Strength, look.Measures(looks[0], training, axis, eyes)))], before, training);
        var recommendation = Recommendation.Of(scored);
        var evaluation = new Evaluation(plan.Folder.Name, options, prompts, training, before, scored, recommendation);
        var rows = checkpoints.Select(checkpoint => (Words.Say("evaluate.step", checkpoint.Step), pictures.Files(checkpoint.Path, NameOf(checkpoint.Step, recommendation.Cell.Strength), recommendation.Cell.Strength)))
            .Prepend((Words.Say("evaluate.base"), pictures.Files(null, "base", 0)));
        yield return new EvaluationDone(evaluation, EvaluationFiles.Write(plan.Folder.Evaluation, evaluation, [.. rows.Select(row => (row.Item1, Shown(row.Item2, prompts.Count)))]));
    }

    /// <summary>The first picture of each called prompt, and that of the empty one.</summary>
    private IReadOnlyList<Picture> Shown(IReadOnlyList<string> files, int prompts) =>
        [.. Enumerable.Range(0, prompts).Select(n => files[n * options.Seeds]).Append(files[^options.Seeds]).Select(PictureFile.Load)];

    private static string NameOf(long step, double strength) => string.Create(CultureInfo.InvariantCulture, $"step{step:00000000}-{strength:0.00##}");

    /// <summary>The checkpoints; of a run that kept none, its result.</summary>
    private static IReadOnlyList<(string Path, long Step)> Checkpoints(TrainingPlan plan)
    {
        var found = plan.Folder.Checkpoints();
        if (found.Count > 0) return found;
        return File.Exists(plan.Folder.Result) ? [(plan.Folder.Result, plan.Length.Steps)] : throw new InvalidDataException(Words.Say("evaluate.no-checkpoint", plan.Folder.Path));
    }

    /// <summary>The tagger asked for; else the one beside the model, else any in the model folders.</summary>
    private string TaggerFolder(TrainingPlan plan) => options.Tagger
        ?? library.Folders.Where(Directory.Exists).SelectMany(root => Directory.EnumerateDirectories(root)).Prepend(Path.GetDirectoryName(Path.GetDirectoryName(plan.Model.Transformer.Path))!)
            .Select(at => Path.Combine(at, "tagger")).FirstOrDefault(Directory.Exists)
        ?? throw new InvalidDataException(Words.Say("evaluate.no-tagger"));

    private List<EvaluationPrompt> Drawable(TrainingPlan plan, IReadOnlyList<EvaluationPrompt> prompts, List<Notice> notices)
    {
        var drawable = new List<EvaluationPrompt>();
        foreach (var prompt in prompts)
        {
            try
            {
                foreach (string text in new[] { prompt.Called, prompt.Plain ?? "" }) EvaluationPictures.Plan(plan, options, library, text);
                drawable.Add(prompt);
            }
            catch (Exception e) when (e is ConductException or RatingException)
            {
                notices.Add(new("prompt-refused", e.Message));
            }
        }
        return drawable.Count > 0 ? drawable : throw new InvalidDataException(Words.Say("evaluate.no-caption"));
    }

    /// <summary>The training pictures as training saw them.</summary>
    private static TrainingSights Trained(TrainingPlan plan, Eyes eyes)
    {
        var all = plan.Dataset.Pictures.Where(picture => !picture.Subset.IsRegularisation).DistinctBy(picture => picture.Path).ToList();
        int count = Math.Min(MostTrainingPictures, all.Count);
        var chosen = Enumerable.Range(0, count).Select(n => all[(int)((long)n * all.Count / count)]).ToList();
        var sights = eyes.At(chosen.Select(picture =>
        {
            using var seen = picture.Load();
            using var raised = seen.Pixels.Plus(1);
            using var pixels = raised.Over(2);
            return Picture.FromTensor(pixels);
        }));
        return new(sights, [.. chosen.Select(picture => eyes.Visible(picture.Found.Caption))]);
    }
}
