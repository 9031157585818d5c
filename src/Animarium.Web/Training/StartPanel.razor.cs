using System.Globalization;
using Animarium.Diffusion.Conduct;
using Animarium.Studio.Datasets;
using Animarium.Studio.Datasets.Check;
using Animarium.Studio.Generation;
using Animarium.Studio.Jobs;
using Animarium.Studio.ModelLibrary;
using Animarium.Studio.Storage;
using Animarium.Studio.Training.Run;
using Animarium.Web.Api;
using Animarium.Web.Security;
using Microsoft.AspNetCore.Components;

namespace Animarium.Web.Training;

/// <summary>The form of a new training.</summary>
public sealed partial class StartPanel
{
    private readonly TrainingDraft draft = new();
    private readonly CancellationTokenSource gone = new();
    private CancellationTokenSource? looking, measuring;
    private TrainingOutlook? outlook;
    private string? problem, measured;
    private bool ordered;

    [Inject] private JobQueue Jobs { get; set; } = null!;

    [Inject] private OrderScreen Screen { get; set; } = null!;

    [Inject] private StudioHome Home { get; set; } = null!;

    [Inject] private ModelCatalog Catalog { get; set; } = null!;

    private bool Ready => draft.Source.Trim().Length > 0 && !draft.IsWrong && outlook?.Findings.Any(finding => finding.Severity == FindingSeverity.Error) != true;

    /// <summary>Something was said: what will be done is looked at anew.</summary>
    private async Task Change(Action say)
    {
        say();
        looking?.Cancel();
        measuring?.Cancel();
        (problem, measured, ordered) = (null, null, false);
        if (draft.Source.Trim().Length == 0 || draft.IsWrong) return;
        using var own = looking = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        var (order, wish) = (draft.Order(), draft.Wish(Home.Runs));
        try
        {
            Screen.Require(order, own.Token);
            var seen = await Task.Run(() => TrainingOutlook.Of(order.Source, wish, Catalog, own.Token), own.Token);
            if (looking == own) outlook = seen;
        }
        catch (OperationCanceledException)
        {
            // something else was said meanwhile
        }
        catch (Exception e) when (IsTold(e))
        {
            if (looking == own) (outlook, problem) = (null, e.Message);
        }
        finally
        {
            if (looking == own) looking = null;
        }
    }

    private void Start() => Order(measures: false);

    /// <summary>Measures a step at the worker, in its turn: only there is the model loaded.</summary>
    private async Task Measure()
    {
        using var own = measuring = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        long? job = null;
        try
        {
            var happening = Jobs.Feed.Watch(own.Token);
            if ((job = Order(measures: true)?.Id) is null) return;
            StateHasChanged();
            await foreach (var happened in happening)
            {
                if (happened is JobTraining { Kind: "forecast", Facts: var facts } told && told.JobId == job) measured = Words(facts);
                if (happened is JobChanged { Job: { IsOver: true } over } && over.Id == job)
                {
                    problem = over.Message;
                    break;
                }
                if (happened is JobRemoved removed && removed.JobId == job) break;
            }
        }
        catch (OperationCanceledException)
        {
            // something else was said, or the page was left: nobody waits for the answer any more
        }
        finally
        {
            if (job is { } asked)
            {
                Jobs.Cancel(asked);
                Jobs.Remove(asked);
            }
            if (measuring == own) measuring = null;
        }
    }

    private Job? Order(bool measures)
    {
        try
        {
            var order = draft.Order(measures);
            Screen.Require(order);
            problem = null;
            ordered = !measures;
            return Jobs.Add(order);
        }
        catch (Exception e) when (IsTold(e))
        {
            problem = e.Message;
            return null;
        }
    }

    private static bool IsTold(Exception e) =>
        e is RefusedException or SettingException or ModelException or DatasetException or StorageException or ConductException or RatingException or IOException or UnauthorizedAccessException;

    private string Words(System.Text.Json.Nodes.JsonObject facts)
    {
        return Text["Forecast", Number("stepSeconds", 1, "0.##"), Duration(Raw("seconds")), Number("memory", 1e9, "0.#"), (string?)facts["device"] ?? "", (string?)facts["precision"] ?? "", Number("fileBytes", 1e6, "0.#")];

        double Raw(string name) => double.Parse(facts[name]!.ToJsonString(), CultureInfo.InvariantCulture);
        string Number(string name, double unit, string form) => (Raw(name) / unit).ToString(form, CultureInfo.InvariantCulture);
    }

    /// <summary>1:02:03, without what is zero in front.</summary>
    internal static string Duration(double seconds)
    {
        var span = TimeSpan.FromSeconds(Math.Ceiling(Math.Clamp(seconds, 0, 1e9)));
        return span.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}") : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}:{span.Seconds:00}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
