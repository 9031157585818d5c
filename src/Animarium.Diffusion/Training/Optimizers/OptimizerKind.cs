namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>An optimizer by the names users know, with its own settings.</summary>
public sealed class OptimizerKind
{
    readonly Func<OptimizerArguments, Func<IReadOnlyList<ParameterGroup>, Optimizer>> read;

    internal OptimizerKind(string name, string[] aliases, Func<OptimizerArguments, Func<IReadOnlyList<ParameterGroup>, Optimizer>> read, double learningRate = 1e-4, Sentence? notice = null)
    {
        (Name, Aliases, this.read, LearningRate, Notice) = (name, aliases, read, learningRate, notice);
        Settings = ReadSettings();
    }

    /// <summary>Its name, e.g. <c>AdamW</c>.</summary>
    public string Name { get; }

    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The learning rate to begin with; 1 where it is found by the optimizer.</summary>
    public double LearningRate { get; }

    /// <summary>What to tell who picks it by this name; null: nothing.</summary>
    public Sentence? Notice { get; }

    /// <summary>The names of its settings.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>Reads its settings without making it, so that mistakes show before anything is loaded.</summary>
    /// <param name="arguments">By name, e.g. <c>betas</c>: <c>0.9,0.99</c>.</param>
    /// <param name="notices">What of the name or the settings has no effect, or another than users expect.</param>
    /// <returns>Makes the optimizer for groups of parameters; throws <see cref="ArgumentException"/> where they break its rules.</returns>
    /// <exception cref="ArgumentException">A setting is unknown (the message lists the known ones) or has an impossible value.</exception>
    public Func<IReadOnlyList<ParameterGroup>, Optimizer> Read(IReadOnlyDictionary<string, string> arguments, out IReadOnlyList<Sentence> notices)
    {
        var reader = new OptimizerArguments(Name, arguments);
        var make = read(reader);
        reader.RefuseRest();
        notices = Notice is null ? reader.Notices : [Notice, .. reader.Notices];
        return make;
    }

    IReadOnlyList<string> ReadSettings()
    {
        var reader = new OptimizerArguments(Name, new Dictionary<string, string>());
        read(reader);
        return reader.Known;
    }
}
