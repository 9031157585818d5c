using System.Text.Json;
using Animarium.Diffusion.Training;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>Every way of drawing noise levels.</summary>
public class SigmaSamplingTests
{
    static readonly JsonElement File = JsonDocument.Parse(System.IO.File.ReadAllText(Reference.At("training", "timestep-sampling.json"))).RootElement;

    static readonly Dictionary<string, JsonElement> Index = File.GetProperty("cases").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);

    public static TheoryData<string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        var c = Index[name];
        var s = c.GetProperty("settings");
        var sampling = new SigmaSampling
        {
            Mode = Enum.Parse<SigmaMode>(s.GetProperty("timestep_sampling").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            SigmoidScale = s.GetProperty("sigmoid_scale").GetDouble(),
            Shift = s.GetProperty("discrete_flow_shift").GetDouble(),
            Density = Enum.Parse<SigmaDensity>(s.GetProperty("weighting_scheme").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true),
            LogitMean = s.GetProperty("logit_mean").GetDouble(),
            LogitStd = s.GetProperty("logit_std").GetDouble(),
            ModeScale = s.GetProperty("mode_scale").GetDouble(),
        };
        sampling.Check();
        string draws = c.GetProperty("draws").GetString()!;
        Assert.Equal(draws == "normal", sampling.ReadsNormal);

        var sigma = sampling.Of(Numbers(File.GetProperty(draws)), c.GetProperty("latent_height").GetInt64(), c.GetProperty("latent_width").GetInt64());
        Distance.Within(sigma, Numbers(c.GetProperty("sigma")), maxAbs: 2e-6, what: name);
        Distance.Within(sigma, Numbers(c.GetProperty("timestep")), maxAbs: 2e-6, what: name);
    }

    static Tensor Numbers(JsonElement list) => tensor(list.EnumerateArray().Select(n => (float)n.GetDouble()).ToArray());
}
