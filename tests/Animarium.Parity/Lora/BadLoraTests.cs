using System.Text.Json;
using System.Text.RegularExpressions;
using Animarium.Diffusion;
using Animarium.Diffusion.Lora;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Lora;

/// <summary>Damaged files and files of another kind: refused or applied in part, with the reason in both languages.</summary>
public class BadLoraTests
{
    static readonly Dictionary<string, JsonElement> Index = File.ReadLines(Reference.At("lora", "bad", "cases.jsonl")).Where(line => line.Length > 0)
        .Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Says_what_is_wrong(string name)
    {
        var c = Index[name];
        using var model = new LoraModel();
        var before = model.Output("output");
        string file = c.GetProperty("file").GetString()!;
        bool refused = c.GetProperty("severity").GetString() == "error";

        LoraIssue issue;
        Sentence text;
        int applied, skipped;
        if (refused)
        {
            var error = Assert.Throws<LoraException>(() => model.Add(file, 1));
            (issue, text, applied, skipped) = (error.Issue, error.Text, 0, error.LayersSkipped);
            Assert.Contains(Path.GetFileName(file), text.English, StringComparison.Ordinal);
            Assert.Contains(Path.GetFileName(file), text.Japanese, StringComparison.Ordinal);
            Assert.True(before.equal(model.Output("output")).all().item<bool>());
        }
        else
        {
            var lora = model.Add(file, 1);
            (issue, text, applied, skipped) = (Assert.Single(lora.Warnings), lora.Warnings[0].Text, lora.LayersApplied, lora.LayersSkipped);
            Assert.False(before.equal(model.Output("output")).all().item<bool>());
        }

        Assert.Equal(refused, issue.IsError);
        Assert.Equal(c.GetProperty("code").GetString(), issue.Name);
        Assert.Equal(c.GetProperty("layers_applied").GetInt32(), applied);
        Assert.Equal(c.GetProperty("layers_skipped").GetInt32(), skipped);
        Assert.Matches(@"\p{IsHiragana}|\p{IsKatakana}", text.Japanese);
        Assert.Matches("[a-z]{3}", text.English);
        // The example names the layer it is about, or the model that the LoRA is for: so must we.
        var named = Regex.Match(c.GetProperty("message_en").GetString()!, @"^(blocks\.\S+\w)|LoRA for ([^(]+?) ?\(|^(\d+) layers applied\. (\d+) tensors");
        foreach (var part in named.Groups.Values.Skip(1).Where(g => g.Success))
        {
            Assert.Contains(part.Value, text.English, StringComparison.Ordinal);
            Assert.Contains(part.Value, text.Japanese, StringComparison.Ordinal);
        }
    }
}
