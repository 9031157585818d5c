namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>An optimizer by the names users know, with its own settings.</summary>
public sealed class OptimizerKind
{
    readonly Func<OptimizerArguments, OptimizerPlan> read;
    readonly Sentence? notice;

    internal OptimizerKind(string name, string[] aliases, double learningRate, Func<OptimizerArguments, OptimizerPlan> read, Sentence? notice = null)
    {
        (Name, Aliases, LearningRate, this.read, this.notice) = (name, aliases, learningRate, read, notice);
        var defaults = new OptimizerArguments(Name, new Dictionary<string, string>());
        read(defaults);
        Settings = defaults.Known;
    }

    /// <summary>Its name, e.g. <c>AdamW</c>.</summary>
    public string Name { get; }

    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The learning rate to begin with; 1 where the optimizer finds it.</summary>
    public double LearningRate { get; }

    /// <summary>The names of its settings.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>Reads its settings without making it, so that mistakes show before anything is loaded.</summary>
    /// <param name="arguments">By name, e.g. <c>betas</c>: <c>0.9,0.99</c>.</param>
    /// <exception cref="ArgumentException">A setting is unknown (the message lists the known ones) or has an impossible value.</exception>
    public OptimizerPlan Read(IReadOnlyDictionary<string, string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var reader = new OptimizerArguments(Name, arguments);
        var plan = read(reader);
        reader.RefuseRest();
        return plan with { Name = Name, Notices = notice is null ? reader.Notices : [notice, .. reader.Notices] };
    }
}

/// <summary>An optimizer with its settings, before there are parameters.</summary>
public sealed record OptimizerPlan
{
    readonly Func<IReadOnlyList<ParameterGroup>, Optimizer> make;

    internal OptimizerPlan(Func<IReadOnlyList<ParameterGroup>, Optimizer> make, bool takesSchedule = true) => (this.make, TakesSchedule) = (make, takesSchedule);

    /// <summary>The optimizer's name.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>What of the name or the settings has no effect, or another than users expect.</summary>
    public IReadOnlyList<Sentence> Notices { get; internal init; } = [];

    /// <summary>Whether the learning rate may follow a schedule.</summary>
    public bool TakesSchedule { get; }

    /// <summary>Makes it.</summary>
    /// <param name="groups">What to optimize.</param>
    /// <exception cref="ArgumentException">The groups break its rules; the message says what to change.</exception>
    public Optimizer Make(IReadOnlyList<ParameterGroup> groups) => make(groups);

    /// <summary>Refuses a schedule that it can't follow.</summary>
    /// <param name="rates">The learning rates.</param>
    /// <exception cref="ArgumentException">It sets its rate itself, and the schedule isn't constant.</exception>
    public void Check(LearningRates rates)
    {
        ArgumentNullException.ThrowIfNull(rates);
        if (!TakesSchedule && rates.Schedule != RateSchedule.Constant)
            throw new ArgumentException($"{Name} needs no schedule and fails with one: choose the schedule constant instead of {RateSchedules.NameOf(rates.Schedule)}, without a warm-up.", nameof(rates));
    }
}
