using Animarium.Studio.Images;
using Animarium.Studio.Texts;
using Microsoft.ML.OnnxRuntime;

namespace Animarium.Studio.Tagging;

/// <summary>
/// An ONNX model that turns a picture into a vector: the vision part of a CLIP, CCIP's feature model, a tagger. Its vector is the output called <c>features</c>, <c>image_embeds</c>,
/// <c>image_features</c> or <c>pooler_output</c>; else its last output of two dimensions; else the mean over the positions of its last output of three.
/// </summary>
public sealed class FeatureModel : IDisposable
{
    private static readonly string[] Known = ["features", "image_embeds", "image_features", "pooler_output"];

    private readonly InferenceSession session;
    private readonly SquareInput input;
    private readonly string output;
    private readonly bool hasPositions;

    private FeatureModel(string path)
    {
        session = new InferenceSession(path);
        input = SquareInput.Of(session, path);
        var outputs = session.OutputMetadata.Where(entry => entry.Value.ElementType == typeof(float)).Select(entry => (entry.Key, Rank: entry.Value.Dimensions.Length)).ToList();
        var named = outputs.Where(entry => Known.Contains(entry.Key)).OrderBy(entry => Array.IndexOf(Known, entry.Key));
        var chosen = named.Concat(outputs.Where(entry => entry.Rank == 2).Reverse()).Concat(outputs.Where(entry => entry.Rank == 3).Reverse()).FirstOrDefault();
        output = chosen.Key ?? throw new InvalidDataException(Words.Say("vision.output", path, string.Join(", ", session.OutputNames)));
        hasPositions = chosen.Rank == 3;
    }

    /// <summary>Opens a model.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    /// <exception cref="InvalidDataException">It is no model, or none from a picture to a vector.</exception>
    public static FeatureModel Open(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException(Words.Say("vision.missing", path), path);
        try
        {
            return new FeatureModel(path);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException(Words.Say("vision.damaged", path, e.Message), e);
        }
    }

    /// <summary>The vectors of pictures, each of unit length.</summary>
    /// <param name="pictures">Of any size.</param>
    public IReadOnlyList<float[]> Read(IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count == 0) return [];
        using var outputs = input.Run(session, pictures, [output]);
        int width = (int)outputs[0].GetTensorTypeAndShape().Shape[^1];
        return [.. SquareInput.Rows(outputs[0], pictures.Count).Select(row => Unit(hasPositions ? MeanOfPositions(row, width) : row))];
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => session.Dispose();

    /// <summary>A vector at length one; a vector of zeros stays what it is.</summary>
    internal static float[] Unit(IReadOnlyList<float> vector)
    {
        double length = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => length > 0 ? (float)(value / length) : 0)];
    }

    // [positions · width] → [width]
    private static float[] MeanOfPositions(float[] row, int width)
    {
        var mean = new float[width];
        for (int i = 0; i < row.Length; i++) mean[i % width] += row[i] * width / row.Length;
        return mean;
    }
}
