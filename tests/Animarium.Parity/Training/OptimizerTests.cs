using System.Globalization;
using System.Text.Json;
using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Adapters;
using Animarium.Diffusion.Training.Optimizers;
using Animarium.Parity.Models;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Parity.Training;

/// <summary>Ten steps of every optimizer through the model.</summary>
public class OptimizerTests
{
    const string Start = "lora-init-random-alpha-half.safetensors";

    static readonly Dictionary<string, JsonElement> Index = Training.Cases.Of("optimizers", "file");

    /// <summary>The optimizers that the names of cases begin with; the longest beginning counts.</summary>
    static readonly Dictionary<string, string> Beginnings = new()
    {
        ["adamw"] = "AdamW", ["adam-l2"] = "Adam", ["sgd-nesterov"] = "SGDNesterov", ["lion"] = "Lion", ["adafactor"] = "Adafactor", ["came"] = "CAME", ["prodigy"] = "Prodigy",
        ["prodigy-plus-schedulefree"] = "ProdigyPlusScheduleFree", ["adamw-schedulefree"] = "AdamWScheduleFree", ["radam-schedulefree"] = "RAdamScheduleFree",
    };

    /// <summary>Settings of the run, not of the optimizer.</summary>
    static readonly string[] OfTheRun = ["lr", "loraplus_lr_ratio", "scheduler", "warmup", "total"];

    public static TheoryData<string> Cases => [.. Index.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Match(string name)
    {
        using var scope = NewDisposeScope();
        var (c, settings) = (Index[name], Index[name].GetProperty("settings"));
        using var golden = new Golden(Reference.At("training", c.GetProperty("file").GetString()!));
        using var start = new Golden(Reference.At("training", Start));
        using var draws = new Golden(Reference.At("training", "optimizers", "inputs.safetensors"));
        double? Number(string key) => settings.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

        double rate = Number("lr") ?? 1;
        var model = new TrainingModel();
        using var adapters = model.Continue(Start, new() { LearningRate = rate, LoraPlusRatio = Number("loraplus_lr_ratio") ?? 1 });
        using var optimizer = KindOf(name).Read(ArgumentsOf(settings)).Make(adapters.Groups);
        var rates = new LearningRates
        {
            Schedule = settings.TryGetProperty("scheduler", out var schedule) ? RateSchedules.Find(schedule.GetString()!) : RateSchedule.Constant,
            Steps = (int)(Number("total") ?? 1),
            Warmup = Number("warmup") ?? 0,
        };
        var parameters = adapters.Groups.SelectMany(g => g.Parameters).ToList();
        double tolerance = Math.Max(1e-4, 20 * c.GetProperty("fp64_comparison").GetProperty("change_rell2").GetDouble());

        int steps = c.GetProperty("steps").GetInt32();
        for (int step = 0; step < steps; step++)
        {
            Assert.Equal(Golden("loss"), Accumulate(model, draws, step, c.GetProperty("accumulation").GetInt32()), 2e-5 * Golden("loss"));
            var limit = c.GetProperty("max_grad_norm");
            var norm = GradientClipping.Clip(adapters.Groups, limit.ValueKind == JsonValueKind.Number ? limit.GetDouble() : 0);
            Assert.Equal(Golden("grad_norm"), norm.Norm, 5e-4 * Golden("grad_norm"));
            double factor = rates.Factor(step, rate);
            if (settings.GetProperty("lr").ValueKind == JsonValueKind.Number)
                Assert.Equal(c.GetProperty("lr")[step].EnumerateArray().Select(r => (float)r.GetDouble()).Order(), adapters.Groups.Select(g => (float)(g.LearningRate * factor)).Order());
            optimizer.Step(factor);
            optimizer.ZeroGradients();
            if (c.TryGetProperty("extra", out _)) Assert.Equal(Golden("extra"), optimizer.Findings["d"], tolerance * Golden("extra"));
            Compare($"step{step + 1}");

            double Golden(string list) => c.GetProperty(list)[step].GetDouble();
        }
        optimizer.Evaluate();
        Compare($"eval{steps}");

        // Weights move little in ten steps, so it is the movement that is compared, over all tensors.
        void Compare(string when)
        {
            if (!golden.Names.Any(n => n.StartsWith(when + ".", StringComparison.Ordinal))) return;
            double change = 0, off = 0;
            foreach (var parameter in parameters)
            {
                var weights = golden[$"{when}.{parameter.Name}"];
                change += (weights - start[parameter.Name]).to(float64).Squared().sum().item<double>();
                off += (parameter.Value - weights).to(float64).Squared().sum().item<double>();
            }
            Assert.True(Math.Sqrt(off) <= tolerance * Math.Sqrt(change), $"{when}: the change differs by {Math.Sqrt(off / change):g3} (≤ {tolerance:g3})");
        }
    }

    static double Accumulate(TrainingModel model, Golden draws, int step, int accumulation)
    {
        double total = 0;
        for (int draw = step * accumulation; draw < (step + 1) * accumulation; draw++)
        {
            using var scope = NewDisposeScope();
            var (latents, noise, sigma) = (draws["latents"], draws["noise"][draw], draws["sigma"][draw]);
            var loss = new FlowLoss(new());
            var velocity = model.Velocity(loss.Noised(latents, noise, sigma), sigma, draws["context"]);
            var mean = loss.OfPictures(velocity, FlowLoss.Target(latents, noise), sigma).mean().Over(accumulation);
            mean.backward();
            total += mean.item<float>();
        }
        return total;
    }

    static OptimizerKind KindOf(string name) => OptimizerKinds.Find(Beginnings.Where(b => name.StartsWith(b.Key, StringComparison.Ordinal)).MaxBy(b => b.Key.Length).Value);

    static Dictionary<string, string> ArgumentsOf(JsonElement settings) => settings.EnumerateObject().Where(s => !OfTheRun.Contains(s.Name)).ToDictionary(s => s.Name, s => s.Value.ValueKind switch
    {
        JsonValueKind.Null => "None",
        JsonValueKind.Array => string.Join(',', s.Value.EnumerateArray().Select(n => n.GetDouble().ToString("R", CultureInfo.InvariantCulture))),
        JsonValueKind.Number => s.Value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => s.Value.ToString(),
    });
}
