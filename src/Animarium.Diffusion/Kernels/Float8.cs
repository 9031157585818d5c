using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Animarium.Diffusion.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Animarium.Diffusion.Kernels;

/// <summary>Widens weights of 8 bits in one pass over memory, multiplied by their scale: at every use, so that they stay 8 bits wide in between.</summary>
internal static unsafe class Float8
{
    /// <summary>Whether <see cref="Widen"/> can take it.</summary>
    /// <param name="stored">(n, …)</param>
    /// <param name="scale">One number or n of them; null: 1.</param>
    /// <param name="type">Type of the result.</param>
    public static bool Suits(Tensor stored, Tensor? scale, ScalarType type) =>
        stored.dtype is StoredTypes.Float8E4M3 or StoredTypes.Float8E5M2 && type is ScalarType.BFloat16 or ScalarType.Float32
        && stored.numel() > 0 && stored.dim() > 0 && stored.IsPlain(stored.dtype) && stored.is_contiguous()
        && (scale is null || scale.numel() == 1 || scale.numel() == stored.shape[0])
        && TensorMemory.Suits(stored.numel() / stored.shape[0], multiple: 16);

    /// <summary>stored · scale, rounded once.</summary>
    public static Tensor Widen(Tensor stored, Tensor? scale, ScalarType type)
    {
        var result = empty(stored.shape, type);
        float[] scales = scale is null ? [1] : [.. scale.to(ScalarType.Float32).flatten().data<float>()];
        // Sign and magnitude moved into a float's place have an exponent that is too small by the difference of the biases (127 − 7 or 15).
        var (shift, factor, special) = stored.dtype == StoredTypes.Float8E4M3 ? (20, MathF.ScaleB(1, 127 - 7), 0x7Fu) : (21, MathF.ScaleB(1, 127 - 15), 0x7Cu);
        if (type == ScalarType.BFloat16) Widen<Bf16>(stored, result, scales, shift, factor, special);
        else Widen<Fp32>(stored, result, scales, shift, factor, special);
        return result;
    }

    static void Widen<T>(Tensor stored, Tensor result, float[] scales, int shift, float factor, uint special) where T : IElement
    {
        long rows = stored.shape[0], width = stored.numel() / rows;
        nint from = (nint)stored.Address(), to = (nint)result.Address();
        Rows.For(rows, width, (first, end) =>
        {
            for (long row = first; row < end; row++)
            {
                var scale = Vector512.Create(scales[scales.Length == 1 ? 0 : row]);
                byte* source = (byte*)from + row * width;
                void* target = (void*)(to + (nint)(row * width * T.Size));
                for (long i = 0; i < width; i += 16) T.Store(target, i, Values(source + i, shift, factor, special) * scale);
            }
        });
        GC.KeepAlive(stored);
        GC.KeepAlive(result);
    }

    /// <summary>16 of them as floats, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Values(byte* source, int shift, float factor, uint special)
    {
        var bytes = Vector128.Load(source);
        var bits = Avx512F.IsSupported ? Avx512F.ConvertToVector512UInt32(bytes)
            : Vector512.Create(Widened(Vector128.WidenLower(bytes)), Widened(Vector128.WidenUpper(bytes)));
        var magnitude = bits & Vector512.Create(0x7Fu);
        // From the first special magnitude on, the exponent means infinity or NaN in the wide type too.
        var infinite = Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(special)) & Vector512.Create(0x7F800000u);
        var value = ((magnitude << shift) | infinite).AsSingle() * factor;
        return (value.AsUInt32() | ((bits & Vector512.Create(0x80u)) << 24)).AsSingle();
    }

    static Vector256<uint> Widened(Vector128<ushort> half) => Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half));
}
