using static TorchSharp.torch;

namespace Animarium.Diffusion.Tensors;

/// <summary>Lets tests look at intermediate tensors, under the names that the references give them.</summary>
internal static class Taps
{
    [ThreadStatic]
    static Action<string, Tensor>? listener;

    /// <summary>Whether a test listens on this thread; fused passes then leave the field to the plain form, which has every intermediate.</summary>
    public static bool Listening => listener is not null;

    /// <summary>Shows a tensor to the listening test, and returns it.</summary>
    /// <param name="x">The intermediate value.</param>
    /// <param name="module">Name of the module that made it.</param>
    /// <param name="part">Which of its values: <c>.out</c>, <c>.q_norm</c>, …</param>
    public static Tensor Tap(this Tensor x, string module, string part = "")
    {
        listener?.Invoke(module + part, x);
        return x;
    }

    /// <summary>Runs <paramref name="run"/> with <paramref name="listen"/> seeing every tapped tensor; it copies what it keeps.</summary>
    public static Tensor Listen(Action<string, Tensor> listen, Func<Tensor> run)
    {
        listener = listen;
        try { return run(); }
        finally { listener = null; }
    }
}
