using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Animarium.Diffusion.Kernels;

/// <summary>A stored number type, seen as 16 floats at a time. The type parameter makes one loop serve bf16 and fp32 at full speed.</summary>
internal unsafe interface IElement
{
    static abstract int Size { get; }

    /// <summary>16 elements from element <paramref name="at"/> on.</summary>
    static abstract Vector512<float> Load(void* memory, long at);

    /// <summary>Stores 16 elements, rounding to nearest even.</summary>
    static abstract void Store(void* memory, long at, Vector512<float> value);
}

internal readonly unsafe struct Fp32 : IElement
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long at) => Vector512.Load((float*)memory + at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long at, Vector512<float> value) => value.Store((float*)memory + at);
}

/// <summary>bfloat16: the upper half of a float.</summary>
internal readonly unsafe struct Bf16 : IElement
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* memory, long at)
    {
        var half = Vector256.Load((ushort*)memory + at);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(half)
            : Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* memory, long at, Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        var half = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(rounded)
            : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        half.Store((ushort*)memory + at);
    }
}
