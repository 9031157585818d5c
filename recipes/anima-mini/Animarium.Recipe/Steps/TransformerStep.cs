using Animarium.Diffusion.Devices;
using Animarium.Diffusion.Models.Anima;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using Animarium.Recipe.Data;
using Animarium.Recipe.Model;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>Trains transformer, adapter and text encoder together, from nothing.</summary>
/// <param name="sets">Folders of pictures, each of one size. They take turns, step by step; a folder given twice has two turns.</param>
/// <param name="options">How long, and how.</param>
internal sealed class TransformerStep(IReadOnlyList<DrawnPictures> sets, StepOptions options)
{
    const double WarmUp = 60, Constant = 0.55;
    const int MeasuringDraws = 4;

    /// <summary>Embeddings, norms, biases and the last layer, whose steps are Adam's: at three quarters of the rate of matrices.</summary>
    const string Adams = @".*(embed|norm|bias|final_layer\.linear).*";

    const double AdamShare = 0.75;

    /// <summary>Trains; the moving averages are put into the model whenever the state is saved.</summary>
    public void Run(WorkFolder work, Action<TransformerReport> report)
    {
        using var model = work.Model.Open();
        using var weights = new TrainableWeights(model.Networks, new()
        {
            TrainTextAdapter = true, TrainTextEncoder = true, LearningRate = options.Rate, LearningRateByPattern = [new(Adams, options.Rate * AdamShare)],
        });
        using var optimizer = new Muon(weights.Groups, new());
        using var average = new WeightAverage(weights.Groups, new() { Decay = 0.997 });
        var latents = sets.DistinctBy(pictures => pictures.Name).ToDictionary(pictures => pictures.Name, pictures => new CaptionedLatents(work.Latents(pictures), pictures, model.Tokenizers, options.Seed));
        using var data = new LatentSets([.. sets.Select(pictures => latents[pictures.Name])]);
        var objective = new VelocityObjective(model.Networks, new(new()), new() { Mode = SigmaMode.Shift, Shift = 2, UniformShare = 0.1 }, options.Type, CPU);
        var trainer = new Trainer(objective, null, optimizer, step => [data.Batch(step, options.Batch)], new(options.Steps, options.Seed) { MaxGradNorm = 0, Average = average, Schedule = Factor });

        string round = options.Name ?? "dit", state = work.State(round);
        if (File.Exists(state))
        {
            options.RequireSame(state);
            TrainingState.Load(state, trainer, optimizer, average);
        }
        var pace = new Pace(options.Batch);
        double sum = 0, operations = Operations(model.Networks, data);
        foreach (var step in trainer.Run())
        {
            sum += step.Loss;
            pace.Step();
            if (step.Step % options.Every != 0 && step.Step != options.Steps) continue;
            var (taken, speed, now) = (pace.Steps, pace.Now(), Measure(objective, data));
            TrainingState.Save(state, trainer, optimizer, average, options.ToString());
            average.Exchange();
            var averaged = Measure(objective, data);
            Update(work.Model, weights);
            average.Exchange();
            work.Curve.Add(round, step.Step, averaged);
            report(new(step.Step, sum / taken, Losses(now), Losses(averaged), speed, speed * operations / MatmulRate.Measure(options.Type, CPU)));
            sum = 0;
            pace.Restart();
        }
    }

    /// <summary>Up in 60 steps, constant to 55 % of the run, then linear to zero.</summary>
    double Factor(long step) => Math.Min(1, (step + 1) / WarmUp) * Math.Min(1, (1 - (double)step / options.Steps) / (1 - Constant));

    /// <summary>The side of the pictures kept, and their loss, folder by folder, always with the same noise.</summary>
    static (long Pixels, double Loss)[] Measure(VelocityObjective objective, LatentSets data)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        return [.. data.Kept.Select(batch => (batch.Latents.shape[2] * QwenImageVae.Scale, Enumerable.Range(0, MeasuringDraws).Average(n => (double)objective.Losses(batch, objective.Draw(batch.Latents, (ulong)n)).mean().item<float>())))];
    }

    static double[] Losses((long Pixels, double Loss)[] measured) => [.. measured.Select(one => one.Loss)];

    /// <summary>Those of a picture, on average.</summary>
    static double Operations(AnimaModel model, LatentSets data)
    {
        using var scope = NewDisposeScope();
        return data.Turns.Average(batch =>
        {
            long tokens = batch.Latents.shape[2] * batch.Latents.shape[3] / (TransformerShape.Patch * TransformerShape.Patch);
            return Arithmetic.OfPicture(model, tokens, batch.Text.T5Mask.sum().item<long>() / (double)batch.Latents.shape[0]);
        });
    }

    static void Update(ModelFolder model, TrainableWeights weights)
    {
        var values = weights.Groups.SelectMany(group => group.Parameters).ToDictionary(p => p.Name, p => p.Value);
        ModelFolder.Update(model.Diffusion, values);
        ModelFolder.Update(model.TextEncoder, values);
    }
}
