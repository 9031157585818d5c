using System.Text.Json;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using Animarium.Recipe.Steps;
using Animarium.Studio.Images;
using static TorchSharp.torch;

namespace Animarium.Recipe.Tests;

/// <summary>A few small pictures and a tiny model in a folder that is removed afterwards.</summary>
internal sealed class TinyRecipe : IDisposable
{
    const int Count = 24;

    static readonly (string Name, byte Red, byte Green, byte Blue)[] Colours = [("red", 200, 30, 40), ("blue", 20, 60, 220), ("green", 30, 180, 60)];

    static readonly ModelSizes Sizes = new()
    {
        Width = 64, Blocks = 2, HeadWidth = 32, MlpWidth = 128, ModulationRank = 8, TextWidth = 32, TextLayers = 1, TextHeadWidth = 16, KeyHeads = 1, EncoderMlpWidth = 48, AdapterMlpWidth = 64, VaeWidth = 16,
    };

    readonly string folder = Directory.CreateTempSubdirectory("recipe-").FullName;

    public TinyRecipe()
    {
        Pictures = Draw("data", 64);
        Work = new(Path.Combine(folder, "work"));
        var (qwen, t5) = SmallTokenizers.Write(Work.Model.Tokenizers, [.. Pictures.Vocabulary, .. CaptionRules.Own.QualityTags]);
        Work.Model.Begin(Sizes, qwen, t5, seed: 1);
    }

    public DrawnPictures Pictures { get; }

    public WorkFolder Work { get; }

    /// <summary>Draws the same pictures in another size.</summary>
    public DrawnPictures Draw(string name, int side)
    {
        string data = Beside(name);
        Directory.CreateDirectory(data);
        File.WriteAllLines(Path.Combine(data, "pictures.jsonl"), Enumerable.Range(0, Count).Select(n => Draw(data, n, side)));
        return new(data);
    }

    /// <summary>A folder for something else.</summary>
    public string Beside(string name) => Path.Combine(folder, name);

    /// <summary>fp32, the reference on every machine.</summary>
    public static StepOptions Options(long steps, double rate, int batch) => new(steps, rate, batch, 1, float32);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // A disc on a ground, both of a colour that the tags name.
    static string Draw(string data, int n, int side)
    {
        var (hair, ground) = (Colours[n % 3], Colours[(n / 3 + n + 1) % 3]);
        var pixels = new byte[side * side * 3];
        for (int i = 0; i < side * side; i++)
        {
            var (x, y) = (i % side - side / 2, i / side - side / 2);
            var colour = 10 * (x * x + y * y) < side * side ? hair : ground;
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (colour.Red, colour.Green, colour.Blue);
        }
        string file = $"{n:000}.png";
        PictureFile.Save(new(side, side, 3, pixels), Path.Combine(data, file), PictureFormat.Png);
        return JsonSerializer.Serialize(new DrawnPicture(file, [], ["1girl", "solo"], "@discs", ["portrait", $"{hair.Name} hair"], ["simple background", $"{ground.Name} background"]), JsonSerializerOptions.Web);
    }
}
