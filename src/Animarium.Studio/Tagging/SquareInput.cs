using Animarium.Studio.Images;
using Animarium.Studio.Texts;
using Microsoft.ML.OnnxRuntime;

namespace Animarium.Studio.Tagging;

/// <summary>
/// How a model wants its pictures, read from its one input: [n, side, side, 3] are the taggers of the WD family (BGR, 0…255), [n, 3, side, side] CLIP, CCIP and their kin
/// (RGB with the mean and deviation that OpenAI's CLIP was trained with).
/// </summary>
internal sealed class SquareInput
{
    private const int UsualTagger = 448, UsualEncoder = 224; // pixels, where the file leaves the side open

    private static readonly float[] Mean = [0.48145466f, 0.4578275f, 0.40821073f], Deviation = [0.26862954f, 0.26130258f, 0.27577711f];

    private readonly string name;
    private readonly int side;

    private SquareInput(string name, int side, bool isChannelsFirst) => (this.name, this.side, IsChannelsFirst) = (name, side, isChannelsFirst);

    /// <summary>Whether it is [n, 3, side, side].</summary>
    public bool IsChannelsFirst { get; }

    /// <summary>The input of a model.</summary>
    /// <param name="session">The model.</param>
    /// <param name="file">Its name for messages.</param>
    /// <exception cref="InvalidDataException">It takes something else than pictures alone.</exception>
    public static SquareInput Of(InferenceSession session, string file)
    {
        var inputs = session.InputMetadata.ToList();
        if (inputs.Count != 1 || inputs[0].Value.ElementType != typeof(float)) throw new InvalidDataException(Words.Say("vision.input", file, string.Join(", ", inputs.Select(input => input.Key))));
        var (name, shape) = (inputs[0].Key, inputs[0].Value.Dimensions);
        return shape switch
        {
            [_, var height, var width, 3] when height == width && height != 0 => new(name, height > 0 ? height : UsualTagger, false),
            [_, 3, var height, var width] when height == width && height != 0 => new(name, height > 0 ? height : UsualEncoder, true),
            _ => throw new InvalidDataException(Words.Say("vision.shape", file, string.Join(", ", shape))),
        };
    }

    /// <summary>Runs the model on pictures as one batch. The caller disposes the outputs.</summary>
    /// <param name="session">The model.</param>
    /// <param name="pictures">Of any size; each is put on a white square and scaled.</param>
    /// <param name="outputs">Names of the wanted outputs.</param>
    public IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, IReadOnlyList<Picture> pictures, IReadOnlyCollection<string> outputs)
    {
        int length = side * side * 3;
        var pixels = new float[pictures.Count * length];
        for (int i = 0; i < pictures.Count; i++) Fill(pictures[i], pixels.AsSpan(i * length, length));
        using var batch = OrtValue.CreateTensorValueFromMemory(pixels, IsChannelsFirst ? [pictures.Count, 3, side, side] : [pictures.Count, side, side, 3]);
        using var options = new RunOptions();
        return session.Run(options, [name], [batch], outputs);
    }

    /// <summary>An output as rows, one for each picture.</summary>
    public static float[][] Rows(OrtValue output, int rows)
    {
        var values = output.GetTensorDataAsSpan<float>();
        int width = values.Length / rows;
        var parts = new float[rows][];
        for (int i = 0; i < rows; i++) parts[i] = values.Slice(i * width, width).ToArray();
        return parts;
    }

    private void Fill(Picture picture, Span<float> square)
    {
        byte[] rgb = OnWhite(picture).Resize(side, side, PictureFilter.Bicubic).Pixels;
        int plane = side * side;
        for (int i = 0; i < plane; i++)
            for (int c = 0; c < 3; c++)
            {
                if (IsChannelsFirst) square[c * plane + i] = (rgb[3 * i + c] / 255f - Mean[c]) / Deviation[c];
                else square[3 * i + c] = rgb[3 * i + 2 - c];
            }
    }

    /// <summary>The picture in the middle of a white square.</summary>
    private static Picture OnWhite(Picture picture)
    {
        var rgb = picture.Rgb();
        if (rgb.Width == rgb.Height) return rgb;
        int most = Math.Max(rgb.Width, rgb.Height), left = (most - rgb.Width) / 2, top = (most - rgb.Height) / 2;
        var padded = new byte[most * most * 3];
        Array.Fill(padded, byte.MaxValue);
        for (int y = 0; y < rgb.Height; y++)
            rgb.Pixels.AsSpan(y * rgb.Width * 3, rgb.Width * 3).CopyTo(padded.AsSpan(((top + y) * most + left) * 3));
        return new(most, most, 3, padded);
    }
}
