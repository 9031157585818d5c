using System.Text.Json;
using Animarium.Diffusion.Lora;
using Animarium.Diffusion.Weights;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Lora;

/// <summary>Every LoRA of the reference, written in every naming: the same effect on the model, and the names that the references write.</summary>
public sealed class LoraConversionTests : IDisposable
{
    readonly string written = Path.Combine(Path.GetTempPath(), $"converted-{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(written);

    const double WeightMaxAbs = 2e-6;

    static readonly LoraNaming[] Namings = [LoraNaming.Kohya, LoraNaming.Comfy, LoraNaming.Diffusers];

    static readonly Dictionary<string, string> Files = File.ReadLines(Reference.At("lora", "cases.jsonl")).Where(line => line.Length > 0)
        .Select(line => JsonDocument.Parse(line).RootElement).SelectMany(c => c.GetProperty("files").EnumerateArray()).Select(f => f.GetProperty("file").GetString()!)
        .Distinct().Where(file => File.Exists(Reference.At("lora", file))).ToDictionary(file => Path.GetFileNameWithoutExtension(file));

    public static TheoryData<string, LoraNaming> Cases
    {
        get
        {
            var data = new TheoryData<string, LoraNaming>();
            foreach (var name in Files.Keys)
                foreach (var naming in Namings) data.Add(name, naming);
            return data;
        }
    }

    /// <summary>Pairs of files with the same layers, the second in a naming that is written.</summary>
    public static TheoryData<string, string> Relatives
    {
        get
        {
            var files = Files.Keys.Select(name => (Name: name, About: Describe(name))).ToList();
            var data = new TheoryData<string, string>();
            foreach (var (source, from) in files)
                foreach (var (target, to) in files)
                    if (to.Written && from.Layers.SequenceEqual(to.Layers) && (to.Naming == LoraNaming.Diffusers || (to.Naming == LoraNaming.Kohya ? to.Alphas : from.Alphas == to.Alphas)))
                        data.Add(source, target);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Has_the_same_effect(string name, LoraNaming naming)
    {
        using var source = LoraFile.Open(Reference.At("lora", Files[name]));
        try
        {
            LoraWriter.Write(written, LoraLayerTensors.Of(source), new() { Naming = naming, Type = ScalarType.Float32 }, TestContext.Current.CancellationToken);
        }
        catch (LoraException e) when (e.Issue.Code == LoraIssueCode.NotInNaming)
        {
            Assert.Equal(LoraNaming.Diffusers, naming);
            Assert.True(source.Algorithms is not [LoraAlgorithm.Lora] || source.IsDora || source.Layers.Count > 0 && name.Contains("diff", StringComparison.Ordinal), e.Message);
            return;
        }
        using LoraModel before = new(), after = new();
        before.Add(Files[name], 1);
        using (var converted = LoraFile.Open(written))
        {
            Assert.Equal(naming, converted.Naming);
            Assert.Empty(after.Stack.Add(converted).Warnings);
        }
        foreach (bool text in new[] { false, true })
        {
            var (expected, actual) = (before.Stack.Merge(text).ToDictionary(w => w.Name, w => w.Value), after.Stack.Merge(text).ToDictionary(w => w.Name, w => w.Value));
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach (var (weight, value) in expected) Distance.Within(actual[weight], value, WeightMaxAbs, what: weight);
        }
    }

    [Theory, MemberData(nameof(Relatives))]
    public void Has_the_references_names(string source, string target)
    {
        using LoraFile from = LoraFile.Open(Reference.At("lora", Files[source])), to = LoraFile.Open(Reference.At("lora", Files[target]));
        LoraWriter.Write(written, LoraLayerTensors.Of(from), new() { Naming = to.Naming }, TestContext.Current.CancellationToken);
        Assert.Equal(Keys(Reference.At("lora", Files[target])), Keys(written));
    }

    static string[] Keys(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return [.. file.Entries.Keys.Order(StringComparer.Ordinal)];
    }

    static (LoraNaming Naming, string[] Layers, bool Alphas, bool Written) Describe(string name)
    {
        string path = Reference.At("lora", Files[name]);
        using var file = LoraFile.Open(path);
        var keys = Keys(path);
        string suffix = file.Naming == LoraNaming.Kohya ? ".lora_down.weight" : ".lora_A.weight";
        var layers = LoraLayerTensors.Of(file);
        return (file.Naming, [.. layers.Select(l => $"{l.Network} {l.Module} {string.Join(' ', l.Tensors.Keys.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal)],
            layers.Any(l => l.Alpha is not null), Namings.Contains(file.Naming) && file.Algorithms is [LoraAlgorithm.Lora] && !file.IsDora && keys.Any(k => k.EndsWith(suffix, StringComparison.Ordinal)));
    }
}
