using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Animarium.Diffusion.Pipeline;
using Animarium.Studio.Generation;
using Animarium.Studio.Images;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Prompts;
using Animarium.Studio.Training.Run;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>
/// The same prompts and seeds, drawn by the base model or with a checkpoint. Each picture lies in a file whose name follows from everything that decides it (weights by their hashes), so
/// what is there already is never drawn again, and what changed always is.
/// </summary>
internal sealed class EvaluationPictures : IDisposable
{
    // Small pictures are drawn together; a batch of large ones would not fit every card.
    private const int PixelsTogether = 1024 * 1024, MostTogether = 16;

    private readonly TrainingPlan plan;
    private readonly List<GenerationPlan> prompts;
    private readonly List<PlannedPicture> pictures;
    private readonly string folder, baseHash;
    private readonly WeightHashes hashes;
    private Engine? engine;
    private string? opened; // the whole model among the checkpoints that the engine holds; null: the base model

    /// <param name="plan">The run.</param>
    /// <param name="folder">Where the pictures go.</param>
    /// <param name="prompts">From <see cref="Plan"/>.</param>
    /// <param name="hashes">Of weights.</param>
    public EvaluationPictures(TrainingPlan plan, string folder, IReadOnlyList<GenerationPlan> prompts, WeightHashes hashes)
    {
        (this.plan, this.folder, this.hashes, this.prompts) = (plan, folder, hashes, [.. prompts]);
        pictures = [.. prompts.SelectMany(prompt => prompt.Pictures())];
        baseHash = string.Join('|', new[] { plan.Model.Transformer, plan.Model.TextEncoder!, plan.Model.Vae! }.Select(part => hashes.Of(part.Path).Result?.Sha256 ?? part.Path));
    }

    /// <summary>Pictures of a checkpoint at a strength.</summary>
    public int Count => pictures.Count;

    /// <summary>A prompt with all its seeds.</summary>
    /// <exception cref="Diffusion.Conduct.ConductException">It is refused.</exception>
    /// <exception cref="Diffusion.Conduct.RatingException">It asks for more than the rating allows.</exception>
    public static GenerationPlan Plan(TrainingPlan plan, EvaluationOptions options, ModelCatalog library, string prompt)
    {
        var wish = Generation.Settings.Empty.With("prompt", prompt).With("model", plan.Model.Transformer.Path)
            .With("seed", Number(plan.Settings.Seed!.Value % uint.MaxValue)).With("count", Number(options.Seeds));
        if (options.Steps is { } steps) wish = wish.With("steps", Number(steps));
        if (plan.Settings.Model.Vae is { } vae) wish = wish.With("vae", vae);
        if (plan.Settings.Model.TextEncoder is { } encoder) wish = wish.With("textEncoder", encoder);
        return GenerationPlan.Make(wish, Generation.Settings.Empty, library, WildcardLibrary.Empty, new(0));

        static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>The files of a cell, all seeds of the first prompt first.</summary>
    /// <param name="checkpoint">A LoRA, or a whole model where the run trained it; null: the base model.</param>
    /// <param name="name">Of the cell, for people.</param>
    /// <param name="strength">Of the LoRA.</param>
    public IReadOnlyList<string> Files(string? checkpoint, string name, double strength)
    {
        string weights = checkpoint is null ? baseHash : string.Create(CultureInfo.InvariantCulture, $"{baseHash}|{HashOf(checkpoint)}|{strength}");
        if (TextEncoderOf(checkpoint) is { } encoder) weights += "|" + HashOf(encoder);
        return [.. pictures.Select(picture =>
        {
            string all = weights + Generation.Settings.Of(picture.Request, knob => knob.Describes).ToJson().ToJsonString();
            string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
            return Path.Combine(folder, name, string.Create(CultureInfo.InvariantCulture, $"{picture.Request.Seed}-{key}.png"));
        })];

        string HashOf(string file) => hashes.Of(file).Result?.Tensors ?? file;
    }

    /// <summary>Draws those files of a cell that are not there; gives the number of those that are, at first and after each batch.</summary>
    public IEnumerable<int> Draw(string? checkpoint, string name, double strength, CancellationToken cancellation)
    {
        var files = Files(checkpoint, name, strength);
        int[] missing = [.. Enumerable.Range(0, files.Count).Where(n => !File.Exists(files[n]))];
        int done = files.Count - missing.Length;
        yield return done;
        var size = prompts[0].Request;
        foreach (int[] batch in missing.Chunk(Math.Clamp(PixelsTogether / (size.Width * size.Height), 1, MostTogether)))
        {
            var pipeline = With(checkpoint, strength);
            foreach (var happened in pipeline.Draw(EngineRequest.Of(size, [.. batch.Select(n => pictures[n])], SourcePictures.None)))
            {
                cancellation.ThrowIfCancellationRequested();
                if (happened is not DrawnPicture drawn) continue;
                PictureFile.Save(Picture.FromTensor(drawn.Image), files[batch[drawn.Index]], PictureFormat.Png);
                drawn.Image.Dispose();
            }
            yield return done += batch.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => engine?.Dispose();

    /// <summary>What draws with a checkpoint: the base model with a LoRA, or the model that the checkpoint is.</summary>
    private AnimaPipeline With(string? checkpoint, double strength)
    {
        string? model = plan.Settings.IsFullFineTuning ? checkpoint : null;
        if (engine is null || model != opened)
        {
            engine?.Dispose();
            engine = null;
            engine = Engine.Open(model is null ? plan.Model : plan.Model with
            {
                Transformer = ModelPart.Read(model, plan.Model.Transformer.Folder),
                TextEncoder = TextEncoderOf(model) is { } encoder ? ModelPart.Read(encoder, plan.Model.Transformer.Folder) : plan.Model.TextEncoder,
            }, plan.Settings.Machine());
            opened = model;
        }
        if (!plan.Settings.IsFullFineTuning) engine.Pipeline.UseLoras(checkpoint is null ? [] : [(checkpoint, strength, strength)]);
        return engine.Pipeline;
    }

    /// <summary>The text encoder that was trained along with a model; null: the base model's serves it.</summary>
    private string? TextEncoderOf(string? checkpoint) =>
        plan.Settings.IsFullFineTuning && checkpoint is not null && RunFolder.TextEncoderOf(checkpoint) is var encoder && File.Exists(encoder) ? encoder : null;
}
