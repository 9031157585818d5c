using Animarium.Studio.Jobs;
using Animarium.Studio.Training.Evaluation;
using Animarium.Studio.Training.Progress;
using Animarium.Studio.Training.Run;
using Animarium.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Animarium.Web.Training;

/// <summary>A trained file of a run.</summary>
/// <param name="File">Its name in the run's folder.</param>
/// <param name="Step">Steps it was trained for; null: it is the result.</param>
public sealed record TrainedFile(string File, long? Step);

/// <summary>A run of a training.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Changed">When something of it was last written.</param>
/// <param name="StepsDone">Steps that it can go on from; null: it cannot.</param>
/// <param name="HasResult">Whether it came to its end.</param>
/// <param name="Files">The trained files, the result first, then the latest.</param>
/// <param name="Evaluation">What its last evaluation found out, or null.</param>
public sealed record RunView(string Name, DateTimeOffset Changed, long? StepsDone, bool HasResult, IReadOnlyList<TrainedFile> Files, EvaluationSummary? Evaluation);

/// <summary>A value at a step.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Value">The loss.</param>
public sealed record LossPoint(long Step, double Value);

/// <summary>The loss at one noise level.</summary>
/// <param name="Sigma">The noise level.</param>
/// <param name="Points">By step.</param>
public sealed record LossLevel(double Sigma, IReadOnlyList<LossPoint> Points);

/// <summary>The course of a run's loss; of long runs the peaks.</summary>
/// <param name="LastStep">The last step that was made.</param>
/// <param name="Smooth">The smoothed loss.</param>
/// <param name="Measured">The mean loss at fixed noise levels with fixed noise.</param>
/// <param name="Levels">The same for each noise level.</param>
/// <param name="NotFinite">Steps whose loss was no number.</param>
/// <param name="SecondsPerStep">Of the last steps; null before the first.</param>
public sealed record RunMetrics(long LastStep, IReadOnlyList<LossPoint> Smooth, IReadOnlyList<LossPoint> Measured, IReadOnlyList<LossLevel> Levels, int NotFinite, double? SecondsPerStep);

internal static class RunsApi
{
    private const int MostPoints = 1000;

    public static void Map(IEndpointRouteBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Training");
        runs.MapGet("", (RunsDesk desk) => TypedResults.Ok(desk.All.Select(View).ToList())).WithName("ListRuns").WithSummary("The runs of trainings, latest first.");
        runs.MapGet("/{name}", (string name, RunsDesk desk) => TypedResults.Ok(View(Found(name, desk)))).WithName("GetRun").WithSummary("A run.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{name}/metrics", Metrics).WithName("GetRunMetrics").WithSummary("The course of its loss.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapGet("/{name}/pictures/{file}", Picture).WithName("GetRunPicture").WithSummary("samples.png: the sheet of its samples; plot.svg and grid.png: of its last evaluation.").ProducesProblem(StatusCodes.Status404NotFound);
        runs.MapPost("/{name}/continue", (string name, RunsDesk desk) => Ordered(desk.GoOn(Resumable(name, desk)))).WithName("ContinueRun").WithSummary("Orders that it goes on where it stopped.").ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        runs.MapPost("/{name}/evaluate", (string name, RunsDesk desk) => Ordered(desk.Evaluate(Found(name, desk)))).WithName("EvaluateRun").WithSummary("Orders that its checkpoints are compared.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    /// <summary>The address of a picture of a run that changes with the file.</summary>
    /// <returns>Null: it is not there.</returns>
    public static string? AddressOf(RunSummary run, string file) => PathOf(run, file) is { } path && File.Exists(path) ? $"{ApiRoutes.Root}/runs/{Uri.EscapeDataString(run.Name)}/pictures/{file}?t={File.GetLastWriteTimeUtc(path).Ticks}" : null;

    private static string? PathOf(RunSummary run, string file)
    {
        var folder = new RunFolder(run.Folder, "");
        if (file == Path.GetFileName(folder.Overview)) return folder.Overview;
        return EvaluationSummary.Pictures.Contains(file) ? Path.Combine(folder.Evaluation, file) : null;
    }

    private static Results<PhysicalFileHttpResult, ProblemHttpResult> Picture(string name, string file, RunsDesk desk, HttpContext context)
    {
        if (PathOf(Found(name, desk), file) is not { } path || !File.Exists(path)) throw RefusedException.Unknown("file", file);
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(path, file.EndsWith(".svg", StringComparison.Ordinal) ? "image/svg+xml" : "image/png", lastModified: File.GetLastWriteTimeUtc(path));
    }

    private static Ok<RunMetrics> Metrics(string name, RunsDesk desk)
    {
        var curves = desk.CurvesOf(Found(name, desk));
        return TypedResults.Ok(new RunMetrics(curves.LastStep, Points(curves.Smooth), Points(curves.Measured), [.. curves.Levels.Select(level => new LossLevel(level.Sigma, Points(level.Points)))], curves.NotFinite, curves.SecondsPerStep));
    }

    private static IReadOnlyList<LossPoint> Points(IReadOnlyList<CurvePoint> points) => [.. LossCurves.Thinned(points, MostPoints).Select(point => new LossPoint(point.Step, point.Value))];

    private static RunView View(RunSummary run) => new(run.Name, run.Changed, run.StepsDone, run.HasResult, [.. run.Files.Select(file => new TrainedFile(Path.GetFileName(file.Path), file.Step))], EvaluationSummary.Read(run.Folder));

    private static RunSummary Resumable(string name, RunsDesk desk) => Found(name, desk) is { StepsDone: not null } run ? run : throw new RefusedException(StatusCodes.Status409Conflict, "state", ApiText.Say("NoState", name));

    private static Created<Job> Ordered(Job job) => TypedResults.Created($"{ApiRoutes.Root}/jobs/{job.Id}", job);

    private static RunSummary Found(string name, RunsDesk desk) => desk.Find(name) ?? throw RefusedException.Unknown("run", name);
}
