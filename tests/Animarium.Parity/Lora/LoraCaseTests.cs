using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Lora;

/// <summary>Every LoRA of the reference at every strength: outputs of the networks and merged weights.</summary>
public class LoraCaseTests
{
    static readonly Dictionary<string, JsonElement> Index = File.ReadLines(Reference.At("lora", "cases.jsonl")).Where(line => line.Length > 0)
        .Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string, double> Cases
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var (name, c) in Index)
                foreach (var strength in c.GetProperty("strengths").EnumerateArray()) data.Add(name, strength.GetDouble());
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Matches(string name, double strength)
    {
        var c = Index[name];
        using var expected = new Golden(Reference.At("lora", c.GetProperty("expected").GetString()!));
        using var model = new LoraModel();
        foreach (var file in c.GetProperty("files").EnumerateArray())
        {
            var lora = model.Add(file.GetProperty("file").GetString()!, file.GetProperty("strength").GetDouble() * strength);
            Assert.Equal(0, lora.LayersSkipped);
            Assert.All(lora.Warnings, w => Assert.Equal(LoraIssueCode.AlphaZero, w.Code));
            Assert.Equal(name.Contains("alpha-zero", StringComparison.Ordinal), lora.Warnings.Count > 0);
        }

        var merged = model.Stack.Merge().Select(w => ("net." + w.Name, w.Value)).Concat(model.Stack.Merge(textEncoder: true).Select(w => ("model." + w.Name, w.Value)))
            .ToDictionary(w => w.Item1, w => w.Value);
        Assert.Equal(c.GetProperty("weights_changed").GetInt32(), merged.Count);

        var tolerance = c.GetProperty("tolerance");
        double weightMaxAbs = tolerance.GetProperty("weight_maxabs").GetDouble(), maxAbs = tolerance.GetProperty("output_maxabs").GetDouble(), l2 = tolerance.GetProperty("output_rell2").GetDouble();
        string at = "@" + strength.ToString(CultureInfo.InvariantCulture);
        int compared = 0;
        foreach (var tensor in expected.Names)
        {
            if (tensor.StartsWith("weight" + at + ":", StringComparison.Ordinal)) Distance.Within(merged[tensor.Split(':', 2)[1]], expected[tensor], weightMaxAbs, what: tensor);
            else if (tensor.EndsWith(at, StringComparison.Ordinal)) Distance.Within(model.Output(tensor[..^at.Length]), expected[tensor], maxAbs, l2, tensor);
            else continue;
            compared++;
        }
        Assert.True(compared > 0, $"{name}: nothing is expected at strength {strength}.");
    }
}
