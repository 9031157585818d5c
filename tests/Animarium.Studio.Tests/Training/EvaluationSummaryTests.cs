using Animarium.Studio.Training.Evaluation;
using Xunit;

namespace Animarium.Studio.Tests.Training;

/// <summary>An evaluation read back from a run's folder.</summary>
public sealed class EvaluationSummaryTests : IDisposable
{
    private const string Cell = """{"checkpoint":"a-step00000010.safetensors","step":10,"strength":0.8,"score":0.5,"withinNoise":true}""";

    private readonly string run = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(run, recursive: true);

    [Fact]
    public void A_run_that_was_not_evaluated_has_none() => Assert.Null(EvaluationSummary.Read(run));

    [Fact]
    public void The_recommendation_its_reasons_and_every_row_come_back()
    {
        Write($$"""{"recommended":{{Cell}},"reasons":["best score"],"cells":[{{Cell}},{"checkpoint":"b.safetensors","step":20,"strength":1,"score":null}]}""");
        var summary = EvaluationSummary.Read(run)!;
        Assert.Equal(("a-step00000010.safetensors", 10, 0.8), (summary.Recommended.Checkpoint, summary.Recommended.Step, summary.Recommended.Strength));
        Assert.Equal(["best score"], summary.Reasons);
        Assert.Equal([0.5, null], summary.Rows.Select(row => row.Values[0]));
        Assert.Equal([true, false], summary.Rows.Select(row => row.IsWithinNoise));
        Assert.All(summary.Rows, row => Assert.Equal(EvaluationSummary.Headings.Count, row.Values.Count + 2));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"recommended":{"checkpoint":"a"},"reasons":[],"cells":[]}""")]
    [InlineData("""{"recommended":{"checkpoint":7,"step":1,"strength":1},"reasons":[],"cells":[]}""")]
    [InlineData("""{"recommended":{"checkpoint":"a","step":1.5,"strength":1},"reasons":[],"cells":[]}""")]
    [InlineData("""{"recommended":{"checkpoint":"a","step":1,"strength":1},"reasons":[{}],"cells":[]}""")]
    [InlineData("""{"recommended":{"checkpoint":"a","step":1,"step":2,"strength":1},"reasons":[],"cells":[]}""")]
    [InlineData("""{"cells":[],"cells":[]}""")]
    public void A_damaged_file_is_none(string json)
    {
        Write(json);
        Assert.Null(EvaluationSummary.Read(run));
    }

    private void Write(string json)
    {
        Directory.CreateDirectory(Path.Combine(run, "evaluation"));
        File.WriteAllText(Path.Combine(run, "evaluation", "evaluation.json"), json);
    }
}
