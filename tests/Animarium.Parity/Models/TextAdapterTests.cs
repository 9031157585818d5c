using Animarium.Diffusion.Models.Anima;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Models;

public class TextAdapterTests
{
    const double MaxAbs = 2e-5, RelativeL2 = 5e-6;

    public static TheoryData<string> Cases => [.. Golden.Cases("adapter")];

    [Theory, MemberData(nameof(Cases))]
    public void Matches(string file)
    {
        using var off = no_grad();
        using var golden = new Golden(Reference.At("models", file));
        var adapter = new TextAdapter(Golden.Weights(golden.Model, "diffusion_models")["llm_adapter"]);
        if (golden.Names.Contains("row_comfyui")) EmptyPrompt(golden, adapter);
        else Prompt(golden, adapter);
    }

    static void Prompt(Golden golden, TextAdapter adapter)
    {
        var expected = golden["context"];
        var (rows, compared) = golden.Tapped(
            () => adapter.Forward(golden["source_states"], golden["target_ids"], golden.Optional("source_mask"), golden.Optional("target_mask")),
            MaxAbs, RelativeL2, "llm_adapter.");
        if (golden.Optional("weights") is { } weights) rows = rows * weights.unsqueeze(-1);

        var context = nn.functional.pad(rows, [0, 0, 0, expected.shape[1] - rows.shape[1]]);
        Distance.Within(context, expected, MaxAbs, RelativeL2, "context");
        string[] ends = ["source_states", "source_mask", "target_mask", "target_ids", "weights", "context"];
        Assert.Empty(golden.Names.Except(compared).Except(ends));
    }

    static void EmptyPrompt(Golden golden, TextAdapter adapter)
    {
        var comfy = golden["comfyui_source"];
        Distance.Within(adapter.Forward(comfy, golden["target_ids"]), golden["row_comfyui"], MaxAbs, RelativeL2, "row_comfyui");
        Distance.Within(adapter.Forward(zeros_like(comfy), golden["target_ids"], zeros(1, 1, int64)), golden["row_diffusers"], MaxAbs, RelativeL2, "row_diffusers");
    }
}
