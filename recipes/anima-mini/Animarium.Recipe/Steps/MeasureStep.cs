using Animarium.Diffusion.Pipeline;
using Animarium.Diffusion.Tensors;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Studio.Images;
using Animarium.Studio.Tagging;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>Measures a model: what its VAE gives back, and whether a tagger reads off its pictures what was asked for.</summary>
internal sealed class MeasureStep(ModelFolder folder, DrawnPictures fresh, string taggerFolder, ScalarType type)
{
    const int Batch = 16, Steps = 20;
    const double Guidance = 3;
    const string Negative = "worst quality, low quality, blurry";

    /// <summary>Draws a picture for each list of tags of pictures that were never trained on, and compares; beside it, what the tagger reads off the true pictures.</summary>
    /// <param name="sheet">Where a sheet of the first pictures goes; null: nowhere.</param>
    /// <param name="say">Gets the lines of a table.</param>
    public void Run(string? sheet, Action<string> say)
    {
        using var tagger = WdTagger.Open(taggerFolder);
        using var model = folder.Open();
        using var pipeline = new AnimaPipeline(model.Networks, model.Tokenizers, new(CPU, type));
        say($"VAE: {Quality.Reconstruction(model.Networks.Vae, fresh, Enumerable.Range(0, fresh.All.Count), type):0.00} dB on {fresh.All.Count} fresh pictures");

        var truths = Enumerable.Range(0, fresh.All.Count).Select(n => { using var pixels = fresh.Pixels(n); return Shown(pixels.Over(2).Plus(0.5)); });
        var ceiling = Read(tagger, truths);
        var pictures = Drawn(pipeline).ToList();
        var read = Read(tagger, pictures);
        if (sheet is not null) PictureFile.Save(ContactSheet.Of([.. pictures.Where((_, n) => n % Math.Max(1, pictures.Count / 64) == 0).Chunk(8)], [], []), sheet, PictureFormat.Png);

        var rights = new List<(double Drawn, double True)>();
        say("attribute, read off drawn pictures, off true ones");
        foreach (var attribute in Attribute.Of(tagger.Labels))
        {
            rights.Add((Share(attribute, read), Share(attribute, ceiling)));
            say($"{attribute.Name}, {rights[^1].Drawn:P1}, {rights[^1].True:P1}");
        }
        say($"mean, {rights.Average(r => r.Drawn):P1}, {rights.Average(r => r.True):P1}");
    }

    IEnumerable<Picture> Drawn(AnimaPipeline pipeline)
    {
        using var first = fresh.Pixels(0);
        var (height, width) = ((int)first.shape[2], (int)first.shape[3]);
        foreach (var batch in fresh.All.Index().Chunk(Batch))
        {
            var request = new DrawRequest
            {
                Items = [.. batch.Select(picture => new DrawItem(picture.Item.Caption, Negative, (ulong)picture.Index))],
                Width = width, Height = height, Sampler = "euler", Schedule = "simple", Steps = Steps, Shift = 3, Guidance = new() { Cfg = Guidance },
            };
            foreach (var drawn in pipeline.Draw(request).OfType<Animarium.Diffusion.Pipeline.DrawnPicture>())
            {
                using var image = drawn.Image;
                yield return Picture.FromTensor(image);
            }
        }
    }

    double Share(Attribute attribute, IReadOnlyList<TagReading> readings) =>
        fresh.All.Zip(readings, attribute.IsRight).OfType<bool>().DefaultIfEmpty(true).Average(right => right ? 1.0 : 0);

    static List<TagReading> Read(WdTagger tagger, IEnumerable<Picture> pictures) => [.. pictures.Chunk(Batch).SelectMany(tagger.Read)];

    static Picture Shown(Tensor pixels)
    {
        using (pixels) return Picture.FromTensor(pixels);
    }
}
