using System.Text.Json;
using System.Text.Json.Nodes;
using Animarium.Studio.Generation;
using Animarium.Studio.Plans;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Jobs;

/// <summary>What a person wants made. It is kept as JSON, so that it outlives the program.</summary>
public abstract record JobOrder
{
    /// <summary>What kind of work it is.</summary>
    public abstract JobKind Kind { get; }

    /// <summary>A few words by which a person knows it again.</summary>
    public abstract string Title { get; }

    /// <summary>How many pictures it makes; 0 where that shows only later.</summary>
    public virtual int Total => 0;

    /// <summary>The folder of the run that it is about; null: it makes a new one, or none.</summary>
    public virtual string? RunPath => null;

    /// <summary>The whole order.</summary>
    public abstract JsonObject ToJson();

    /// <summary>Reads an order back.</summary>
    /// <exception cref="SettingException">It cannot be understood: a newer program wrote it.</exception>
    public static JobOrder Read(JobKind kind, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return kind switch
            {
                JobKind.Draw => new DrawOrder(PlanJson.Read(root)),
                JobKind.Train => new TrainOrder(Text(root, "source")!, Text(root, "goal"), Text(root, "trigger"), [.. root.GetProperty("set").EnumerateArray().Select(item => item.GetString()!)])
                {
                    Resume = Text(root, "resume"), Measures = root.TryGetProperty("measures", out var measures) && measures.GetBoolean(),
                },
                JobKind.Evaluate => new EvaluateOrder(Text(root, "run")!),
                _ => new ImportOrder(Text(root, "folder")!),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SettingException(Words.Say("job.unreadable", kind, e.Message), e);
        }
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>Pictures.</summary>
/// <param name="Plan">All of them.</param>
public sealed record DrawOrder(DrawPlan Plan) : JobOrder
{
    private const int LongestTitle = 120;

    /// <summary>Some pictures with the same settings and consecutive seeds.</summary>
    /// <param name="settings">Of all of them; how many is their count, or their batch where that is larger.</param>
    /// <param name="random">Chooses the first seed where the settings say none. It is kept: however often the job is interrupted, it makes the same pictures.</param>
    /// <exception cref="SettingException">There are too many.</exception>
    public static DrawOrder Of(Settings settings, Random random)
    {
        var request = settings.Complete();
        return new(DrawPlan.Make(settings, [], [], new(request.Seed ?? (uint)random.NextInt64(1L << 32), request.Pictures)));
    }

    /// <inheritdoc/>
    public override JobKind Kind => JobKind.Draw;

    /// <inheritdoc/>
    public override string Title => Plan.At(0).Complete().Prompt is { Length: > LongestTitle } prompt ? prompt[..LongestTitle] + "…" : Plan.At(0).Complete().Prompt;

    /// <inheritdoc/>
    public override int Total => Plan.Pictures;

    /// <inheritdoc/>
    public override JsonObject ToJson() => Plan.ToJson();
}

/// <summary>A training, as <c>animarium train</c> takes it.</summary>
/// <param name="Source">A folder with pictures, or a file of settings.</param>
/// <param name="Goal">The name of a preset, or null.</param>
/// <param name="Trigger">The word that stands for what is learned, or null.</param>
/// <param name="Set"><c>key=value</c>, over everything else.</param>
public sealed record TrainOrder(string Source, string? Goal, string? Trigger, IReadOnlyList<string> Set) : JobOrder
{
    /// <summary>The folder of a run to go on with, whatever job it came from; null: a new one.</summary>
    public string? Resume { get; init; }

    /// <summary>Whether only the time and memory of a step are measured, and nothing is kept.</summary>
    public bool Measures { get; init; }

    /// <inheritdoc/>
    public override JobKind Kind => JobKind.Train;

    /// <inheritdoc/>
    public override string Title => Path.GetFileName(Path.TrimEndingDirectorySeparator(Resume ?? Source));

    /// <inheritdoc/>
    public override string? RunPath => Resume;

    /// <inheritdoc/>
    public override JsonObject ToJson() => new()
    {
        ["source"] = Source, ["goal"] = Goal, ["trigger"] = Trigger, ["set"] = new JsonArray([.. Set.Select(item => JsonValue.Create(item))]), ["resume"] = Resume, ["measures"] = Measures,
    };
}

/// <summary>The checkpoints of a training compared, as <c>animarium evaluate</c> does with its usual options.</summary>
/// <param name="Run">The run's folder.</param>
public sealed record EvaluateOrder(string Run) : JobOrder
{
    /// <inheritdoc/>
    public override JobKind Kind => JobKind.Evaluate;

    /// <inheritdoc/>
    public override string Title => Path.GetFileName(Path.TrimEndingDirectorySeparator(Run));

    /// <inheritdoc/>
    public override string? RunPath => Run;

    /// <inheritdoc/>
    public override JsonObject ToJson() => new() { ["run"] = Run };
}

/// <summary>The pictures of a folder into the gallery.</summary>
/// <param name="Folder">With everything in it.</param>
public sealed record ImportOrder(string Folder) : JobOrder
{
    /// <inheritdoc/>
    public override JobKind Kind => JobKind.Import;

    /// <inheritdoc/>
    public override string Title => Folder;

    /// <inheritdoc/>
    public override JsonObject ToJson() => new() { ["folder"] = Folder };
}
