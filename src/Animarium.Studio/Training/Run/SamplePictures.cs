using System.Globalization;
using Animarium.Diffusion.Conduct;
using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;

namespace Animarium.Studio.Training.Run;

/// <summary>
/// Pictures drawn on the way, always of the same prompts and seeds, in one row for each time; a sheet of all rows shows what has been learned when.
/// </summary>
internal sealed class SamplePictures
{
    private const int MostOfCaptions = 4, LargestOverviewRow = 272; // pixels

    private readonly TrainingPlan plan;
    private readonly TrainingSession session;
    private readonly List<GenerationPlan> drawings = [];
    private readonly List<Notice> notices = [];

    /// <param name="plan">Whose prompts, or captions.</param>
    /// <param name="library">The models.</param>
    /// <param name="session">What draws.</param>
    /// <exception cref="SettingException">A prompt's options are out of range.</exception>
    public SamplePictures(TrainingPlan plan, ModelCatalog library, TrainingSession session)
    {
        (this.plan, this.session) = (plan, session);
        if (plan.SampleEvery == 0) return;
        foreach (var prompt in Prompts())
        {
            try
            {
                var wish = prompt.With("model", plan.Model.Transformer.Path).With("out", plan.Folder.Samples);
                if (!wish.Has("seed")) wish = wish.With("seed", (plan.Settings.Seed!.Value % uint.MaxValue).ToString(CultureInfo.InvariantCulture));
                drawings.Add(GenerationPlan.Make(wish, Generation.Settings.Empty, library, WildcardLibrary.Empty, new(0)));
            }
            catch (Exception e) when (e is ConductException or RatingException)
            {
                notices.Add(new("sample-refused", e.Message));
            }
        }
    }

    /// <summary>Prompts that are not drawn, and why.</summary>
    public IReadOnlyList<Notice> Notices => notices;

    /// <summary>A picture of the last sheet, for the file's thumbnail; null: none was drawn.</summary>
    public Picture? Latest { get; private set; }

    /// <summary>Draws all prompts into a sheet and returns its path; null if there is no prompt.</summary>
    public string? Draw(long step)
    {
        if (drawings.Count == 0) return null;
        using var shown = session.Shown();
        using var off = TorchSharp.torch.no_grad();
        var pictures = new List<Picture>();
        foreach (var drawing in drawings)
        {
            foreach (var happened in session.Engine.Pipeline.Draw(EngineRequest.Of(drawing.Request, [.. drawing.Pictures()], SourcePictures.None)))
            {
                if (happened is not DrawnPicture drawn) continue;
                pictures.Add(Picture.FromTensor(drawn.Image));
                drawn.Image.Dispose();
            }
        }
        Latest = pictures[0];
        string path = Path.Combine(plan.Folder.Samples, string.Create(CultureInfo.InvariantCulture, $"step{step:00000000}.png"));
        PictureFile.Save(ContactSheet.Of([pictures], [], []), path, PictureFormat.Png);
        Overview();
        return path;
    }

    /// <summary>All times under each other, those of an interrupted run included; small, since there may be many.</summary>
    private void Overview()
    {
        var strips = Directory.EnumerateFiles(plan.Folder.Samples, "step*.png").Order(StringComparer.Ordinal)
            .Select(path => (Name: Path.GetFileNameWithoutExtension(path)["step".Length..].TrimStart('0').PadLeft(1, '0'), Picture: Small(PictureFile.Load(path)))).ToList();
        PictureFile.Save(ContactSheet.Of([.. strips.Select(strip => new[] { strip.Picture })], [], [.. strips.Select(strip => strip.Name)]), plan.Folder.Overview, PictureFormat.Png);
    }

    private static Picture Small(Picture strip) => strip.Height <= LargestOverviewRow ? strip
        : strip.Resample(Math.Max(1, strip.Width * LargestOverviewRow / strip.Height), LargestOverviewRow, ResampleMethod.Area);

    private IEnumerable<Generation.Settings> Prompts()
    {
        var sampling = plan.Settings.Sampling;
        var lines = sampling.PromptsFile is { } file ? SamplePrompt.Lines(file) : sampling.Prompts;
        if (lines is not null) return lines.Select(SamplePrompt.Read);
        return TrainingFeed.Probes(plan.Dataset, MostOfCaptions)
            .Select(draw => Generation.Settings.Empty.With("prompt", draw.Picture.CaptionVariant(plan.Settings.Seed!.Value, 0, long.MaxValue, long.MaxValue)))
            .Where(prompt => prompt.Complete().Prompt.Length > 0);
    }
}
