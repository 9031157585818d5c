using System.Globalization;
using Animarium.Studio.Images;

namespace Animarium.Bench;

/// <summary>A folder of pictures as A1111, ComfyUI and SwarmUI write them, every one with another description.</summary>
static class StrangeFolder
{
    static readonly string[] English = ["1girl", "solo", "long hair", "smile", "school uniform", "looking at viewer", "outdoors", "night", "cherry blossoms", "sitting", "blue eyes", "hat", "rain", "from above"];
    static readonly string[] Japanese = ["黒髪の少女が窓辺で本を読んでいる", "夕暮れの海", "猫とカフェ", "雪の降る京都", "桜の下の二人"];
    static readonly string[] Models = ["anima-base-v1.0", "anima-turbo", "another-model"];

    /// <summary>Makes files, a thousand a folder.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="first">The number of the first file; its description follows from the number alone.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <returns>Bytes of all files.</returns>
    public static long Make(string folder, int first, int count, int width, int height)
    {
        byte[] picture = PictureFile.Encode(Noise(width, height), PictureFormat.Png).File;
        long bytes = 0;
        Parallel.For(first, first + count, n =>
        {
            string path = Path.Combine(folder, (n / 1000).ToString(CultureInfo.InvariantCulture), $"{n:000000}.png");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            byte[] file = PngText.Insert(picture, [Description(n, width, height)]);
            File.WriteAllBytes(path, file);
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddDays(19_000).AddMinutes(n));
            Interlocked.Add(ref bytes, file.Length);
        });
        return bytes;
    }

    static PngText Description(int n, int width, int height)
    {
        var random = new Random(n);
        string prompt = string.Join(", ", Enumerable.Range(0, 20).Select(_ => English[random.Next(English.Length)]).Distinct().Append($"subject {random.Next(2000)}"));
        if (n % 5 == 0) prompt += ", " + Japanese[random.Next(Japanese.Length)];
        string model = Models[random.Next(Models.Length)];
        uint seed = (uint)random.Next();
        return (n % 3) switch
        {
            0 => new("parameters", $"{prompt} <lora:style-{random.Next(50)}:0.8>\nNegative prompt: worst quality, low quality\nSteps: 28, Sampler: Euler a, Schedule type: Simple, CFG scale: 5, Seed: {seed}, Size: {width}x{height}, Model: {model}, Model hash: 0123456789"),
            1 => new("prompt", $$$"""{"1": {"class_type": "KSampler", "inputs": {"seed": {{{seed}}}, "steps": 30, "cfg": 4, "sampler_name": "er_sde", "scheduler": "simple", "positive": ["2", 0], "negative": ["3", 0], "model": ["4", 0]}}, "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{{prompt}}}"}}, "3": {"class_type": "CLIPTextEncode", "inputs": {"text": "worst quality"}}, "4": {"class_type": "UNETLoader", "inputs": {"unet_name": "{{{model}}}.safetensors"}}, "5": {"class_type": "SaveImage", "inputs": {"images": ["1", 0] } } }"""),
            _ => new("parameters", $$$"""{"sui_image_params": {"prompt": "{{{prompt}}}", "negativeprompt": "worst quality", "model": "{{{model}}}", "seed": {{{seed}}}, "steps": 30, "cfgscale": 4.5, "sampler": "euler", "scheduler": "simple", "width": {{{width}}}, "height": {{{height}}} } }"""),
        };
    }

    /// <summary>Soft noise, which a PNG holds about as badly as a drawing.</summary>
    static Picture Noise(int width, int height)
    {
        var coarse = new byte[width / 8 * (height / 8) * 3];
        new Random(1).NextBytes(coarse);
        return new Picture(width / 8, height / 8, 3, coarse).Resize(width, height);
    }
}
