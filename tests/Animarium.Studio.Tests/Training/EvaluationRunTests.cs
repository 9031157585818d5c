using System.Text.Json;
using Animarium.Studio.Generation;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Tests.Tagging;
using Animarium.Studio.Training.Evaluation;
using Animarium.Studio.Training.Run;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>A training of four steps, evaluated from its folder to its page.</summary>
public sealed class EvaluationRunTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ModelCatalog library = new([Path.GetDirectoryName(ShippedModel.Folder)!]);

    private string Run => Path.Combine(folder, "run");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_checkpoint_is_drawn_once_and_one_is_recommended()
    {
        Train();
        var options = new EvaluationOptions { Strengths = [1], Prompts = 2, Steps = 2 };
        var first = Evaluate(options);
        Assert.Equal([2, 4], first.Evaluation.Cells.Select(cell => cell.Step));
        Assert.Contains("@dylan", first.Evaluation.Prompts[0].Called, StringComparison.Ordinal);
        Assert.DoesNotContain("@dylan", first.Evaluation.Prompts[0].Plain, StringComparison.Ordinal);
        Assert.All(first.Files, file => Assert.True(File.Exists(file), file));
        Assert.Contains(first.Evaluation.Cells, cell => cell == first.Evaluation.Recommendation.Cell);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Run, "evaluation", "evaluation.json")));
        Assert.Equal(first.Evaluation.Recommendation.Cell.Step, json.RootElement.GetProperty("recommended").GetProperty("step").GetInt64());
        var reasons = json.RootElement.GetProperty("reasons");
        Assert.Equal(first.Evaluation.Recommendation.Reasons, reasons.GetProperty("en").EnumerateArray().Select(reason => reason.GetString()));
        Assert.Contains("ステップ", reasons.GetProperty("ja")[0].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", File.ReadAllText(first.Files[0]), StringComparison.Ordinal);

        // Base and two checkpoints; two captions with and without the artist, and the empty prompt; two seeds.
        var drawn = Drawn();
        Assert.Equal(3 * 5 * 2, drawn.Count);
        File.Delete(drawn.Keys.First());
        var second = Evaluate(options);
        Assert.Equal(first.Evaluation.Recommendation.Cell.Score, second.Evaluation.Recommendation.Cell.Score, 1e-3);
        Assert.Equal(drawn.Skip(1), Drawn().Skip(1));
    }

    [Fact]
    public void Checkpoints_that_are_whole_models_are_drawn_as_they_are()
    {
        Train("adapter.type=none", "optimizer.learning_rate=1e-3", "adapter.train_text_encoder=true", "output.keep_checkpoints=1");
        var files = Directory.EnumerateFiles(Run, "*-step*").Select(Path.GetFileName).Order();
        Assert.Equal(["pictures-step00000004.safetensors", "pictures-step00000004.text_encoder.safetensors"], files);

        var events = new EvaluationRun(Run, new() { Strengths = [0.5, 1], Prompts = 1, Steps = 2 }, library, new(null)).Run(TestContext.Current.CancellationToken).ToList();
        Assert.Contains(events.OfType<EvaluationNotice>(), notice => notice.Notice.Code == "evaluate.full");
        var cell = Assert.Single(events.OfType<EvaluationDone>().Single().Evaluation.Cells);
        Assert.Equal((4L, 1.0), (cell.Step, cell.Strength));
        // It drew with the trained weights.
        Assert.True(cell.Measures.Prompts[0].Base < 0.999, $"{cell.Measures.Prompts[0].Base}");
    }

    [Fact]
    public void What_is_no_run_is_said()
    {
        using var english = new English();
        Assert.Contains(folder, Assert.Throws<SettingException>(() => Evaluate(new())).Message, StringComparison.Ordinal);
        Assert.Throws<SettingException>(() => Evaluate(new() { Strengths = [double.NaN] }));
        Assert.Equal("seeds", Assert.Throws<SettingException>(() => Evaluate(new() { Seeds = 1 })).Field);
    }

    private EvaluationDone Evaluate(EvaluationOptions options) => new EvaluationRun(Run, options, library, new(null)).Run(TestContext.Current.CancellationToken).OfType<EvaluationDone>().Single();

    private SortedDictionary<string, DateTime> Drawn() =>
        new(Directory.EnumerateFiles(Path.Combine(Run, "evaluation", "pictures"), "*.png", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc), StringComparer.Ordinal);

    private void Train(params string[] more)
    {
        string pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName, samples = Path.Combine(ShippedModel.Folder, "..", "..", "samples", "lora-style");
        foreach (string name in new[] { "000001", "000002", "000003" })
            foreach (string extension in new[] { ".png", ".txt" }) File.Copy(Path.Combine(samples, name + extension), Path.Combine(pictures, name + extension));
        string[] settings =
        [
            "steps.max_steps=4", "steps.batch_size=1", "output.save_every_steps=2", "output.tensorboard=false", "validation.every_steps=0", "sampling.every_steps=1000", "adapter.rank=4", "seed=1",
            "output.directory=" + Run, .. more,
        ];
        var plan = TrainingStart.Of(pictures, new("style", null, settings), library, _ => { }, TestContext.Current.CancellationToken);
        foreach (var _ in new TrainingRun(plan, library, new(null), null, TimeProvider.System).Run(resume: false, TestContext.Current.CancellationToken)) { }
    }
}
