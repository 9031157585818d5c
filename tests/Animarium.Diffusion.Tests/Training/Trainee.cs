using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training;
using Animarium.Diffusion.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>A small problem with tensors of every sort: a gradient pulls each towards a target, with noise, and one has none in some steps.</summary>
sealed class Trainee : IDisposable
{
    static readonly (string Name, long[] Shape)[] Shapes = [("large", [80, 64]), ("small", [3, 5]), ("vector", [7]), ("kernel", [4, 3, 3, 3]), ("embed", [16, 48])];

    public Trainee(params ReadOnlySpan<double> rates)
    {
        var random = new Generator(1);
        Parameters = [.. Shapes.Select(s => new Parameter(s.Name, randn(s.Shape, generator: random).requires_grad_().DetachFromDisposeScope()))];
        int each = (Parameters.Count + rates.Length - 1) / rates.Length;
        Groups = [.. Parameters.Chunk(each).Zip(rates.ToArray(), (parameters, rate) => new ParameterGroup($"group {rate}", parameters, rate))];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>One step of training.</summary>
    public void Step(Optimizer optimizer, int number, double factor = 1)
    {
        SetGradients(number);
        optimizer.Step(factor);
        optimizer.ZeroGradients();
    }

    public void SetGradients(int number)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var random = new Generator((ulong)number + 100);
        foreach (var parameter in Parameters)
        {
            var noise = randn(parameter.Value.shape, generator: random).Times(0.3);
            if (parameter.Name != "kernel" || number % 3 != 1) parameter.Value.grad = parameter.Value.Minus(1).Plus(noise).DetachFromDisposeScope();
        }
    }

    /// <summary>Copies of all values.</summary>
    public Dictionary<string, Tensor> Values() => Parameters.ToDictionary(p => p.Name, p => p.Value.detach().clone());

    public void SetValues(IReadOnlyDictionary<string, Tensor> values)
    {
        using var off = no_grad();
        foreach (var parameter in Parameters) parameter.Value.copy_(values[parameter.Name]);
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Value.Dispose();
    }
}
