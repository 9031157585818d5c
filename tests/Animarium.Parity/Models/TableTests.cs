using System.Globalization;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class TableTests
{
    public static TheoryData<string, string> Tables
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Golden.Cases("tables"))
            {
                using var golden = new Golden(Reference.At("models", file));
                foreach (var name in golden.Names.Where(n => n is not ("sigma" or "positions"))) data.Add(file, name);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Tables))]
    public void Matches(string file, string name)
    {
        using var golden = new Golden(Reference.At("models", file));
        var expected = golden[name];
        var actual = name.Split('_') switch
        {
            ["dit", "rope", var table] when table.Split('.', 'x') is [var part, var h, var w] =>
                Part(Rope.Picture(Side(h), Side(w), expected.shape[1], CPU), part),
            ["t", "sinusoid", ..] => TimestepEmbedder.Sinusoid(golden["sigma"], expected.shape[1]),
            ["qwen3", "rope", var part] => AtPositions(1e6, part),
            ["adapter", "rope", var part] => AtPositions(1e4, part),
            _ => throw new NotSupportedException($"Nothing here computes the table '{name}'."),
        };
        Distance.Within(actual, expected, maxAbs: 2e-6, what: name);

        Tensor AtPositions(double theta, string part)
        {
            var positions = golden["positions"];
            return Part(Rope.Text(positions.max().item<long>() + 1, expected.shape[1], theta, CPU), part).index_select(0, positions);
        }
    }

    static long Side(string latent) => long.Parse(latent, CultureInfo.InvariantCulture) / TransformerShape.Patch;

    static Tensor Part(RopeTable table, string part) => part == "cos" ? table.Cos : table.Sin;
}
