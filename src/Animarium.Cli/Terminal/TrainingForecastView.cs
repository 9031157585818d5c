using Animarium.Cli.Language;
using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Run;

namespace Animarium.Cli.Terminal;

/// <summary>What a run will be, as a table.</summary>
internal static class TrainingForecastView
{
    private const int BarLength = 40;

    /// <summary>Shows a forecast.</summary>
    public static void Show(TrainingForecast forecast, Output output)
    {
        var (plan, settings) = (forecast.Plan, forecast.Plan.Settings);
        var (kind, facts) = TrainingLine.Of(forecast);
        output.Report(kind, facts, console =>
        {
            var rows = new FactTable();
            rows.Add(Texts.ForecastModel, $"{plan.Model.Name}, {forecast.Device}, {forecast.Precision}");
            rows.Add(Texts.ForecastPictures, Texts.ForecastPicturesRow.With(plan.Dataset.Pictures.Count, plan.Dataset.ImagesPerEpoch));
            foreach (var bucket in plan.Dataset.Buckets) rows.Add(Texts.LabelBucket.With(bucket.Bucket), $"{bucket.Images}");
            rows.Add(Texts.ForecastLength, Texts.ForecastLengthRow.With(plan.Length.Steps, plan.Length.Epochs, settings.Steps.BatchSize, settings.Steps.GradientAccumulation));
            rows.Add(Texts.ForecastSeen, Texts.ForecastSeenRow.With(plan.ImagesSeen));
            rows.Add(Texts.ForecastTrained, Texts.ForecastTrainedRow.With(forecast.Layers, forecast.Parameters, forecast.FileBytes / 1e6));
            rows.Add(Texts.ForecastTime, Texts.ForecastTimeRow.With(forecast.StepSeconds, TimeSpan.FromSeconds(Math.Ceiling(forecast.Seconds))));
            rows.Add(Texts.ForecastMemory, Texts.ForecastMemoryRow.With(forecast.Memory / 1e9));
            rows.Add(Texts.ForecastCheckpoints, Texts.ForecastCheckpointsRow.With(plan.SaveEvery, plan.SampleEvery, plan.MeasureEvery));
            rows.Add(Texts.ForecastFolder, plan.Folder.Path);
            for (int n = 0; n < forecast.Sigmas.Count; n++)
                rows.Add(n == 0 ? Texts.ForecastSigmas : "", $"{n / 10.0:0.0}–{(n + 1) / 10.0:0.0}  {new string('█', (int)Math.Round(forecast.Sigmas[n] * BarLength / forecast.Sigmas.Max()))} {forecast.Sigmas[n]:0.0 %}");
            rows.Show(console);
        });
    }
}
