using System.Globalization;
using Animarium.Studio.Images;
using Microsoft.ML.OnnxRuntime;

namespace Animarium.Studio.Tagging;

/// <summary>
/// A tagger in the contract of SmilingWolf's WD v3 models: <c>model.onnx</c> takes squares of BGR pixels, 0…255, [n, side, side, 3], and gives the probability of each row of <c>selected_tags.csv</c>.
/// A further output named <c>features</c> is read where there is one.
/// </summary>
public sealed class WdTagger : IDisposable
{
    private const string ModelFile = "model.onnx", TagFile = "selected_tags.csv", FeatureOutput = "features";

    private readonly InferenceSession session;
    private readonly string model;
    private readonly SquareInput input;
    private readonly Dictionary<string, int> index = new(StringComparer.Ordinal);

    private WdTagger(string folder)
    {
        model = Path.Combine(folder, ModelFile);
        Labels = ReadLabels(Path.Combine(folder, TagFile));
        for (int i = 0; i < Labels.Count; i++) index.TryAdd(Labels[i].Name, i);
        session = new InferenceSession(File.Exists(model) ? model : throw new FileNotFoundException($"{folder} has no {ModelFile}: download the tagger again.", model));
        input = SquareInput.Of(session, model);
        if (input.IsChannelsFirst) throw Wrong("takes its channels first, not squares [n, side, side, 3]");
    }

    /// <summary>The outputs, in the order of the file.</summary>
    public IReadOnlyList<TagLabel> Labels { get; }

    /// <summary>Whether it has a label for a tag.</summary>
    /// <param name="tag">With blanks, as in a prompt.</param>
    public bool Knows(string tag) => index.ContainsKey(tag);

    /// <summary>Opens the tagger in a folder.</summary>
    /// <param name="folder">Holds <c>model.onnx</c> and <c>selected_tags.csv</c>.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    /// <exception cref="InvalidDataException">One of the files is not what its name says.</exception>
    public static WdTagger Open(string folder)
    {
        try
        {
            return new WdTagger(folder);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{Path.Combine(folder, ModelFile)} is no usable ONNX model: {e.Message}", e);
        }
    }

    /// <summary>Reads pictures as one batch.</summary>
    /// <param name="pictures">Of any size; each is put on a white square and scaled to the tagger's size.</param>
    /// <returns>One reading for each picture.</returns>
    public IReadOnlyList<TagReading> Read(IReadOnlyList<Picture> pictures)
    {
        if (pictures.Count == 0) return [];
        var names = session.OutputNames;
        using var outputs = input.Run(session, pictures, names);
        var probabilities = SquareInput.Rows(outputs[0], pictures.Count);
        if (probabilities[0].Length != Labels.Count) throw Wrong($"has {probabilities[0].Length} outputs and its {TagFile} {Labels.Count} rows");
        int features = names.ToList().IndexOf(FeatureOutput);
        var vectors = features > 0 ? SquareInput.Rows(outputs[features], pictures.Count) : null;
        return [.. probabilities.Select((row, i) => new TagReading(Labels, index, row, vectors?[i] ?? []))];
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => session.Dispose();

    private InvalidDataException Wrong(string what) => new($"{model} {what}: it is no tagger of the WD family, or its files do not belong together.");

    /// <summary>The rows <c>tag_id,name,category,count</c>; a name with a comma is quoted.</summary>
    private static List<TagLabel> ReadLabels(string file)
    {
        if (!File.Exists(file)) throw new FileNotFoundException($"{file} is missing: it belongs to the tagger beside it.", file);
        var labels = new List<TagLabel>();
        foreach (string line in File.ReadLines(file).Skip(1))
        {
            int comma = line.IndexOf(','), last = line.LastIndexOf(','), category = last > 0 ? line.LastIndexOf(',', last - 1) : -1;
            if (category <= comma || !int.TryParse(line.AsSpan(category + 1, last - category - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int kind))
                throw new InvalidDataException($"{file}: row {labels.Count + 2} is not tag_id,name,category,count: '{line}'.");
            string name = line[(comma + 1)..category].Trim('"');
            labels.Add(new(IsFace(name) ? name : name.Replace('_', ' '), (TagCategory)kind));
        }
        return labels;
    }

    /// <summary>Faces keep their underscore: <c>^_^</c>, <c>o_o</c>, <c>&lt;|>_&lt;|></c>.</summary>
    private static bool IsFace(string name)
    {
        int middle = name.Length / 2;
        return name.Length <= 3 || (name.Length % 2 == 1 && name[middle] == '_' && name.AsSpan(0, middle).SequenceEqual(name.AsSpan(middle + 1)));
    }
}
