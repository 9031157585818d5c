using Animarium.Studio.Generation;
using Animarium.Studio.Texts;

namespace Animarium.Studio.Training.Evaluation;

/// <summary>What is drawn, and who looks at it.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Ranges of the options.</summary>
    public const int MostPrompts = 100, MostSeeds = 16, MostSteps = 1000, MostStrengths = 20;

    private const double LargestStrength = 10;

    /// <summary>Strengths of the LoRA, each above 0 and at most 10.</summary>
    public IReadOnlyList<double> Strengths { get; init; } = [0.6, 0.8, 1];

    /// <summary>Captions drawn, 1 … 100; each is also drawn without the words that call what was learned.</summary>
    public int Prompts { get; init; } = 6;

    /// <summary>Pictures of each prompt, 2 … 16: diversity needs two.</summary>
    public int Seeds { get; init; } = 2;

    /// <summary>Steps of the sampler, 1 … 1000; null: the model's.</summary>
    public int? Steps { get; init; }

    /// <summary>Folder of a tagger of the WD family; null: the one that ships with the model or the program.</summary>
    public string? Tagger { get; init; }

    /// <summary>An ONNX file from pictures to vectors (CLIP, CCIP, …); null: the tagger's features.</summary>
    public string? Features { get; init; }

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="SettingException">One is.</exception>
    internal void Check()
    {
        Within("prompts", Prompts, 1, MostPrompts);
        Within("seeds", Seeds, 2, MostSeeds);
        if (Steps is { } steps) Within("steps", steps, 1, MostSteps);
        Within("strength", Strengths.Count, 1, MostStrengths);
        foreach (double strength in Strengths)
            if (!(strength is > 0 and <= LargestStrength)) throw new SettingException("strength", Words.Say("evaluate.strength", strength, LargestStrength));
    }

    private static void Within(string field, int value, int least, int most)
    {
        if (value < least || value > most) throw new SettingException(field, Words.Say("evaluate.range", field, value, least, most));
    }
}
