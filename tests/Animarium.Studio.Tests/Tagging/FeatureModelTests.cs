using System.Text;
using Animarium.Studio.Images;
using Animarium.Studio.Tagging;
using Xunit;

namespace Animarium.Studio.Tests.Tagging;

/// <summary>Models of the layouts that CLIP, CCIP and taggers have, a few bytes large, so that the right vector is known.</summary>
public sealed class FeatureModelTests : IDisposable
{
    private static readonly double[] Mean = [0.48145466, 0.4578275, 0.40821073], Deviation = [0.26862954, 0.26130258, 0.27577711];

    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "model.onnx");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public void Channels_first_get_RGB_with_the_mean_and_deviation_of_CLIP()
    {
        // The mean of each channel, as the output that is called features.
        Write([3, 4, 4], [Node("GlobalAveragePool", "pixels", "means"), Node("Flatten", "means", "features")], ("features", 2));
        double[] expected = [(1 - Mean[0]) / Deviation[0], -Mean[1] / Deviation[1], (0.2 - Mean[2]) / Deviation[2]];
        double length = Math.Sqrt(expected.Sum(value => value * value));
        using var model = FeatureModel.Open(path);
        Assert.All(model.Read([Plain(255, 0, 51), Plain(255, 0, 51)]), vector => Assert.Equal(expected.Select(value => (float)(value / length)), vector, (a, b) => Math.Abs(a - b) < 1e-5));
    }

    [Fact]
    public void Channels_last_get_BGR_and_positions_are_averaged()
    {
        // [n, 4, 4, 3] without its columns: rows are positions, BGR the vector.
        Write([4, 4, 3], [Node("ReduceMean", "pixels", "states", axis: 2)], ("states", 3));
        using var model = FeatureModel.Open(path);
        double length = Math.Sqrt(51 * 51 + 102 * 102 + 204 * 204);
        Assert.Equal([(float)(204 / length), (float)(102 / length), (float)(51 / length)], model.Read([Plain(51, 102, 204)])[0], (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Empty(model.Read([]));
    }

    [Fact]
    public void Files_that_give_no_vector_are_named()
    {
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => FeatureModel.Open(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "not a model");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => FeatureModel.Open(path)).Message, StringComparison.Ordinal);
        Write([3, 4, 4], [Node("GlobalAveragePool", "pixels", "means")], ("means", 4));
        Assert.Contains("means", Assert.Throws<InvalidDataException>(() => FeatureModel.Open(path)).Message, StringComparison.Ordinal);
        Write([5, 4, 4], [Node("Flatten", "pixels", "features")], ("features", 2));
        Assert.Contains("5, 4, 4", Assert.Throws<InvalidDataException>(() => FeatureModel.Open(path)).Message, StringComparison.Ordinal);
    }

    private static Picture Plain(byte r, byte g, byte b) => new(6, 6, 3, [.. Enumerable.Range(0, 36).SelectMany(_ => new[] { r, g, b })]);

    /// <summary>A model in the wire format of onnx.proto: input <c>pixels</c> [n, …].</summary>
    private void Write(int[] input, byte[][] nodes, params (string Name, int Rank)[] outputs)
    {
        var graph = nodes.SelectMany(node => Field(1, node)).Concat(Field(2, "g")).Concat(Field(11, Value("pixels", [null, .. input.Select(size => (int?)size)])))
            .Concat(outputs.SelectMany(output => Field(12, Value(output.Name, new int?[output.Rank]))));
        File.WriteAllBytes(path, [.. Number(1, 8), .. Field(7, [.. graph]), .. Field(8, [.. Field(1, ""), .. Number(2, 13)])]);
    }

    private static byte[] Node(string operation, string input, string output, int? axis = null)
    {
        byte[] node = [.. Field(1, input), .. Field(2, output), .. Field(4, operation)];
        if (axis is null) return node;
        return [.. node, .. Field(5, [.. Field(1, "axes"), .. Number(8, axis.Value), .. Number(20, 7)]), .. Field(5, [.. Field(1, "keepdims"), .. Number(3, 0), .. Number(20, 2)])];
    }

    private static byte[] Value(string name, int?[] shape)
    {
        var sizes = shape.SelectMany((size, n) => Field(1, size is { } known ? Number(1, known) : Field(2, $"{name}{n}")));
        return [.. Field(1, name), .. Field(2, Field(1, [.. Number(1, 1), .. Field(2, [.. sizes])]))];
    }

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] content) => [.. Varint(number << 3 | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int number, int value) => [.. Varint(number << 3), .. Varint(value)];

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)(value & 127 | 128), .. Varint(value >> 7)];
}
