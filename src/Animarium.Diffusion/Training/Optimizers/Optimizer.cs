using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>
/// Changes parameters by their gradients. What it remembers between steps can be taken out and put back: the steps after that equal those of an
/// uninterrupted run bit for bit.
/// </summary>
public abstract class Optimizer : IDisposable
{
    const string StepsName = "steps";

    readonly List<OptimizedTensor> tensors;
    readonly List<StateNumber> numbers = [];

    /// <param name="groups">At least one; fp32 leaves that require gradients, each with a name of its own.</param>
    /// <exception cref="ArgumentException">The message says which parameter or group can't be trained.</exception>
    protected Optimizer(IReadOnlyList<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = groups;
        tensors = [.. groups.SelectMany((group, number) => group.Parameters.Select(parameter => new OptimizedTensor(parameter, group, number)))];
        if (tensors.Count == 0) throw new ArgumentException("There is nothing to optimize: no group has a parameter.", nameof(groups));
        foreach (var group in groups)
            if (!(group.LearningRate >= 0 && double.IsFinite(group.LearningRate)))
                throw new ArgumentException($"The learning rate {group.LearningRate} of the group '{group.Name}' must be a finite number of at least 0.", nameof(groups));
        foreach (var tensor in tensors)
            if (tensor.Value is not { dtype: ScalarType.Float32, requires_grad: true, is_leaf: true })
                throw new ArgumentException($"{tensor.Name} must be an fp32 leaf that requires gradients.", nameof(groups));
        if (tensors.CountBy(t => t.Name).FirstOrDefault(n => n.Value > 1).Key is { } twice)
            throw new ArgumentException($"Two parameters are named {twice}: their states could not be told apart.", nameof(groups));
    }

    /// <summary>What is optimized.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Whether its learning rate may follow a schedule; false where the optimizer replaces schedules by its own means.</summary>
    public virtual bool TakesSchedule => true;

    /// <summary>Whether the parameters hold the values of <see cref="Evaluate"/> now.</summary>
    public virtual bool Evaluating => false;

    /// <summary>What it found out, by name: Prodigy's <c>d</c>. Empty for most.</summary>
    public virtual IReadOnlyDictionary<string, double> Findings => System.Collections.Immutable.ImmutableDictionary<string, double>.Empty;

    /// <summary>All parameters with their states.</summary>
    private protected IReadOnlyList<OptimizedTensor> Tensors => tensors;

    /// <summary>One step by the gradients that the parameters have; those without one are left alone, and their step isn't counted.</summary>
    /// <param name="factor">The schedule's factor on every group's learning rate; 1 where <see cref="TakesSchedule"/> is false.</param>
    /// <exception cref="InvalidOperationException">It is set to evaluate, or takes no schedule and the factor isn't 1.</exception>
    public void Step(double factor = 1)
    {
        RequireTraining();
        if (!(factor >= 0 && double.IsFinite(factor))) throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor on the learning rates must be a finite number of at least 0.");
        if (factor != 1 && !TakesSchedule) throw new InvalidOperationException($"{GetType().Name} sets its rate itself: keep the schedule constant, not {factor}.");
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var steps = tensors.Select(t => (Tensor: t, Gradient: t.Value.grad)).Where(t => t.Gradient is not null)
            .Select(t => new TensorStep(t.Tensor, t.Gradient!, t.Tensor.Group.LearningRate * factor)).ToList();
        foreach (var step in steps) step.Tensor.Steps++;
        Begin(steps);
        foreach (var step in steps)
        {
            using var temporaries = NewDisposeScope();
            Update(step);
        }
        End();
    }

    /// <summary>Frees all gradients, so that the next backward pass begins afresh.</summary>
    public void ZeroGradients()
    {
        foreach (var tensor in tensors) tensor.Value.grad = null;
    }

    /// <summary>Gives the parameters the values to save and to draw with, where these differ from the ones to train (schedule-free optimizers).</summary>
    public virtual void Evaluate()
    {
    }

    /// <summary>Takes <see cref="Evaluate"/> back exactly.</summary>
    public virtual void Train()
    {
    }

    /// <summary>Everything it remembers, by name: the tensors themselves, not copies, to be written before the next step; and plain numbers as fp64 tensors without dimensions.</summary>
    /// <exception cref="InvalidOperationException">It is set to evaluate.</exception>
    public IReadOnlyDictionary<string, Tensor> Export()
    {
        RequireTraining();
        var state = new Dictionary<string, Tensor> { [StepsName] = tensor(tensors.Select(t => t.Steps).ToArray()) };
        foreach (var number in numbers) state[number.Name] = tensor(number.Value, float64);
        foreach (var (name, value) in Slots()) state[name] = value;
        return state;
    }

    /// <summary>Goes on from an exported state.</summary>
    /// <param name="state">From an optimizer with the same settings and parameters; copied.</param>
    /// <exception cref="ArgumentException">It belongs to another optimizer, other settings or other parameters; nothing was changed.</exception>
    public void Import(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        RequireTraining();
        var slots = Slots().ToDictionary();
        string[] wanted = [StepsName, .. numbers.Select(n => n.Name), .. slots.Keys];
        if (wanted.FirstOrDefault(name => !state.ContainsKey(name)) is { } missing) throw Foreign($"it lacks '{missing}'");
        if (state.Keys.Except(wanted).FirstOrDefault() is { } surplus) throw Foreign($"it has '{surplus}'");
        RequireForm(StepsName, int64, [tensors.Count]);
        foreach (var number in numbers) RequireForm(number.Name, float64, []);
        foreach (var (name, slot) in slots) RequireForm(name, slot.dtype, slot.shape);

        using var off = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (tensor, steps) in tensors.Zip(state[StepsName].cpu().data<long>())) tensor.Steps = steps;
        foreach (var number in numbers) number.Value = state[number.Name].cpu().item<double>();
        foreach (var (name, slot) in slots) slot.copy_(state[name]);

        void RequireForm(string name, ScalarType type, long[] shape)
        {
            var saved = state[name];
            if (saved.dtype != type || !saved.shape.AsSpan().SequenceEqual(shape))
                throw Foreign($"'{name}' is {saved.dtype} [{string.Join(", ", saved.shape)}], not {type} [{string.Join(", ", shape)}]");
        }

        ArgumentException Foreign(string reason) =>
            new($"The saved state is not one of this {GetType().Name}: {reason}. Resume with the optimizer, settings and parameters it was saved from.", nameof(state));
    }

    /// <summary>Frees the states; the parameters are the caller's.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the states.</summary>
    /// <param name="disposing">Not from a finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var (_, slot) in Slots()) slot.Dispose();
    }

    /// <summary>What needs all gradients at once, before the updates.</summary>
    private protected virtual void Begin(IReadOnlyList<TensorStep> steps)
    {
    }

    /// <summary>Changes one tensor; runs without autograd, in a scope for temporaries.</summary>
    private protected abstract void Update(TensorStep step);

    /// <summary>What follows the updates.</summary>
    private protected virtual void End()
    {
    }

    /// <summary>Gives every parameter a tensor of state; null: this one needs none.</summary>
    private protected void Keep(string slot, Func<OptimizedTensor, Tensor?> start)
    {
        using var off = no_grad();
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            if (start(tensor) is { } value) tensor[slot] = value.DetachFromDisposeScope();
        }
    }

    /// <summary>A number of state.</summary>
    private protected StateNumber Keep(string name, double start)
    {
        numbers.Add(new(name) { Value = start });
        return numbers[^1];
    }

    void RequireTraining()
    {
        if (Evaluating) throw new InvalidOperationException("The parameters hold the values for evaluation: call Train first.");
    }

    IEnumerable<KeyValuePair<string, Tensor>> Slots() => tensors.SelectMany(t => t.State.Select(s => KeyValuePair.Create($"{t.Name}.{s.Key}", s.Value)));
}
