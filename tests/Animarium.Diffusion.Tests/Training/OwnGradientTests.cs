using Animarium.Diffusion.Tensors;
using Animarium.Diffusion.Training.Adapters;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Tests.Training;

/// <summary>Steps whose gradient is written by hand: right, and safe between native code, exceptions and the garbage collector.</summary>
public class OwnGradientTests
{
    [Fact]
    public void A_failure_of_the_backward_pass_arrives_where_it_was_started()
    {
        int runs = 0;
        var x = ones(3).requires_grad_();
        var y = Recomputed.Run(i => runs++ == 0 ? i[0].Times(2) : throw new InvalidOperationException("second run"), () => null, [x]);
        Assert.Equal("second run", Assert.Throws<InvalidOperationException>(() => Backward.Run(y.sum())).Message);
        // The next one is not blamed for it.
        Backward.Run(x.Times(2).sum());
        Assert.Equal(2, x.grad![0].item<float>());
    }

    [Fact]
    public void Survives_constant_collections()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested) GC.Collect(0);
        });
        collector.Start();
        try
        {
            for (int n = 0; n < 3000; n++)
            {
                using var scope = NewDisposeScope();
                Tensor x = Scalars.Full([4, 3], 2, float32).requires_grad_(), w = Scalars.Full([3, 3], 0.5, float32).requires_grad_();
                var y = Scopes.Scoped(() => Recomputed.Run(i => i[0].matmul(w).Times(2), () => null, [x]));
                Backward.Run(Scopes.Scoped(() => Recomputed.Run(i => i[0].Squared(), () => null, [y]).sum()));
                // y = 6; dy = 12; dx = 12 · 2 · 3 · 0.5, dw = 12 · 2 · 4 · 2
                Assert.True(x.grad!.eq(Scalars.Full([1], 36, float32)).all().item<bool>() && w.grad!.eq(Scalars.Full([1], 192, float32)).all().item<bool>());
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Surroundings_are_there_in_both_runs_and_closed_after_each()
    {
        int open = 0, opened = 0;
        var x = ones(3).requires_grad_();
        IDisposable Surround()
        {
            opened++;
            open++;
            return new Closing(() => open--);
        }
        var y = Recomputed.Run(i => open == 1 ? i[0].Times(3) : throw new InvalidOperationException("closed"), Surround, [x]);
        Assert.Equal((0, 1), (open, opened));
        Backward.Run(y.sum());
        Assert.Equal((0, 2), (open, opened));
        Assert.Equal(3, x.grad![0].item<float>());
    }

    [Fact]
    public void The_rebuilt_difference_of_a_loha_has_the_gradients_of_the_plain_form()
    {
        var random = new Generator(3);
        Tensor R(params long[] shape) => randn(shape, generator: random).requires_grad_();
        Tensor[] own = [R(2, 5, 6), R(8, 4), R(4, 6), R(8, 4), R(4, 6)];
        Tensor[] plain = [.. own.Select(t => t.detach().clone().requires_grad_())];
        var cotangent = randn(2, 5, 8, generator: random);

        var y = HadamardProduct.Apply(own[0], own[1], own[2], own[3], own[4], 0.7);
        Backward.Run((y * cotangent).sum());
        var expected = plain[0].matmul((plain[1].mm(plain[2]) * plain[3].mm(plain[4])).Times(0.7).t());
        (expected * cotangent).sum().backward();

        Assert.True(Far(y, expected) < 1e-6);
        foreach (var (a, b) in own.Zip(plain)) Assert.True(Far(a.grad!, b.grad!) < 1e-6);
    }

    static double Far(Tensor a, Tensor b) => ((a - b).norm() / b.norm()).item<float>();

    sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
