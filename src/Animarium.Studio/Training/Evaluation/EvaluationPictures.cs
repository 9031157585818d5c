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

    private readonly Lazy<Engine> engine;
    private readonly List<GenerationPlan> prompts;
    private readonly List<PlannedPicture> pictures;
    private readonly string folder, baseHash;
    private readonly WeightHashes hashes;

    /// <param name="plan">The run.</param>
    /// <param name="folder">Where the pictures go.</param>
    /// <param name="prompts">From <see cref="Plan"/>.</param>
    /// <param name="hashes">Of weights.</param>
    public EvaluationPictures(TrainingPlan plan, string folder, IReadOnlyList<GenerationPlan> prompts, WeightHashes hashes)
    {
        (this.folder, this.hashes, this.prompts) = (folder, hashes, [.. prompts]);
        pictures = [.. prompts.SelectMany(prompt => prompt.Pictures())];
        baseHash = string.Join('|', new[] { plan.Model.Transformer, plan.Model.TextEncoder!, plan.Model.Vae! }.Select(part => hashes.Of(part.Path).Result?.Sha256 ?? part.Path));
        engine = new(() => Engine.Open(plan.Model, plan.Settings.Machine()));
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
    /// <param name="lora">The checkpoint; null: the base model.</param>
    /// <param name="name">Of the cell, for people.</param>
    /// <param name="strength">Of the checkpoint.</param>
    public IReadOnlyList<string> Files(string? lora, string name, double strength)
    {
        string weights = lora is null ? baseHash : string.Create(CultureInfo.InvariantCulture, $"{baseHash}|{hashes.Of(lora).Result?.Tensors ?? lora}|{strength}");
        return [.. pictures.Select(picture =>
        {
            string all = weights + Generation.Settings.Of(picture.Request, knob => knob.Describes).ToJson().ToJsonString();
            string key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..16];
            return Path.Combine(folder, name, string.Create(CultureInfo.InvariantCulture, $"{picture.Request.Seed}-{key}.png"));
        })];
    }

    /// <summary>Draws those files of a cell that are not there; gives the number of those that are, at first and after each batch.</summary>
    public IEnumerable<int> Draw(string? lora, string name, double strength, CancellationToken cancellation)
    {
        var files = Files(lora, name, strength);
        int[] missing = [.. Enumerable.Range(0, files.Count).Where(n => !File.Exists(files[n]))];
        int done = files.Count - missing.Length;
        yield return done;
        var size = prompts[0].Request;
        foreach (int[] batch in missing.Chunk(Math.Clamp(PixelsTogether / (size.Width * size.Height), 1, MostTogether)))
        {
            var pipeline = engine.Value.Pipeline;
            pipeline.UseLoras(lora is null ? [] : [(lora, strength, strength)]);
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
    public void Dispose()
    {
        if (engine.IsValueCreated) engine.Value.Dispose();
    }
}
