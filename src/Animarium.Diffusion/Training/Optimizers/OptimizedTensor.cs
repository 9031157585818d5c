using static TorchSharp.torch;

namespace Animarium.Diffusion.Training.Optimizers;

/// <summary>A parameter with what an optimizer remembers about it.</summary>
/// <param name="parameter">The parameter.</param>
/// <param name="group">Its group.</param>
/// <param name="groupNumber">The group's place in the list.</param>
sealed class OptimizedTensor(Parameter parameter, ParameterGroup group, int groupNumber)
{
    readonly Dictionary<string, Tensor> state = [];

    public string Name => parameter.Name;

    public Tensor Value => parameter.Value;

    public ParameterGroup Group => group;

    public int GroupNumber => groupNumber;

    /// <summary>Steps taken, the current one included: gradients may be missing in some steps.</summary>
    public long Steps { get; set; }

    public IReadOnlyDictionary<string, Tensor> State => state;

    /// <summary>A tensor of state by PyTorch's name for it.</summary>
    public Tensor this[string slot]
    {
        get => state[slot];
        set => state[slot] = value;
    }
}

/// <summary>A number that an optimizer remembers.</summary>
sealed class StateNumber(string name)
{
    public string Name => name;

    public double Value { get; set; }
}

/// <summary>What a step does to one tensor.</summary>
/// <param name="Tensor">The parameter and its state.</param>
/// <param name="Gradient">Of its shape; may be used up.</param>
/// <param name="Rate">The group's learning rate times the schedule's factor.</param>
readonly record struct TensorStep(OptimizedTensor Tensor, Tensor Gradient, double Rate)
{
    public Tensor Value => Tensor.Value;
}
