using Animarium.Diffusion.Training;
using static TorchSharp.torch;

namespace Animarium.Recipe.Steps;

/// <summary>How long a step of the recipe trains, and how; what the state of an unfinished one is compared with.</summary>
internal sealed record StepOptions(long Steps, double Rate, int Batch, ulong Seed, ScalarType Type)
{
    /// <summary>Steps after which state is saved and quality is measured; may change when a step is resumed.</summary>
    public long Every { get; init; } = 200;

    /// <summary>Name of the state, where a step is made twice, with other pictures; null: the step's own.</summary>
    public string? Name { get; init; }

    /// <summary>Names of the folders of pictures; null: not compared.</summary>
    public string? Pictures { get; init; }

    string Text => FormattableString.Invariant($"{Steps} steps of {Batch} at {Rate}, seed {Seed}, {Type}{(Pictures is null ? "" : $", of {Pictures}")}");

    /// <summary>As it is kept in a state.</summary>
    public override string ToString() => Text;

    /// <summary>Refuses to go on from a state of other settings.</summary>
    public void RequireSame(string state)
    {
        string saved = TrainingState.Describe(state).Settings;
        if (saved != Text) throw new InvalidDataException($"{state} was begun with {saved}, not {Text}: give the same settings, or remove the file to begin again.");
    }
}
